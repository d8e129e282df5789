/**
 * Values as JSON, without loss:
 *
 * - integers up to 32 bits, real and float are numbers; bigint, decimal and money are text
 * - datetimeoffset is ISO 8601 in UTC with +00:00; datetime, datetime2, date and time, which have no zone, have none here
 * - binary, varbinary, rowversion and CLR types are base64
 */
import { shortestSingle } from '../../engines/sql/cells.ts';
import { PatchbayError } from '../../platform/errors.ts';

export interface ColumnMetadata {
  colName: string;
  type: { name: string };
  precision?: number;
  scale?: number;
  dataLength?: number;
}

type Encode = (value: never) => string;

const number = (value: number): string => String(value);
const text = (value: unknown): string => JSON.stringify(String(value));

const encoders: Record<string, (column: ColumnMetadata) => Encode> = {
  Bit: () => String, BitN: () => String,
  TinyInt: () => number, SmallInt: () => number, Int: () => number,
  BigInt: () => text,
  // Of 8 bytes it is a bigint, which tedious gives as text.
  IntN: () => (value: number | string) => (typeof value === 'number' ? String(value) : `"${value}"`),
  Float: () => number,
  Real: () => single,
  FloatN: ({ dataLength }) => (dataLength === 4 ? single : number),
  Decimal: exact, DecimalN: exact, Numeric: exact, NumericN: exact,
  Money: money, MoneyN: money, SmallMoney: money,
  DateTime: () => (value: Date) => quoted(local(value)),
  DateTimeN: ({ dataLength }) => (value: Date) => quoted(dataLength === 4 ? local(value).slice(0, 19) : local(value)),
  SmallDateTime: () => (value: Date) => quoted(local(value).slice(0, 19)),
  DateTime2: ({ scale = 7 }) => (value: Date) => quoted(precise(value, scale)),
  DateTimeOffset: ({ scale = 7 }) => (value: Date) => quoted(`${precise(value, scale)}+00:00`),
  Date: () => (value: Date) => quoted(value.toISOString().slice(0, 10)),
  Time: ({ scale = 7 }) => (value: Date) => quoted(precise(value, scale).slice(11)),
  Variant: () => variant,
};

/** How the values of a column are written; never called with null. */
export function encoderOf(column: ColumnMetadata): Encode {
  return encoders[column.type.name]?.(column) ?? variant;
}

const quoted = (plain: string): string => `"${plain}"`;
/** `2026-02-03T04:05:06.123` */
const local = (value: Date): string => value.toISOString().slice(0, -1);

/** With as many digits of the second as the type has. */
function precise(value: Date & { nanosecondsDelta?: number }, scale: number): string {
  const whole = local(value);
  if (scale === 0) return whole.slice(0, -4);
  const rest = Math.round((value.nanosecondsDelta ?? 0) * 1e7);
  return `${whole.slice(0, -3)}${(whole.slice(-3) + String(rest).padStart(4, '0')).slice(0, scale)}`;
}

const single = (value: number): string => String(shortestSingle(value));

/** A double carries 15 digits exactly; what has more must not be passed on rounded. */
const mostUnits = 1e15;

function decimal(value: number, scale: number): string {
  if (Math.abs(value) * 10 ** scale < mostUnits) return quoted(value.toFixed(scale));
  throw new PatchbayError('invalid_query', `A value of type decimal has more than 15 digits (with ${scale} after the point), which the driver would round.`, {
    hint: 'Convert it to text in the query, as in CAST(x AS varchar(41)); Read does so by itself.',
  });
}

function exact({ scale = 0 }: ColumnMetadata): Encode {
  return (value: number) => decimal(value, scale);
}

function money(): Encode {
  return (value: number) => decimal(value, 4);
}

/** What tedious made of a value whose type is known only row by row, or of text. */
function variant(value: unknown): string {
  if (Buffer.isBuffer(value)) return `"${value.toString('base64')}"`;
  if (value instanceof Date) return quoted(local(value));
  return JSON.stringify(value);
}
