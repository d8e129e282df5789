/** What a model stands for: one file, or all readable files below a prefix. */
import type { Call } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { formatOf, readableFormats } from './formats.ts';
import type { FormatReader, LakeFormat } from './formats.ts';
import type { KeySpace } from './keys.ts';
import type { ObjectStore, StoredObject } from './store.ts';

export interface Place {
  store: Pick<ObjectStore, 'list' | 'get'>;
  keys: KeySpace;
  /** What an object holds where its key does not tell. */
  formatOf?(key: string): LakeFormat | undefined;
}

export interface RecordFile {
  /** As the store has it. */
  key: string;
  /** As the caller knows it. */
  name: string;
  reader: FormatReader;
}

const pageSize = 1000;

/** A prefix is written with its slash; a lone slash is everything. */
export function isPrefix(model: string): boolean {
  return model.endsWith('/');
}

/** The files of a model in the order of their keys, found as they are asked for. Throws `model_not_found`, `invalid_request`. */
export async function* filesOf({ store, keys }: Place, model: string, call: Call): AsyncGenerator<RecordFile> {
  const path = model === '/' ? '' : model;
  if (!keys.admits(path)) throw modelNotFound(model, 'the connector’s output schemas do not include it');
  if (!isPrefix(model)) {
    yield recordFile(keys.toStore(path), path);
    return;
  }
  let seen = 0;
  let readable = 0;
  const prefix = keys.prefixToStore(path);
  for await (const { key } of listAll(store, prefix, call)) {
    seen += 1;
    if (isHidden(key.slice(prefix.length)) || formatOf(key) === undefined) continue;
    readable += 1;
    yield recordFile(key, keys.fromStore(key));
  }
  if (readable > 0) return;
  if (seen > 0) {
    throw new PatchbayError('invalid_request', `None of the ${seen} objects below ${model} holds records.`, {
      hint: `What can be read: ${readableFormats}. Use \`get\` for other objects.`,
      fields: [{ path: 'model', message: 'has no file of records' }],
    });
  }
  if (path !== '') throw modelNotFound(model, 'there is no object below it');
}

/** Whether a model's records are read from text as it streams by; Delta tables and Parquet files are the lakehouse's. */
export async function isText({ store, keys }: Place, model: string, call: Call): Promise<boolean> {
  if (/@[\w:.+-]+$/.test(model) && formatOf(model) === undefined) return false;
  if (!isPrefix(model)) {
    const format = formatOf(model);
    return !(format && 'columnar' in format);
  }
  const path = model === '/' ? '' : model;
  if (!keys.admits(path)) return true;
  const prefix = keys.prefixToStore(path);
  const [log] = (await store.list({ prefix: `${prefix}_delta_log/`, folders: false, limit: 1 }, call)).objects;
  if (log) return false;
  for await (const { key } of listAll(store, prefix, call)) {
    const format = isHidden(key.slice(prefix.length)) ? undefined : formatOf(key);
    if (format) return !('columnar' in format);
  }
  return true;
}

export function modelNotFound(model: string, why: string): PatchbayError {
  return new PatchbayError('model_not_found', `There is no model "${model}": ${why}.`, {
    hint: 'Choose one that `discover` lists, or give a file’s key, or a prefix that ends in a slash.',
    fields: [{ path: 'model', message: why }],
  });
}

/** All objects whose keys begin so, page after page. */
export async function* listAll(store: Pick<ObjectStore, 'list'>, prefix: string, call: Call): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await store.list({ prefix, folders: false, limit: pageSize, ...(token !== undefined && { token }) }, call);
    yield* page.objects;
    token = page.next_token;
  } while (token !== undefined);
}

/** `_SUCCESS`, `_delta_log/…`, `.staging/…`: what writers keep for themselves is not data. */
export function isHidden(path: string): boolean {
  return /(?:^|\/)[._]/.test(path);
}

function recordFile(key: string, name: string): RecordFile {
  const format = formatOf(name);
  if (format && 'reader' in format) return { key, name, reader: format.reader };
  const what = format ? `${'refused' in format ? format.refused : 'parquet'} files cannot be read together with files of text` : 'its name does not end as a file of records does';
  throw new PatchbayError('invalid_request', `${name} cannot be read: ${what}.`, {
    hint: `What can be read: ${readableFormats}. Use \`get\` for the file itself.`,
    fields: [{ path: 'model', message: what }],
  });
}
