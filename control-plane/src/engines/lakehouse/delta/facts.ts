/** What a Delta log tells of a file's values. */
import type { FileFacts, Sort } from '../prune.ts';
import type { AddFile } from './actions.ts';
import type { DeltaColumn } from './schema.ts';

interface Statistics {
  minValues?: Record<string, unknown>;
  maxValues?: Record<string, unknown>;
  numRecords?: number;
}

/** Their minimum and maximum are written exactly; timestamps are cut to milliseconds, floats may hide NaN. */
const comparable: Record<string, Sort> = { long: 'integer', integer: 'integer', short: 'integer', byte: 'integer', date: 'date', string: 'text' };
/** A text's statistics may be cut after so many characters; a maximum is then not one. */
const shortText = 32;

export function statisticsOf({ stats }: AddFile): Statistics {
  try {
    return stats ? (JSON.parse(stats) as Statistics) : {};
  } catch {
    return {};
  }
}

export function factsOf(file: AddFile, columns: ReadonlyMap<string, DeltaColumn>): FileFacts {
  let statistics: Statistics | undefined;
  const find = (field: string) => columns.get(field.toLowerCase());
  return {
    constant(field) {
      const column = find(field);
      if (!column?.isPartition) return undefined;
      return partitionValue(file, column);
    },
    range(field) {
      const column = find(field);
      if (!column) return undefined;
      statistics ??= statisticsOf(file);
      const min = statistics.minValues?.[column.physical];
      const max = statistics.maxValues?.[column.physical];
      const isCut = column.type === 'string' && String(max ?? '').length >= shortText;
      return { ...(min != null && { min }), ...(max != null && !isCut && { max }) };
    },
    sort(field) {
      const type = find(field)?.type;
      return typeof type === 'string' && Object.hasOwn(comparable, type) ? comparable[type] : undefined;
    },
  };
}

/** An empty text stands for null in partitions. */
export function partitionValue({ partitionValues }: AddFile, { physical, name }: DeltaColumn): string | null {
  const value = partitionValues[physical] ?? partitionValues[name] ?? null;
  return value === '' ? null : value;
}
