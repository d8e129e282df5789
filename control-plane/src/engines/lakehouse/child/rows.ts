/** A statement's rows as lines of JSON. */
import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';
import type { RecordBatch } from '../../../kinds/contract.ts';
import { linesOf } from '../../sql/batch.ts';
import { literal } from '../quoting.ts';
import type { Chunk, Connection } from './database.ts';
import { writtenByDuckdb } from './json.ts';
import { longestRow } from './protocol.ts';
import type { Statement } from './protocol.ts';
import { createTextEncoders } from './values.ts';

export class LongRow extends Error {}

/** What stands at one place of a row's line, and of which column of the result it is made. */
interface Part {
  prefix: string;
  /** The JSON of what is not null. */
  encode(value: DuckDBValue): string;
}

const encoderOf = createTextEncoders(DuckDBTypeId);

export async function* recordsOf(connection: Connection, statement: Statement): AsyncGenerator<RecordBatch> {
  const together = statement.rows === 'read' ? await writtenTogether(connection, statement.text) : undefined;
  const { result, chunks } = await connection.stream(together?.text ?? statement.text, statement.parameters);
  const types = result.columnTypes();
  const parts = together?.parts ?? result.deduplicatedColumnNames().map((name, index): Part => ({ prefix: prefixOf(name, index), encode: encoderOf(types[index]!) }));
  yield* linesOf(rowsOf(chunks, parts, statement.limit ?? Infinity), closed);
}

/**
 * What is text is fetched value by value, each by a call into DuckDB, so where columns of text stand beside others,
 * DuckDB writes their part of the line, on threads of its own. @returns undefined where that is not worth it
 */
async function writtenTogether(connection: Connection, text: string): Promise<{ text: string; parts: Part[] } | undefined> {
  const columns = await connection.columns(text);
  const members = columns.map(({ name, type }, index) => ({ prefix: prefixOf(name, index), column: `c${index}`, type, json: writtenByDuckdb(DuckDBTypeId, type, `c${index}`) }));
  const runs: (typeof members)[] = [];
  for (const [index, member] of members.entries()) {
    if (index > 0 && member.json !== undefined && members[index - 1]!.json !== undefined) runs.at(-1)!.push(member);
    else runs.push([member]);
  }
  const isWorthIt = (run: typeof members) => run.length > 1 && (run.length > 4 || run.some(({ type }) => type.typeId === DuckDBTypeId.VARCHAR));
  if (!runs.some(isWorthIt)) return undefined;
  const selected = runs.flatMap((run): { sql: string; part: Part }[] => isWorthIt(run)
    ? [{ sql: `concat(${run.map(({ prefix, json }) => `${literal(prefix)}, coalesce(${json}, 'null')`).join(', ')})`, part: { prefix: '', encode: String } }]
    : run.map(({ prefix, column, type }) => ({ sql: column, part: { prefix, encode: encoderOf(type) } })));
  return {
    text: `select ${selected.map(({ sql }) => sql).join(', ')} from (${text}) as r(${members.map(({ column }) => column).join(', ')})`,
    parts: selected.map(({ part }) => part),
  };
}

const prefixOf = (name: string, index: number): string => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`;

function closed(line: string): string {
  if (line.length > longestRow) throw new LongRow(`a row of ${line.length} characters`);
  return `${line}}`;
}

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
