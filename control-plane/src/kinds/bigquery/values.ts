/**
 * BigQuery's cells, which are texts, as JSON without loss:
 *
 * - FLOAT64 is a number; INT64, NUMERIC and BIGNUMERIC are text
 * - TIMESTAMP is ISO 8601 in UTC with +00:00; DATETIME, DATE and TIME have no zone
 * - BYTES are base64, JSON is itself (a number in it that would be rounded is text), STRUCT an object, ARRAY a list
 */
import { distinctNames } from '../../engines/sql/cells.ts';
import { exactJson } from '../../platform/exact-json.ts';

export interface FieldSchema {
  name: string;
  type: string;
  mode?: string;
  fields?: FieldSchema[];
  precision?: string;
  scale?: string;
}
export type Cell = string | null | { f: { v: Cell }[] } | { v: Cell }[];

type Encode = (cell: never) => string;

const plain = (cell: string): string => `"${cell}"`;
const scalars: Record<string, Encode> = {
  INTEGER: plain, INT64: plain, NUMERIC: plain, BIGNUMERIC: plain, DATE: plain, TIME: plain, DATETIME: plain, BYTES: plain,
  FLOAT: number, FLOAT64: number,
  BOOLEAN: String, BOOL: String,
  TIMESTAMP: (cell: string) => `"${instant(cell)}"`,
  JSON: json,
};
const text = (cell: string): string => JSON.stringify(cell);

function number(cell: string): string {
  const value = Number(cell);
  return Number.isFinite(value) ? String(value) : text(cell);
}

function json(cell: string): string {
  try {
    return JSON.stringify(JSON.parse(exactJson(cell)));
  } catch {
    return text(cell);
  }
}

/** How the cells of a column are written; never called with null. */
export function encoderOf({ mode, ...field }: FieldSchema): Encode {
  if (mode === 'REPEATED') {
    const element = encoderOf(field);
    return (cell: { v: Cell }[]) => `[${cell.map(({ v }) => (v === null ? 'null' : element(v as never))).join(',')}]`;
  }
  if (field.type !== 'RECORD' && field.type !== 'STRUCT') return scalars[field.type] ?? text;
  const names = distinctNames((field.fields ?? []).map(({ name }) => name));
  const members = (field.fields ?? []).map((member, index) => ({ prefix: `${JSON.stringify(names[index])}:`, encode: encoderOf(member) }));
  return ({ f }: { f: { v: Cell }[] }) =>
    `{${members.map(({ prefix, encode }, index) => prefix + (f[index]!.v === null ? 'null' : encode(f[index]!.v as never))).join(',')}}`;
}

/** Microseconds since 1970, as an integer in text. */
function instant(cell: string): string {
  const micros = BigInt(cell);
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const base = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, -5);
  return `${base}.${String(fraction).padStart(6, '0')}+00:00`;
}
