/**
 * Numbers in JSON by the type of their field, so that all records have one type in a field: whole numbers of 64 bits come as
 * text, whatever their size, and all others as numbers. What the mapping does not know stays as it was sent.
 */
import { inPath } from './client.ts';
import type { Client } from './client.ts';

export interface NumberFields {
  /** By the full path of the field. */
  forms: ReadonlyMap<string, Form>;
  /** Paths of objects that have such fields somewhere within. */
  parents: ReadonlySet<string>;
}

type Form = 'text' | 'number';
type Row = Record<string, unknown>;

const formOfType: Record<string, Form> = { long: 'text', unsigned_long: 'text', bigint: 'text', double: 'number', float: 'number', half_float: 'number', scaled_float: 'number' };

/** The form of a column of SQL or ES|QL, or of a field of this type. */
export const formOf = (type: string | undefined): Form | undefined => formOfType[type ?? ''];

interface FieldCapabilities {
  fields?: Record<string, Record<string, { type?: string }>>;
}

/** Of all indices of a pattern: a field that is a long in one of them comes as text from all. @param runtime fields that the query itself defines */
export async function numberFieldsOf(client: Client, index: string, signal: AbortSignal, runtime: Record<string, unknown> = {}): Promise<NumberFields> {
  const { fields: known = {} } = await client.call<FieldCapabilities>({ path: `${inPath(index)}/_field_caps`, query: { fields: '*', filter_path: 'fields.*.*.type' }, signal });
  const fields = [
    ...Object.entries(known).map(([path, types]) => [path, Object.keys(types)] as const),
    ...Object.entries(runtime).map(([path, mapping]) => [path, [(mapping as { type?: string } | null)?.type]] as const),
  ];
  const forms = new Map<string, Form>();
  for (const [path, types] of fields) {
    if (types.includes('long_range')) for (const bound of ['gt', 'gte', 'lt', 'lte']) forms.set(`${path}.${bound}`, 'text');
    const found = types.map(formOf);
    const form = found.find((one) => one === 'text') ?? found.find((one) => one !== undefined);
    if (form) forms.set(path, form);
  }
  const parents = new Set<string>();
  for (const path of forms.keys()) for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) parents.add(path.slice(0, dot));
  return { forms, parents };
}

/** Changes the document itself. Names with dots in them are paths, as they are to the server. */
export function typeNumbers(document: Row, fields: NumberFields, prefix = ''): void {
  for (const key of Object.keys(document)) {
    const path = prefix + key;
    const form = fields.forms.get(path);
    if (form) document[key] = inForm(document[key], form);
    if (fields.parents.has(path)) inside(document[key], fields, `${path}.`);
  }
}

function inside(value: unknown, fields: NumberFields, prefix: string): void {
  if (Array.isArray(value)) value.forEach((each) => inside(each, fields, prefix));
  else if (typeof value === 'object' && value !== null) typeNumbers(value as Row, fields, prefix);
}

/** What `Client.call` gave as text, since JavaScript would round it. */
const wide = /^-?\d{16,}$/;

export function inForm(value: unknown, form: Form): unknown {
  if (Array.isArray(value)) return value.map((each) => inForm(each, form));
  if (form === 'text') return typeof value === 'number' ? String(value) : value;
  return typeof value === 'string' && wide.test(value) ? Number(value) : value;
}
