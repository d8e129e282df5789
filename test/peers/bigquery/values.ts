/** DuckDB's types and values as BigQuery's schema and cells. */
import { DuckDBDecimalType, DuckDBListType, DuckDBStructType } from '@duckdb/node-api';
import type { DuckDBBlobValue, DuckDBListValue, DuckDBStructValue, DuckDBTimestampTZValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { Types } from '../duckdb/database.ts';
import type { DuckDBType } from '../duckdb/database.ts';

export interface FieldSchema {
  name: string;
  type: string;
  mode: string;
  fields?: FieldSchema[];
  precision?: string;
  scale?: string;
}
type Cell = unknown;

const scalars: Partial<Record<number, [string, (value: never) => string]>> = {
  [Types.INTEGER]: ['INTEGER', String], [Types.BIGINT]: ['INTEGER', String], [Types.HUGEINT]: ['INTEGER', String], [Types.SMALLINT]: ['INTEGER', String],
  [Types.DOUBLE]: ['FLOAT', String], [Types.BOOLEAN]: ['BOOLEAN', String],
  [Types.DATE]: ['DATE', String], [Types.TIME]: ['TIME', String],
  [Types.TIMESTAMP]: ['DATETIME', (value: DuckDBTimestampValue) => String(value).replace(' ', 'T')],
  [Types.TIMESTAMP_TZ]: ['TIMESTAMP', ({ micros }: DuckDBTimestampTZValue) => String(micros)],
  [Types.BLOB]: ['BYTES', ({ bytes }: DuckDBBlobValue) => Buffer.from(bytes).toString('base64')],
};

export function fieldOf(name: string, type: DuckDBType, mode = 'NULLABLE'): FieldSchema {
  if (type instanceof DuckDBListType) return fieldOf(name, type.valueType, 'REPEATED');
  if (type instanceof DuckDBStructType) return { name, type: 'RECORD', mode, fields: type.entryNames.map((entry, index) => fieldOf(entry, type.entryTypes[index]!)) };
  if (type instanceof DuckDBDecimalType) return { name, type: 'NUMERIC', mode, precision: String(type.width), scale: String(type.scale) };
  if (type.alias === 'JSON') return { name, type: 'JSON', mode };
  return { name, type: scalars[type.typeId]?.[0] ?? 'STRING', mode };
}

/** A cell as a function of its value. Made once a column. */
export function cellOf(type: DuckDBType): (value: never) => Cell {
  if (type instanceof DuckDBListType) {
    const element = cellOf(type.valueType);
    return ({ items }: DuckDBListValue) => items.map((item) => ({ v: item === null ? null : element(item as never) }));
  }
  if (type instanceof DuckDBStructType) {
    const members = type.entryTypes.map(cellOf);
    return ({ entries }: DuckDBStructValue) => ({ f: type.entryNames.map((name, index) => ({ v: entries[name] === null ? null : members[index]!(entries[name] as never) })) });
  }
  return scalars[type.typeId]?.[1] ?? String;
}
