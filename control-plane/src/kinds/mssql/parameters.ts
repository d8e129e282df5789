/** Values as tedious binds them. */
import type { TYPES } from 'tedious';

type Types = typeof TYPES;
type DataType = Types[keyof Types];

/** Text converts itself to whatever it meets; numbers keep a comparison with a column of numbers one of numbers. */
export function typeOf(types: Types, value: unknown): { type: DataType; value: unknown } {
  if (value === null || value === undefined) return { type: types.NVarChar, value: null };
  if (typeof value === 'boolean') return { type: types.Bit, value };
  if (Buffer.isBuffer(value)) return { type: types.VarBinary, value };
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return { type: types.Float, value };
    return Math.abs(value) < 2 ** 31 ? { type: types.Int, value } : { type: types.BigInt, value: String(value) };
  }
  return { type: types.NVarChar, value: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}
