/**
 * Cells of the SQL API, which are all texts, as JSON without loss:
 *
 * - NUMBER of up to 15 digits without decimals and FLOAT are numbers; larger and decimal ones are text
 * - TIMESTAMP_TZ and _LTZ are ISO 8601 in UTC with +00:00, TIMESTAMP_NTZ, DATE and TIME without a zone
 * - BINARY is base64; VARIANT, OBJECT and ARRAY are themselves; numbers in them that would be rounded are text
 */
import { exactJson } from '../../platform/exact-json.ts';

export interface RowType {
  name: string;
  type: string;
  precision?: number | null;
  scale?: number | null;
}

type Encode = (cell: string) => string;

const text: Encode = (cell) => JSON.stringify(cell);
const plain: Encode = (cell) => `"${cell}"`;
const real: Encode = (cell) => (Number.isFinite(Number(cell)) ? String(Number(cell)) : text(cell));
const json: Encode = (cell) => {
  try {
    return JSON.stringify(JSON.parse(exactJson(cell)));
  } catch {
    return text(cell); // `undefined` and NaN are values of a VARIANT.
  }
};
const zoned = (scale: number): Encode => (cell) => `"${instant(cell, scale)}+00:00"`;

const encoders: Record<string, (column: { precision: number; scale: number }) => Encode> = {
  fixed: ({ precision, scale }) => (scale === 0 && precision <= 15 ? String : plain),
  real: () => real,
  boolean: () => (cell) => (/^(true|1)$/i.test(cell) ? 'true' : 'false'),
  date: () => (cell) => (/^-?\d+$/.test(cell) ? `"${isoDay(Number(cell) * 86_400_000)}"` : text(cell)),
  time: ({ scale }) => (cell) => `"${instant(cell, scale).slice(11)}"`,
  timestamp_ntz: ({ scale }) => (cell) => `"${instant(cell, scale)}"`,
  timestamp_ltz: ({ scale }) => zoned(scale),
  timestamp_tz: ({ scale }) => zoned(scale),
  binary: () => (cell) => `"${Buffer.from(cell, 'hex').toString('base64')}"`,
  variant: () => json, object: () => json, array: () => json, map: () => json, vector: () => json, geography: () => json, geometry: () => json,
};

/** How the cells of a column are written; never called with null. */
export function encoderOf({ type, precision, scale }: RowType): Encode {
  return encoders[type.toLowerCase()]?.({ precision: precision ?? 38, scale: scale ?? 0 }) ?? text;
}

/** Years before 1000 and beyond 9999 have another form in JavaScript's ISO, of the same length or clearly marked. */
const isoDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, -14);

/** `1616173619.123456789` or, with an offset that the moment does not depend on, `1616173619.123456789 960`. */
function instant(cell: string, scale: number): string {
  const [, sign = '', whole = '0', digits = ''] = /^(-?)(\d+)(?:\.(\d+))?/.exec(cell) ?? [];
  const fraction = digits.padEnd(9, '0').slice(0, 9);
  // Before 1970 the fraction counts backwards.
  const backwards = sign === '-' && Number(fraction) > 0;
  const seconds = (sign === '-' ? -Number(whole) : Number(whole)) - (backwards ? 1 : 0);
  const nanoseconds = backwards ? String(1_000_000_000 - Number(fraction)).padStart(9, '0') : fraction;
  const base = new Date(seconds * 1000).toISOString().slice(0, -5);
  return scale === 0 ? base : `${base}.${nanoseconds.slice(0, scale)}`;
}
