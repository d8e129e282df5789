/** Models as tables of a query: which model a name in SQL means, and the view that stands for it. */
import type { Filter } from '../../categories/shared.ts';
import type { Call } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { isPrefix, modelNotFound } from '../objects/files.ts';
import { isReadable, lakeFormatOf } from '../objects/formats.ts';
import type { Connection } from './duckdb.ts';
import { deltaSelect, filesFor } from './delta/table.ts';
import type { Snapshot } from './delta/log.ts';
import type { OneScan } from './delta/one-scan.ts';
import type { ExactNumbers } from './exact.ts';
import { filesSelect, objectsFor, partitionsOf } from './files.ts';
import { listModel, withoutVersion } from './listing.ts';
import type { DeltaListing } from './listing.ts';
import type { Copies, LakePlace } from './place.ts';
import type { TableReference } from './statement.ts';

export interface TableContext {
  place: LakePlace;
  copies: Copies;
  call: Call;
  snapshot(listing: DeltaListing): Promise<Snapshot>;
  scans: OneScan;
  numbers: ExactNumbers;
}

/** Makes a view of the name that the statement uses, on this connection alone. */
export async function createView(connection: Connection, { name, filters }: TableReference, context: TableContext): Promise<void> {
  const model = await modelNamed(context.place, name, context.call);
  const select = await modelSelect(connection, model, filters, context);
  connection.view(name, select);
}

/** All rows of a model that may meet the conditions. */
async function modelSelect(connection: Connection, model: string, filters: readonly Filter[], { place, copies, call, snapshot, scans, numbers }: TableContext): Promise<string> {
  const listing = await listModel(place, model, call);
  if (listing.type === 'delta') {
    const table = await snapshot(listing);
    return deltaSelect(listing, table, filesFor(table, filters), copies, (columns, paths) => scans.select(connection, columns, paths));
  }
  const partitions = partitionsOf(listing);
  const objects = objectsFor(listing, partitions, filters);
  // One file at least: it tells the fields.
  return filesSelect(listing, partitions, objects.length > 0 ? objects : listing.objects.slice(0, 1), copies, (read) => numbers.options(connection, read));
}

/**
 * A model's name as Discover lists it, in quotes: "orders/", "2026/sales.csv". Without quotes, a table or folder
 * at the top may be named without its slash (orders), and whatever is at the top by its name in lower case,
 * without ending, with `_` for what is neither letter nor digit: sales_2026 for `Sales 2026.csv`.
 */
async function modelNamed(place: LakePlace, written: string, call: Call): Promise<string> {
  const { model: name, version } = withoutVersion(written);
  const { store, keys } = place;
  if (version || isPrefix(name) || (!place.formatOf && lakeFormatOf(name))) return written;
  if (place.formatOf && (await store.list({ prefix: name, folders: false, limit: 1 }, call)).objects[0]?.key === name) return written;
  const folder = await store.list({ prefix: keys.prefixToStore(`${name}/`), folders: false, limit: 1 }, call);
  if (folder.objects.length > 0) return `${name}/`;
  const top = keys.schemas.length > 0 ? keys.schemas : await topNames(place, call);
  const matches = top.filter((one) => slugOf(one) === name.toLowerCase());
  if (matches.length === 1) return matches[0]!;
  if (matches.length === 0) throw modelNotFound(written, 'neither a file, nor a folder, nor a table is called so');
  throw new PatchbayError('invalid_query', `${written} may mean several models: ${matches.join(', ')}.`, {
    hint: 'Write the one you mean in quotes, as Discover lists it.', fields: [{ path: 'query', message: `${written} is ambiguous` }],
  });
}

async function topNames({ store, keys, formatOf }: LakePlace, call: Call): Promise<string[]> {
  const page = await store.list({ prefix: keys.root, folders: true, limit: 1000 }, call);
  return [...page.folders, ...page.objects.map(({ key }) => key).filter(formatOf ?? isReadable)].map(keys.fromStore);
}

function slugOf(model: string): string {
  return model.replace(/\/$/, '').replace(/(\.[a-z0-9]+)?(\.gz)?$/i, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_');
}
