/** A Delta table as files to read: its snapshot, the files that may matter, and the SQL that reads them. */
import type { Filter } from '../../../categories/shared.ts';
import type { Call } from '../../../kinds/contract.ts';
import { PatchbayError } from '../../../platform/errors.ts';
import { pathProblem } from '../../objects/keys.ts';
import type { StoredObject } from '../../objects/store.ts';
import type { Connection } from '../duckdb.ts';
import { identifier, literal } from '../quoting.ts';
import type { DeltaListing } from '../listing.ts';
import { createCopies } from '../place.ts';
import type { Copies, LakeObject, LakePlace } from '../place.ts';
import { mayMatch } from '../prune.ts';
import { brokenLog } from './actions.ts';
import type { Action, AddFile, DeletionVectorDescriptor } from './actions.ts';
import { inlineVector, storedVector, vectorFile } from './deletion-vector.ts';
import { factsOf, partitionValue } from './facts.ts';
import { readSnapshot } from './log.ts';
import type { Snapshot } from './log.ts';
import { partitionFolder } from './one-scan.ts';
import { logicalValue } from './schema.ts';
import type { DeltaColumn } from './schema.ts';

/** What of a checkpoint is read. */
const checkpointColumns = ['protocol', 'metaData', 'add', 'sidecar'];

export async function loadSnapshot(place: LakePlace, connection: Connection, listing: DeltaListing, call: Call): Promise<Snapshot> {
  const objects = new Map(listing.log.map(({ name, object }) => [name, object]));
  const copies = createCopies(place, call);
  const find = (name: string): StoredObject => {
    const object = objects.get(name);
    if (!object) throw brokenLog(listing.name, `its log lacks ${name}`);
    return object;
  };
  try {
    return await readSnapshot({
      table: listing.name,
      files: listing.log,
      json: (name) => jsonActions(place, find(name), copies, listing.name),
      async parquet(names) {
        const paths = await copies.all(names.map(find), 'bytes');
        const files = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true)`;
        const described = await connection.rows(`describe select * from ${files}`);
        const present = checkpointColumns.filter((column) => described.some((row) => row['column_name'] === column));
        const rows = await connection.rows(
          `select ${present.map((column) => `to_json(${identifier(column)})::varchar as ${identifier(column)}`).join(', ')} from ${files} where ${present.map((column) => `${identifier(column)} is not null`).join(' or ')}`,
        );
        return rows.map((row) => Object.fromEntries(present.map((column) => [column, row[column] == null ? null : (JSON.parse(String(row[column])) as unknown)])) as Action);
      },
    }, listing.version);
  } finally {
    copies.release();
  }
}

async function* jsonActions(place: LakePlace, object: StoredObject, copies: Copies, table: string): AsyncGenerator<Action> {
  const { createReadStream } = await import('node:fs');
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: createReadStream(await copies.of(object, 'text')), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line) as Action;
    } catch (error) {
      throw brokenLog(table, `${place.keys.fromStore(object.key)} is not valid JSON`, error);
    }
  }
}

/** The files that may hold rows which meet the conditions. */
export function filesFor({ files, columns }: Snapshot, filters: readonly Filter[]): AddFile[] {
  if (filters.length === 0) return files;
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return files.filter((file) => mayMatch(factsOf(file, byName), filters));
}

/** A SELECT of the rows of these files, columns by their logical names and in the table's order. @param scan of all at once, where it can be had */
export async function deltaSelect(
  { root, name }: DeltaListing, { columns }: Snapshot, files: readonly AddFile[], copies: Copies,
  scan?: (columns: readonly DeltaColumn[], paths: readonly string[]) => Promise<string | undefined>,
): Promise<string> {
  const stored = columns.filter(({ isPartition }) => !isPartition);
  const logical = columns.map((column) => `${logicalValue(column.type, identifier(column.physical))} as ${identifier(column.name)}`).join(', ');
  if (files.length === 0) return `select ${logical} from (select ${columns.map((column) => `null::${column.sql} as ${identifier(column.physical)}`).join(', ')}) where false`;

  const objects = files.map((file) => dataObject(root, name, file, columns));
  const paths = await copies.all(objects, 'bytes');
  const parts: string[] = [];
  const whole: { file: AddFile; path: string }[] = [];
  for (const [index, file] of files.entries()) {
    const path = paths[index]!;
    if (file.deletionVector) parts.push(partSelect(columns, stored, file, [path], await deletedRows(root, name, file.deletionVector, copies)));
    else whole.push({ file, path });
  }
  const isLaidOut = whole.length > 0 && objects.every(({ folder }) => folder !== undefined);
  const atOnce = isLaidOut ? await scan?.(columns, whole.map(({ path }) => path)) : undefined;
  if (atOnce !== undefined) parts.push(atOnce);
  else for (const group of Map.groupBy(whole, ({ file }) => JSON.stringify(columns.filter(({ isPartition }) => isPartition).map((column) => partitionValue(file, column)))).values()) {
    parts.push(partSelect(columns, stored, group[0]!.file, group.map(({ path }) => path)));
  }
  return `select ${logical} from (${parts.join(' union all ')})`;
}

/** Files of one partition. @param deleted a file of the numbers of deleted rows, for a single file */
function partSelect(columns: DeltaColumn[], stored: DeltaColumn[], file: AddFile, paths: string[], deleted?: string): string {
  const list = columns.map((column) => {
    if (!column.isPartition) return identifier(column.physical);
    const value = partitionValue(file, column);
    return `${value === null ? 'null' : literal(value)}::${column.sql} as ${identifier(column.physical)}`;
  });
  const byId = stored.every(({ id }) => id !== undefined);
  const entries = stored.map((column) =>
    `${byId ? column.id : literal(column.physical)}: {name: ${literal(column.physical)}, type: ${literal(column.sql)}, default_value: null}`);
  const schema = entries.length > 0 ? `, schema = map {${entries.join(', ')}}` : '';
  const source = `read_parquet([${paths.map(literal).join(', ')}], hive_partitioning = false${schema})`;
  // DuckDB adds the number of the row to any Parquet file when it is asked for.
  const kept = deleted === undefined ? '' : ` where file_row_number not in (select n from read_csv(${literal(deleted)}, header = false, auto_detect = false, columns = {n: 'BIGINT'}))`;
  return `select ${list.join(', ')} from ${source}${kept}`;
}

/** The writer never changes a data file, so its path and its size name its content. */
function dataObject(root: string, table: string, file: AddFile, columns: readonly DeltaColumn[]): LakeObject {
  const folder = partitionFolder(file, columns);
  return { key: root + relative(file.path, table), size: file.size, etag: `delta:${file.size}`, ...(folder !== undefined && { folder }) };
}

async function deletedRows(root: string, table: string, vector: DeletionVectorDescriptor, copies: Copies): Promise<string> {
  const step = `deleted rows ${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ''}`;
  if (vector.storageType === 'p') throw outside(table);
  const file = vectorFile(vector);
  const object = { key: file === undefined ? root : root + relative(file, table), size: 0, etag: 'delta' };
  return copies.derived(object, step, async function* (content) {
    try {
      // An inline vector has no object: nothing is fetched.
      const rows = file === undefined ? inlineVector(vector) : storedVector(Buffer.concat(await Array.fromAsync(content)), vector);
      for (let at = 0; at < rows.length; at += 10_000) yield Buffer.from(`${rows.slice(at, at + 10_000).join('\n')}\n`);
    } catch (error) {
      if (PatchbayError.is(error)) throw error;
      throw brokenLog(table, (error as Error).message, error);
    }
  });
}

function relative(path: string, table: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    decoded = path;
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(decoded) || decoded.startsWith('/') || pathProblem(decoded) !== undefined) throw outside(table);
  return decoded;
}

function outside(table: string): PatchbayError {
  return new PatchbayError('rejected_by_backend', `The Delta table ${table} uses what cannot be read here: files outside of its own folder.`, {
    hint: 'Shallow clones refer to the files of another table: read that one, or a deep clone.', fields: [{ path: 'model', message: 'refers to files elsewhere' }],
  });
}
