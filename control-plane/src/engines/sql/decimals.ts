/** Decimals as text, to be compared with a column as they are: a cast to the column's own type would round them to another record's. */
import { UnfitValue } from './dialect.ts';

export interface DecimalType {
  precision: number;
  scale: number;
}

const plain = /^[+-]?\d*(?:\.(\d*?)0*)?$/;
/** What the widest type of every database with such a limit has. */
export const mostDigits = 38;

/** How many digits after the point the value needs; undefined when it is no plain decimal, as 1e-7. */
export function fractionDigits(text: string): number | undefined {
  const match = plain.exec(text.trim());
  return match ? (match[1]?.length ?? 0) : undefined;
}

/** The type with as many digits after the point more as the value has. Throws `UnfitValue`. @param type the column's own, for the error */
export function widened({ precision, scale }: DecimalType, text: string, type: string): DecimalType {
  const more = Math.max(0, (fractionDigits(text) ?? 0) - scale);
  if (precision + more > mostDigits) throw new UnfitValue(`has more digits after the point than ${type} can be compared with`);
  return { precision: precision + more, scale: scale + more };
}

/** `decimal(12,2)` → 12 and 2. */
export function decimalType(type: string): DecimalType {
  const [, precision, scale] = /\((\d+),\s*(\d+)\)/.exec(type) ?? [];
  return { precision: Number(precision ?? mostDigits), scale: Number(scale ?? 0) };
}
