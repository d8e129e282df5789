/**
 * Oracle's types. What the driver would make a JavaScript Date of is written as text by the server (a
 * Date knows milliseconds alone), and numbers are fetched as text (a NUMBER has 38 digits).
 *
 * - NUMBER of up to 15 digits without decimals, BINARY_FLOAT and BINARY_DOUBLE are numbers, other NUMBERs text
 * - TIMESTAMP WITH (LOCAL) TIME ZONE is ISO 8601 in UTC with +00:00, DATE and TIMESTAMP have no zone
 * - RAW and BLOB are base64, JSON is itself
 */
import { jsonText } from '../../engines/sql/cells.ts';
import type { ColumnInfo } from './driver.ts';

const moment = `'YYYY-MM-DD"T"HH24:MI:SS.FF'`;

/** Makes a value of the type fit for JSON, in SQL. @param type `TIMESTAMP(6) WITH TIME ZONE`, as catalog and driver name it */
export function select(type: string, reference: string): string {
  if (type === 'DATE') return `to_char(${reference}, 'YYYY-MM-DD"T"HH24:MI:SS')`;
  if (/^TIMESTAMP.* TIME ZONE/.test(type)) return `to_char(sys_extract_utc(${reference}), ${moment}) || nvl2(${reference}, '+00:00', null)`;
  if (type.startsWith('TIMESTAMP')) return `to_char(${reference}, ${moment})`;
  return type.startsWith('INTERVAL') ? `to_char(${reference})` : reference;
}

/** Whether the driver's own value would lose something. */
export const needsText = (type: string): boolean => select(type, '') !== '';

type Encode = (value: never) => string;

const text = (value: unknown): string => jsonText(String(value));
const json = (value: unknown): string => JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? String(member) : member));

export function encoderOf({ dbTypeName, precision = 0, scale = 0 }: ColumnInfo): Encode {
  if (dbTypeName === 'NUMBER') {
    const fits = precision > 0 && precision <= 15 && scale === 0;
    // .5 and -.5 are how Oracle writes a half.
    return fits ? String : (value: string) => `"${/^-?\./.test(value) ? value.replace('.', '0.') : value}"`;
  }
  if (dbTypeName === 'BINARY_FLOAT' || dbTypeName === 'BINARY_DOUBLE') return (value: number) => (Number.isFinite(value) ? String(value) : text(value));
  if (dbTypeName === 'BOOLEAN') return String;
  if (dbTypeName === 'JSON') return json;
  if (dbTypeName === 'VECTOR') return (value: ArrayLike<number>) => json(Array.from(value));
  return (value: unknown) => (typeof value === 'string' ? jsonText(value) : Buffer.isBuffer(value) ? `"${value.toString('base64')}"` : typeof value === 'object' ? json(value) : text(value));
}
