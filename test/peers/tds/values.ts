/** DuckDB's values as TDS has them. */
import { DuckDBDecimalType } from '@duckdb/node-api';
import type { DuckDBBlobValue, DuckDBDateValue, DuckDBDecimalValue, DuckDBTimestampTZValue, DuckDBTimestampValue, DuckDBTimeValue } from '@duckdb/node-api';
import { Types } from '../duckdb/database.ts';
import type { DuckDBType } from '../duckdb/database.ts';
import { bytes, u32, u64, wireTypes } from './wire.ts';

export interface WireColumn {
  type: Buffer;
  encode(value: never): Buffer;
}

const dayInTicks = 864_000_000_000n;
/** Days from 0001-01-01 to 1970-01-01. */
const epochDay = 719_162;
const none = u64(0xffffffffffffffffn);
const nothing = bytes(0);

/** A long value in one chunk. */
const long = (content: Buffer): Buffer => (content.length === 0 ? Buffer.concat([u64(0n), u32(0)]) : Buffer.concat([u64(BigInt(content.length)), u32(content.length), content, u32(0)]));

function unsigned(value: bigint, size: number): Buffer {
  const buffer = Buffer.alloc(size);
  for (let at = 0, rest = value; at < size; at += 1, rest >>= 8n) buffer[at] = Number(rest & 0xffn);
  return buffer;
}
const short = (content: Buffer): Buffer => Buffer.concat([bytes(content.length), content]);
const floor = (value: bigint, by: bigint): bigint => (value % by < 0n ? value / by - 1n : value / by);

function moment(micros: bigint): Buffer {
  const ticks = micros * 10n;
  const day = floor(ticks, dayInTicks);
  return Buffer.concat([unsigned(ticks - day * dayInTicks, 5), unsigned(day + BigInt(epochDay), 3)]);
}

const integer = (size: 1 | 2 | 4 | 8): WireColumn => ({ type: wireTypes.integer(size), encode: (value: number | bigint) => short(unsigned(BigInt.asUintN(size * 8, BigInt(value)), size)) });
const decimal = (precision: number, scale: number): WireColumn => ({
  type: wireTypes.decimal(precision, scale),
  encode(value: DuckDBDecimalValue | bigint) {
    const units = typeof value === 'bigint' ? value : value.value;
    return short(Buffer.concat([bytes(units < 0n ? 0 : 1), unsigned(units < 0n ? -units : units, 16)]));
  },
});
const money: WireColumn = {
  type: wireTypes.money,
  encode: ({ value }: DuckDBDecimalValue) => short(Buffer.concat([unsigned(BigInt.asUintN(32, value >> 32n), 4), unsigned(BigInt.asUintN(32, value), 4)])),
};
const float = (size: 4 | 8): WireColumn => ({
  type: wireTypes.float(size),
  encode(value: number) {
    const buffer = Buffer.alloc(size);
    if (size === 4) buffer.writeFloatLE(value); else buffer.writeDoubleLE(value);
    return short(buffer);
  },
});
const text: WireColumn = { type: wireTypes.text, encode: (value: unknown) => long(Buffer.from(String(value), 'utf16le')) };

const columns: Partial<Record<number, WireColumn>> = {
  [Types.UTINYINT]: integer(1), [Types.TINYINT]: integer(2), [Types.SMALLINT]: integer(2), [Types.INTEGER]: integer(4), [Types.UINTEGER]: integer(8),
  [Types.BIGINT]: integer(8), [Types.HUGEINT]: decimal(38, 0),
  [Types.FLOAT]: float(4), [Types.DOUBLE]: float(8),
  [Types.BOOLEAN]: { type: wireTypes.bit, encode: (value: boolean) => bytes(1, value ? 1 : 0) },
  [Types.DATE]: { type: wireTypes.date, encode: ({ days }: DuckDBDateValue) => short(unsigned(BigInt(days + epochDay), 3)) },
  [Types.TIME]: { type: wireTypes.time, encode: ({ micros }: DuckDBTimeValue) => short(unsigned(micros * 10n, 5)) },
  [Types.TIMESTAMP]: { type: wireTypes.datetime2, encode: ({ micros }: DuckDBTimestampValue) => short(moment(micros)) },
  [Types.TIMESTAMP_TZ]: { type: wireTypes.datetimeoffset, encode: ({ micros }: DuckDBTimestampTZValue) => short(Buffer.concat([moment(micros), bytes(0, 0)])) },
  [Types.BLOB]: { type: wireTypes.binary, encode: (value: DuckDBBlobValue) => long(Buffer.from(value.bytes)) },
  [Types.UUID]: {
    type: wireTypes.uuid,
    encode(value: unknown) {
      const hex = String(value).replaceAll('-', '');
      const [one, two, three] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16)].map((part) => Buffer.from(part, 'hex').reverse());
      return short(Buffer.concat([one!, two!, three!, Buffer.from(hex.slice(16), 'hex')]));
    },
  },
};

/** DuckDB has no money; here it is the decimal of the same digits. */
export function wireColumn(type: DuckDBType): WireColumn {
  if (type instanceof DuckDBDecimalType) return type.width === 19 && type.scale === 4 ? money : decimal(type.width, type.scale);
  return columns[type.typeId] ?? text;
}

/** NULL, which is another one for values of any length. */
export const nullOf = ({ type }: WireColumn): Buffer => (type === wireTypes.text || type === wireTypes.binary ? none : nothing);
