/** Which type the texts of a column fit, so that every value keeps what was written. */
import { literal } from './quoting.ts';
import type { Connection } from './duckdb.ts';

/** Of dates like 01/02/2026, which say it no otherwise. */
export type DateOrder = 'DMY' | 'MDY';

/** What values a column holds, as bits. */
const holds = {
  integer: 1, beyondBigint: 2, beyondDouble: 4, decimal: 8, exponent: 16, notFinite: 32, boolean: 64,
  date: 128, timestamp: 256, instant: 512, time: 1024, orderedDate: 2048, orderedTimestamp: 4096, text: 8192,
} as const;
const numbers = holds.integer | holds.beyondBigint | holds.beyondDouble | holds.decimal | holds.exponent | holds.notFinite;

/** Of DuckDB's DECIMAL. */
const mostDigits = 38;
/** A column that is text in these rows is text. */
const firstRows = 10_000;

/**
 * One expression for each column, which gives its values in a type that none of them loses by: leading zeros, a plus and
 * numbers that no DECIMAL holds stay text; dates count as such in ISO 8601 alone, unless their order is given.
 * @param source in SQL, whose columns are all VARCHAR; @param columns of the source, as SQL
 */
export async function typedColumns(connection: Connection, source: string, columns: readonly string[], order?: DateOrder): Promise<string[]> {
  const first = await valuesOf(connection, `(select * from ${source} limit ${firstRows})`, columns, order);
  const open = columns.filter((_, index) => (first[index]! & holds.text) === 0);
  const all = new Map((await valuesOf(connection, source, open, order)).map((mask, index) => [open[index]!, mask]));
  const wide = open.filter((column) => needsDecimal(all.get(column)!));
  const decimals = new Map((await decimalsOf(connection, source, wide)).map((type, index) => [wide[index]!, type]));
  return columns.map((column) => {
    const mask = all.get(column) ?? holds.text;
    const type = decimals.get(column) ?? typeOf(mask);
    if (type === 'VARCHAR') return column;
    const value = `nullif(trim(${column}), '')`;
    return (mask & (holds.orderedDate | holds.orderedTimestamp)) === 0 ? `${value}::${type}` : `strptime(${value}, ${formatsOf(order!)})::${type}`;
  });
}

/** Of each column whose values a double may round: the type that keeps them. Absent where none is rounded. @param columns of numbers */
export async function exactTypes(connection: Connection, source: string, columns: readonly string[]): Promise<(string | undefined)[]> {
  const masks = await valuesOf(connection, source, columns);
  const rounded = columns.filter((_, index) => (masks[index]! & holds.beyondDouble) !== 0);
  const plain = rounded.filter((column) => needsDecimal(masks[columns.indexOf(column)]!));
  const decimals = await decimalsOf(connection, source, plain);
  return columns.map((column) => (rounded.includes(column) ? decimals[plain.indexOf(column)] ?? 'VARCHAR' : undefined));
}

async function valuesOf(connection: Connection, source: string, columns: readonly string[], order?: DateOrder): Promise<number[]> {
  if (columns.length === 0) return [];
  const [row] = await connection.rows(`select ${columns.map((column, index) => `coalesce(bit_or(${valueOf(column, order)}), 0)::integer as m${index}`).join(', ')} from ${source}`);
  return columns.map((_, index) => Number(row![`m${index}`]));
}

/** A value's bits, as SQL. */
function valueOf(column: string, order: DateOrder | undefined): string {
  const value = `trim(${column})`;
  const is = (pattern: string) => `regexp_full_match(${value}, ${literal(pattern)})`;
  const fits = (type: string) => `try_cast(${value} as ${type}) is not null`;
  const rounded = `case when (length(${value}) > 15 or contains(lower(${value}), 'e')) and ${digitsOf(value)} is distinct from ${digitsOf(`try_cast(${value} as double)::varchar`)} then ${holds.beyondDouble} else 0 end`;
  const [day, clock] = ['[0-9]{4}-[0-9]{2}-[0-9]{2}', '[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?'];
  const ordered = order === undefined ? '' : `when try_strptime(${value}, ${formatsOf(order)}) is not null then case when contains(${value}, ':') then ${holds.orderedTimestamp} else ${holds.orderedDate} end`;
  return `case
    when ${column} is null or ${value} = '' then 0
    when ${is('0|-?[1-9][0-9]*')} then ${holds.integer} | case when ${fits('bigint')} then 0 else ${holds.beyondBigint} end | ${rounded}
    when ${is('-?(0|[1-9][0-9]*)?[.][0-9]+')} then ${holds.decimal} | ${rounded}
    when ${is('-?(0|[1-9][0-9]*)?([.][0-9]+)?[eE][-+]?[0-9]{1,4}')} and ${fits('double')} then ${holds.exponent} | ${rounded}
    when ${is('(?i)nan|-?inf(inity)?')} then ${holds.notFinite}
    when ${is('(?i)true|false')} then ${holds.boolean}
    when ${is(day)} and ${fits('date')} then ${holds.date}
    when ${is(`${day}[ T]${clock}`)} and ${fits('timestamp')} then ${holds.timestamp}
    when ${is(`${day}[ T]${clock}(Z|[-+][0-9]{2}(:?[0-9]{2})?)`)} and ${fits('timestamptz')} then ${holds.instant}
    when ${is('([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?')} then ${holds.time}
    ${ordered}
    else ${holds.text} end`;
}

/** The significant digits of a number, as SQL: a double that keeps a number writes it with the same. */
function digitsOf(value: string): string {
  return `rtrim(ltrim(replace(regexp_replace(${value}, '[eE].*$', ''), '.', ''), '-0'), '0')`;
}

function formatsOf(order: DateOrder): string {
  const days = ['/', '.', '-'].map((mark) => (order === 'DMY' ? ['%d', '%m', '%Y'] : ['%m', '%d', '%Y']).join(mark));
  return `[${days.flatMap((day) => ['', ' %H:%M', ' %H:%M:%S'].map((clock) => literal(day + clock))).join(', ')}]`;
}

function typeOf(mask: number): string {
  const only = (bits: number) => mask !== 0 && (mask & ~bits) === 0;
  if (only(holds.boolean)) return 'BOOLEAN';
  if (only(holds.integer | holds.beyondDouble)) return 'BIGINT';
  if (only(numbers & ~holds.beyondDouble) && !only(holds.notFinite)) return 'DOUBLE';
  if (only(holds.date) || only(holds.orderedDate)) return 'DATE';
  if (only(holds.date | holds.timestamp) || only(holds.orderedDate | holds.orderedTimestamp)) return 'TIMESTAMP';
  if (only(holds.instant)) return 'TIMESTAMPTZ';
  return only(holds.time) ? 'TIME' : 'VARCHAR';
}

/** Integers beyond 64 bits, and numbers without an exponent that a double would round. */
function needsDecimal(mask: number): boolean {
  const isPlain = (mask & ~(holds.integer | holds.beyondBigint | holds.beyondDouble | holds.decimal)) === 0;
  return isPlain && ((mask & holds.beyondBigint) !== 0 || (mask & (holds.beyondDouble | holds.decimal)) === (holds.beyondDouble | holds.decimal));
}

async function decimalsOf(connection: Connection, source: string, columns: readonly string[]): Promise<string[]> {
  if (columns.length === 0) return [];
  const longest = (column: string, pattern: string) => `coalesce(max(length(regexp_extract(trim(${column}), ${literal(pattern)}, 1))), 0)::integer`;
  const [row] = await connection.rows(`select ${columns.map((column, index) => `${longest(column, '^-?([0-9]*)')} as w${index}, ${longest(column, '[.]([0-9]+)$')} as s${index}`).join(', ')} from ${source}`);
  return columns.map((_, index) => {
    const [whole, scale] = [Number(row![`w${index}`]), Number(row![`s${index}`])];
    return whole + scale <= mostDigits ? `DECIMAL(${mostDigits},${scale})` : 'VARCHAR';
  });
}
