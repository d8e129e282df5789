/**
 * All files of a partitioned table as one scan. Their copies lie in folders that name their partitions, which DuckDB's
 * hive partitioning reads: it then groups by partitions without a hash table, and passes over files by them. The
 * folders are ours, not the writer's: each value is the log's, typed by the table's schema and never guessed.
 */
import { createHash } from 'node:crypto';
import type { Connection } from '../duckdb.ts';
import { identifier, literal } from '../quoting.ts';
import type { AddFile } from './actions.ts';
import { partitionValue } from './facts.ts';
import type { DeltaColumn } from './schema.ts';

export interface OneScan {
  /** A SELECT of the columns by their physical names, in their order; undefined where one scan would not give the same as the files one by one. */
  select(connection: Connection, columns: readonly DeltaColumn[], paths: readonly string[]): Promise<string | undefined>;
}

/** How many lists of files are remembered with what was found in them. */
const listsKept = 200;
/** In bytes: what file systems allow. */
const longestName = 255;

/** Where a copy has to lie; undefined where its partitions cannot be told so. */
export function partitionFolder(file: AddFile, columns: readonly DeltaColumn[]): string | undefined {
  const folders = columns.filter(({ isPartition }) => isPartition).map((column, index) => `${folderName(index)}=${encoded(partitionValue(file, column))}`);
  return folders.length === 0 || columns.some(({ id }) => id !== undefined) || folders.some(({ length }) => length > longestName) ? undefined : folders.join('/');
}

/** What no field is called; a table that has one all the same is not read so. */
const partitionPrefix = 'patchbay_partition_';
const folderName = (index: number): string => `${partitionPrefix}${index}`;

/** DuckDB takes NULL and this for null; a value of the same text differs by its first character, which is always escaped. */
function encoded(value: string | null): string {
  if (value === null) return '__HIVE_DEFAULT_PARTITION__';
  return Array.from(Buffer.from(value), (byte, index) => {
    const character = String.fromCharCode(byte);
    return index > 0 && /[0-9A-Za-z]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

export function createOneScan(): OneScan {
  const known = new Map<string, Promise<Scanned | undefined>>();
  return {
    async select(connection, columns, paths) {
      const types = columns.filter(({ isPartition }) => isPartition).map(({ sql }, index) => `${folderName(index)}: ${literal(sql)}`);
      const source = (byName: boolean) =>
        `read_parquet([${paths.map(literal).join(', ')}], union_by_name = ${byName}, hive_partitioning = true, hive_types = {${types.join(', ')}})`;
      const key = createHash('sha256').update(JSON.stringify([columns.map(({ physical, sql, isPartition }) => [physical, sql, isPartition]), paths])).digest('base64');
      let looking = known.get(key);
      if (!looking) {
        known.set(key, (looking = look(connection, columns, paths, source)));
        // One that was given up is looked at again by the next.
        looking.catch(() => known.delete(key));
        for (const oldest of known.keys()) if (known.size > listsKept) known.delete(oldest);
      }
      const scanned = await looking;
      return scanned && `select ${scanned.list} from ${source(!scanned.areAlike)}`;
    },
  };
}

interface Scanned {
  /** The columns as SQL. */
  list: string;
  /** All files have the same columns of the same types: only the first has to be opened to know them. */
  areAlike: boolean;
}

/**
 * A file's value is cast to the table's type. In one scan it is first cast to a type that the column has in all files
 * together: that must be the table's, or the one that it has in each of them, or a detour might change the value. Fields
 * within a field are matched by name only where the whole is read by the table's schema.
 */
async function look(connection: Connection, columns: readonly DeltaColumn[], paths: readonly string[], source: (byName: boolean) => string): Promise<Scanned | undefined> {
  const [schemas] = await connection.rows(`
    select count(distinct fields) as n from (
      select string_agg(concat_ws(' ', name, type, duckdb_type, logical_type, converted_type, num_children), '; ' order by column_id) as fields
      from parquet_schema([${paths.map(literal).join(', ')}]) group by file_name)`);
  const areAlike = Number(schemas!['n']) === 1;
  const found = new Map((await connection.rows(`describe select * from ${source(!areAlike)}`)).map((row) => [String(row['column_name']), String(row['column_type'])]));
  const wanted = await connection.rows(`describe select ${columns.map(({ sql }, index) => `null::${sql} as c${index}`).join(', ')}`);
  const inOtherCapitals = new Set([...found.keys()].map((name) => name.toLowerCase()));
  const list: string[] = [];
  let partitions = 0;
  for (const [index, { physical, type: ofTable, sql, isPartition }] of columns.entries()) {
    const name = identifier(physical);
    const type = found.get(physical);
    if (isPartition) list.push(`${folderName(partitions++)} as ${name}`);
    else if (physical.toLowerCase().startsWith(partitionPrefix)) return undefined;
    else if (type === wanted[index]!['column_type']) list.push(name);
    else if (type !== undefined && areAlike && typeof ofTable === 'string') list.push(`${name}::${sql} as ${name}`);
    else if (type === undefined && !inOtherCapitals.has(physical.toLowerCase())) list.push(`null::${sql} as ${name}`);
    else return undefined;
  }
  return { list: list.join(', '), areAlike };
}
