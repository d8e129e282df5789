/** What a model stands for in the lakehouse: a Delta table, or files of one format. */
import type { Call } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { isHidden, isPrefix, listAll, modelNotFound } from '../objects/files.ts';
import { lakeFormatOf, readableFormats } from '../objects/formats.ts';
import type { LakeFormat } from '../objects/formats.ts';
import type { Place } from '../objects/files.ts';
import type { StoredObject } from '../objects/store.ts';
import type { LogFile, TimeTravel } from './delta/log.ts';

export interface DeltaListing {
  type: 'delta';
  /** As the caller named it, without a version. */
  name: string;
  /** The table's prefix in the store, slash included. */
  root: string;
  version?: TimeTravel;
  log: (LogFile & { object: StoredObject })[];
}

export interface FilesListing {
  type: 'files';
  name: string;
  /** The prefix in the store below which folders may name partitions; empty for a single file. */
  root: string;
  format: LakeFormat;
  objects: StoredObject[];
}

export const logFolder = '_delta_log/';

/** `orders/@v3`, `orders@2026-01-31`, `orders/@2026-01-31T12:00:00Z`. */
export function withoutVersion(model: string): { model: string; version?: TimeTravel } {
  const [, name, number, instant] = /^(.+?)@(?:v(\d{1,15})|(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?))$/.exec(model) ?? [];
  if (name === undefined) return { model };
  const table = isPrefix(name) ? name : `${name}/`;
  if (number !== undefined) return { model: table, version: { version: Number(number) } };
  const date = new Date(/[Z+]|T.*-/.test(instant!) ? instant! : instant!.includes('T') ? `${instant}Z` : `${instant}T23:59:59.999Z`);
  if (Number.isNaN(date.getTime())) throw modelNotFound(model, 'what stands after @ is no time');
  return { model: table, version: { instant: date } };
}

/** @throws {PatchbayError} `model_not_found`, or `invalid_request` where the files are of several formats, or of none that is read */
export async function listModel(place: Place, given: string, call: Call): Promise<DeltaListing | FilesListing> {
  const { model, version } = withoutVersion(given);
  const { store, keys } = place;
  const path = model === '/' ? '' : model;
  if (!keys.admits(path)) throw modelNotFound(given, 'the connector’s output schemas do not include it');
  if (!isPrefix(model)) {
    const [object] = (await store.list({ prefix: keys.toStore(path), folders: false, limit: 1 }, call)).objects;
    if (object?.key !== keys.toStore(path)) throw modelNotFound(given, 'there is no such object');
    return { type: 'files', name: path, root: '', format: place.formatOf?.(path) ?? formatOf(path), objects: [object] };
  }
  const root = keys.prefixToStore(path);
  const log: DeltaListing['log'] = [];
  for await (const object of listAll(store, root + logFolder, call)) {
    log.push({ name: object.key.slice(root.length + logFolder.length), object, ...(object.last_modified !== undefined && { last_modified: object.last_modified }) });
  }
  if (log.length > 0) return { type: 'delta', name: path, root, log, ...(version && { version }) };
  if (version) throw modelNotFound(given, 'only Delta tables have versions');
  return filesBelow(place, model, root, call);
}

async function filesBelow({ store, keys }: Place, model: string, root: string, call: Call): Promise<FilesListing> {
  const formats = new Map<LakeFormat, StoredObject[]>();
  let seen = 0;
  for await (const object of listAll(store, root, call)) {
    seen += 1;
    if (isHidden(object.key.slice(root.length)) || object.size === 0) continue;
    const format = lakeFormatOf(object.key);
    if (format) formats.set(format, append(formats.get(format), object));
  }
  const [first, ...others] = formats;
  if (first && others.length === 0) return { type: 'files', name: keys.fromStore(root), root, format: first[0], objects: first[1] };
  if (first) {
    throw new PatchbayError('invalid_request', `The files below ${model} are of several formats: ${[...formats.keys()].join(', ')}.`, {
      hint: 'Name a prefix that holds files of one format, or a single file.', fields: [{ path: 'model', message: 'mixes formats' }],
    });
  }
  if (seen === 0) throw modelNotFound(model, 'there is no object below it');
  throw new PatchbayError('invalid_request', `None of the ${seen} objects below ${model} holds records.`, {
    hint: `What can be read: ${readableFormats}. Use \`get\` for other objects.`, fields: [{ path: 'model', message: 'has no file of records' }],
  });
}

function append(list: StoredObject[] | undefined, object: StoredObject): StoredObject[] {
  list?.push(object);
  return list ?? [object];
}

function formatOf(name: string): LakeFormat {
  const format = lakeFormatOf(name);
  if (format) return format;
  throw new PatchbayError('invalid_request', `${name} cannot be read: its name does not end as a file of records does.`, {
    hint: `What can be read: ${readableFormats}. Use \`get\` for the file itself.`, fields: [{ path: 'model', message: 'is no file of records' }],
  });
}
