/** DuckDB's values as the SQL API's texts ("jsonv2"). */
import { DuckDBDecimalType } from '@duckdb/node-api';
import type { DuckDBBlobValue, DuckDBDateValue, DuckDBTimestampTZValue, DuckDBTimestampValue, DuckDBTimeValue } from '@duckdb/node-api';
import { Types } from '../duckdb/database.ts';
import type { DuckDBType } from '../duckdb/database.ts';

export interface ApiColumn {
  type: string;
  precision?: number;
  scale?: number;
  text(value: never): string;
}

/** `seconds.nanoseconds` */
function seconds(micros: bigint): string {
  const sign = micros < 0n ? '-' : '';
  const size = micros < 0n ? -micros : micros;
  return `${sign}${size / 1_000_000n}.${String(size % 1_000_000n).padStart(6, '0')}000`;
}
const fixed = (precision: number, scale: number): ApiColumn => ({ type: 'fixed', precision, scale, text: String });
const utcOffset = 1440;

const columns: Partial<Record<number, ApiColumn>> = {
  [Types.SMALLINT]: fixed(5, 0), [Types.INTEGER]: fixed(10, 0), [Types.BIGINT]: fixed(38, 0), [Types.HUGEINT]: fixed(38, 0),
  [Types.DOUBLE]: { type: 'real', text: String },
  [Types.BOOLEAN]: { type: 'boolean', text: String },
  [Types.DATE]: { type: 'date', text: ({ days }: DuckDBDateValue) => String(days) },
  [Types.TIME]: { type: 'time', scale: 9, text: ({ micros }: DuckDBTimeValue) => seconds(micros) },
  [Types.TIMESTAMP]: { type: 'timestamp_ntz', scale: 9, text: ({ micros }: DuckDBTimestampValue) => seconds(micros) },
  [Types.TIMESTAMP_TZ]: { type: 'timestamp_tz', scale: 9, text: ({ micros }: DuckDBTimestampTZValue) => `${seconds(micros)} ${utcOffset}` },
  [Types.BLOB]: { type: 'binary', text: ({ bytes }: DuckDBBlobValue) => Buffer.from(bytes).toString('hex').toUpperCase() },
};

export function apiColumn(type: DuckDBType): ApiColumn {
  if (type instanceof DuckDBDecimalType) return fixed(type.width, type.scale);
  if (type.alias === 'JSON') return { type: 'variant', text: String };
  return columns[type.typeId] ?? { type: 'text', text: String };
}
