/** What can be read: the folders and files of one level, and the fields of one model. */
import type { z } from 'zod';
import type { discoverInput, discoverOutput, Model } from '../../categories/shared.ts';
import type { Call } from '../../kinds/contract.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Lakehouse } from '../lakehouse/index.ts';
import { filesOf, isHidden, isPrefix, isText } from './files.ts';
import type { Place } from './files.ts';
import { isReadable } from './formats.ts';
import { recordsOf, rowsOf } from './read.ts';

type Input = z.output<typeof discoverInput>;
type Output = z.output<typeof discoverOutput>;

/** A search that finds little looks at no more pages than this before it answers with what it has and a cursor. */
const pagesAtOnce = 20;
const sampleSize = 100;
const looksAtOnce = 16;

/**
 * The first level below the root prefix, or below the folder that `search` names: `orders/20` looks in
 * `orders/` for names with `20`. With output schemas, the first level is these schemas.
 */
export async function discoverModels(place: Place, lakehouse: Lakehouse, input: Input, call: Call): Promise<Output> {
  if (input.model !== undefined) {
    const isOfText = await isText(place, input.model, call);
    return { models: [isOfText ? await describe(place, input.model, call) : await lakehouse.describe(await lakehouse.find(input.model, call), call)] };
  }
  const { store, keys } = place;
  const search = input.search ?? '';
  const folder = search.slice(0, search.lastIndexOf('/') + 1);
  const wanted = search.slice(folder.length).toLowerCase();
  const matches = (name: string) => name.toLowerCase().includes(wanted);
  if (keys.schemas.length > 0 && folder === '') return { models: await asModels(place, keys.schemas.filter(matches).slice(0, input.limit), call) };
  if (!keys.admits(folder)) return { models: [] };

  const prefix = keys.prefixToStore(folder);
  const names: string[] = [];
  let { token } = decodeCursor(input.cursor);
  for (let page = 0; page < pagesAtOnce; page += 1) {
    const limit = input.limit - names.length;
    const listed = await store.list({ prefix, folders: true, limit, ...(token !== undefined && { token }) }, call);
    const files = listed.objects.map(({ key }) => key).filter((key) => key !== prefix && isReadable(key));
    names.push(...[...listed.folders, ...files].map(keys.fromStore).filter((name) => !isHidden(name.slice(folder.length)) && matches(name.slice(folder.length))));
    token = listed.next_token;
    if (token === undefined || names.length >= input.limit) break;
  }
  return { models: await asModels(place, names.sort(), call), ...encodeCursor(token) };
}

/** A prefix with a log is a Delta table. */
async function asModels({ store, keys }: Place, names: string[], call: Call): Promise<Model[]> {
  const models = names.map(asModel);
  let next = 0;
  const look = async () => {
    for (let model = models[next++]; model; model = models[next++]) {
      if (model.type !== 'prefix') continue;
      const log = await store.list({ prefix: `${keys.prefixToStore(model.name)}_delta_log/`, folders: false, limit: 1 }, call);
      if (log.objects.length > 0) Object.assign(model, { type: 'table', label: 'Delta table' });
    }
  };
  await Promise.all(Array.from({ length: looksAtOnce }, look));
  return models;
}

function asModel(name: string): Model {
  return { name, type: isPrefix(name) ? 'prefix' : 'file' };
}

/** The model with the fields that its first records have. Throws as `read` would. */
async function describe(place: Place, model: string, call: Call): Promise<Model> {
  const types = new Map<string, Set<string>>();
  let sampled = 0;
  sampling: for await (const file of filesOf(place, model, call)) {
    for await (const batch of recordsOf(place, file, model, call)) {
      for (const row of rowsOf(batch, file.name).slice(0, sampleSize - sampled)) {
        for (const [name, value] of Object.entries(row)) {
          types.set(name, (types.get(name) ?? new Set()).add(typeOf(value)));
        }
        sampled += 1;
      }
      if (sampled >= sampleSize) break sampling;
    }
  }
  const fields = [...types].map(([name, found]) => {
    const nullable = found.delete('null');
    return { name, type: [...found].sort().join(' or ') || 'null', ...(nullable && { nullable }) };
  });
  return { ...asModel(model), fields };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
