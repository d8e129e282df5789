/** A statement's rows as lines of JSON. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { RecordBatch } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { linesOf } from '../sql/batch.ts';
import { literal } from './duckdb.ts';
import type { Chunk, Connection } from './duckdb.ts';
import { writtenByDuckdb } from './json.ts';
import { createTextEncoders } from './values.ts';

/** What stands at one place of a row's line, and of which column of the result it is made. */
interface Part {
  prefix: string;
  /** The JSON of what is not null. */
  encode(value: DuckDBValue): string;
}

/** A statement of whoever asks. @param limit of rows, after which it is given up */
export async function* streamRows(connection: Connection, text: string, parameters: unknown[], limit = Infinity): AsyncGenerator<RecordBatch> {
  const { DuckDBTypeId } = await import('@duckdb/node-api');
  const { result, chunks } = await connection.stream(text, parameters.map(asParameter));
  const encoderOf = createTextEncoders(DuckDBTypeId);
  const types = result.columnTypes();
  const parts = result.deduplicatedColumnNames().map((name, index) => ({ prefix: prefixOf(name, index), encode: encoderOf(types[index]!) }));
  yield* linesOf(rowsOf(chunks, parts, limit), closed);
}

/**
 * A statement of our own, whose names are unique. What is text is fetched value by value, each by a call into DuckDB,
 * so where columns of text stand beside others, DuckDB writes their part of the line, on threads of its own.
 */
export async function* streamRead(connection: Connection, text: string, parameters: unknown[]): AsyncGenerator<RecordBatch> {
  const { DuckDBTypeId } = await import('@duckdb/node-api');
  const columns = await connection.columns(text);
  const encoderOf = createTextEncoders(DuckDBTypeId);
  const members = columns.map(({ name, type }, index) => ({ prefix: prefixOf(name, index), column: `c${index}`, type, json: writtenByDuckdb(DuckDBTypeId, type, `c${index}`) }));
  const runs: (typeof members)[] = [];
  for (const [index, member] of members.entries()) {
    if (index > 0 && member.json !== undefined && members[index - 1]!.json !== undefined) runs.at(-1)!.push(member);
    else runs.push([member]);
  }
  const isWorthIt = (run: typeof members) => run.length > 1 && (run.length > 4 || run.some(({ type }) => type.typeId === DuckDBTypeId.VARCHAR));
  if (!runs.some(isWorthIt)) {
    yield* streamRows(connection, text, parameters);
    return;
  }
  const selected = runs.flatMap((run): { sql: string; part: Part }[] => isWorthIt(run)
    ? [{ sql: `concat(${run.map(({ prefix, json }) => `${literal(prefix)}, coalesce(${json}, 'null')`).join(', ')})`, part: { prefix: '', encode: String } }]
    : run.map(({ prefix, column, type }) => ({ sql: column, part: { prefix, encode: encoderOf(type) } })));
  const statement = `select ${selected.map(({ sql }) => sql).join(', ')} from (${text}) as r(${members.map(({ column }) => column).join(', ')})`;
  const { chunks } = await connection.stream(statement, parameters.map(asParameter));
  yield* linesOf(rowsOf(chunks, selected.map(({ part }) => part), Infinity), closed);
}

const prefixOf = (name: string, index: number): string => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;
const closed = (line: string): string => `${line}}`;

async function* rowsOf(chunks: AsyncIterable<Chunk>, parts: readonly Part[], limit: number): AsyncGenerator<string[]> {
  let left = limit;
  for await (const chunk of chunks) {
    const count = Math.min(chunk.rowCount, left);
    const lines = Array.from({ length: count }, () => '');
    // Column by column: each loop has one kind of vector and one encoder.
    for (const [index, { prefix, encode }] of parts.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < count; row += 1) {
        const value = vector.getItem(row);
        lines[row] += prefix + (value === null ? 'null' : encode(value));
      }
    }
    yield lines;
    left -= count;
    if (left <= 0) return;
  }
}

function asParameter(value: unknown, index: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value !== undefined) return JSON.stringify(value);
  throw new PatchbayError('invalid_request', `The parameter ${index + 1} has no value.`, { fields: [{ path: `parameters.${index}`, message: 'is missing' }] });
}
