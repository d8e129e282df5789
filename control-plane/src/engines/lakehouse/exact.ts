/** DuckDB takes numbers in text for doubles once one has a fraction or more than 64 bits; where that rounds any of a field, the field is read otherwise. */
import { createHash } from 'node:crypto';
import { identifier, literal } from './quoting.ts';
import type { Connection } from './duckdb.ts';
import { exactTypes } from './typing.ts';

export interface ExactNumbers {
  /** What to add to read_csv's options. @param read the call of read_csv with more options, which begin with a comma */
  options(connection: Connection, read: (more: string) => string): Promise<string>;
}

/** How many lists of files are remembered with what was found in them. */
const listsKept = 200;

export function createExactNumbers(): ExactNumbers {
  const known = new Map<string, Promise<string>>();
  return {
    options(connection, read) {
      // Copies are called by their content.
      const key = createHash('sha256').update(read('')).digest('base64');
      let looking = known.get(key);
      if (!looking) {
        known.set(key, (looking = look(connection, read)));
        // One that was given up is looked at again by the next.
        looking.catch(() => known.delete(key));
        for (const oldest of known.keys()) if (known.size > listsKept) known.delete(oldest);
      }
      return looking;
    },
  };
}

async function look(connection: Connection, read: (more: string) => string): Promise<string> {
  const fields = (await connection.rows(`describe select * from ${read('')}`)).map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
  const doubles = fields.filter(({ type }) => type === 'DOUBLE').map(({ name }) => name);
  if (doubles.length === 0) return '';
  // Whether there is one would be guessed anew from other types.
  const header = fields.some(({ name }) => !/^column\d+$/.test(name));
  const options = (types: [string, string][]) => `, header = ${header}, types = {${types.map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(', ')}}`;
  const exact = await exactTypes(connection, read(options(doubles.map((name) => [name, 'VARCHAR']))), doubles.map(identifier));
  const kept = doubles.flatMap((name, index): [string, string][] => (exact[index] === undefined ? [] : [[name, exact[index]]]));
  return kept.length === 0 ? '' : options(kept);
}
