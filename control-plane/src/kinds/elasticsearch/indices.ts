/** Indices, aliases and data streams, with their fields by their mapping. */
import type { Model } from '../../categories/shared.ts';
import { noSuchModel, pageOfModels } from '../../engines/models/index.ts';
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { inPath } from './client.ts';
import type { Client } from './client.ts';

export interface Field {
  name: string;
  type: string;
  /** What exact comparison and sorting use: the field itself, or its sub-field of type keyword. Undefined when there is none. */
  exact?: string;
}

interface Property {
  type?: string;
  properties?: Record<string, Property>;
  fields?: Record<string, Property>;
}

interface Resolved {
  indices?: { name: string }[];
  aliases?: { name: string }[];
  data_streams?: { name: string }[];
}

/** @throws {PatchbayError} `model_not_found` when output_schemas has no pattern that covers it */
export function checkIndex(index: string, patterns: readonly string[]): void {
  const parts = index.split(',');
  if (patterns.length === 0 || parts.every((part) => patterns.some((pattern) => covers(pattern, part)))) return;
  throw new PatchbayError('model_not_found', `"${index}" is outside of this connector: its output_schemas limits it to ${patterns.join(', ')}.`, {
    hint: 'Choose an index that matches, or let an admin change the connector’s output_schemas.',
    fields: [{ path: 'model', message: 'is left out by output_schemas' }],
  });
}

/** A pattern covers a narrower one too: `logs-*` covers `logs-2026-*`. An exclusion (`-secret`) or date math covers nothing. */
function covers(pattern: string, name: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*');
  return !/^[-<_]/.test(name) && new RegExp(`^${expression}$`).test(name);
}

export async function listIndices(client: Client, patterns: readonly string[], input: DiscoverInput, signal: AbortSignal): Promise<DiscoverOutput> {
  const pattern = patterns.length === 0 ? '*' : patterns.join(',');
  const found = await client.call<Resolved>({ path: `_resolve/index/${inPath(pattern)}`, query: { expand_wildcards: 'open' }, signal });
  const named = (list: { name: string }[] = [], type: string): Model[] => list.filter(({ name }) => !name.startsWith('.')).map(({ name }) => ({ name, type }));
  return pageOfModels([...named(found.indices, 'index'), ...named(found.aliases, 'alias'), ...named(found.data_streams, 'data stream')], input);
}

export async function describeIndex(client: Client, model: string, signal: AbortSignal): Promise<DiscoverOutput> {
  const fields = await fieldsOf(client, model, signal);
  const { count } = await client.call<{ count: number }>({ path: `${inPath(model)}/_count`, signal });
  return {
    models: [{
      name: model, type: model.includes('*') ? 'pattern' : 'index', estimated_rows: count,
      fields: [{ name: '_id', type: 'keyword', nullable: false, primary_key: true }, ...fields.map(({ name, type }) => ({ name, type, nullable: true, primary_key: false }))],
    }],
  };
}

/** @throws {PatchbayError} `model_not_found` */
export async function fieldsOf(client: Client, model: string, signal: AbortSignal): Promise<Field[]> {
  const mappings = await client.call<Record<string, { mappings?: { properties?: Record<string, Property> } }>>({ path: `${inPath(model)}/_mapping`, signal });
  if (Object.keys(mappings).length === 0) throw noSuchModel('index', model);
  const fields = new Map<string, Field>();
  // Of the same field in several indices the first one counts.
  for (const { mappings: mapping } of Object.values(mappings)) for (const field of flat(mapping?.properties ?? {})) if (!fields.has(field.name)) fields.set(field.name, field);
  return [...fields.values()];
}

function* flat(properties: Record<string, Property>, prefix = ''): Generator<Field> {
  for (const [key, { type, properties: inner, fields = {} }] of Object.entries(properties)) {
    const name = prefix + key;
    if (inner) yield* flat(inner, `${name}.`);
    if (inner && type !== 'nested') continue;
    const exactPart = Object.entries(fields).find(([, field]) => field.type === 'keyword' || field.type === 'wildcard')?.[0];
    const exact = type !== 'text' && type !== 'match_only_text' ? name : exactPart && `${name}.${exactPart}`;
    yield { name, type: type ?? 'object', ...(exact !== undefined && { exact }) };
  }
}
