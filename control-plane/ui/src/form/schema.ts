/**
 * A kind’s config schema as fields of a form, and what is typed into them as config. The server decides
 * what is valid; here only what cannot be sent at all is refused.
 */
export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  writeOnly?: boolean;
  secret?: boolean;
  destination?: boolean;
  order?: number;
  group?: string;
  placeholder?: string;
  advanced?: boolean;
  multiline?: boolean;
  show_when?: Record<string, unknown[]>;
  items?: FieldSchema;
  properties?: Record<string, FieldSchema>;
  required?: string[];
  additionalProperties?: FieldSchema | boolean;
  anyOf?: FieldSchema[];
}

export interface ConfigSchema {
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

/** `list`: of objects with fields of their own. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'lines' | 'pairs' | 'list' | 'json';

export interface FormField {
  name: string;
  kind: FieldKind;
  title: string;
  schema: FieldSchema;
  secret: boolean;
  required: boolean;
  /** Of each item of a list. */
  fields?: FormField[];
}

/** `plain`: what was typed. `environment`: `$ENV:` and the text. `keep` and `clear`: of a secret that is stored. */
export interface Draft {
  mode: 'plain' | 'environment' | 'keep' | 'clear';
  text: string;
  /** Of a list that is edited item by item; one that is edited as JSON has it in `text`. */
  items?: ItemDraft[];
}
export type Drafts = Record<string, Draft>;

export interface ItemDraft {
  /** Its own for as long as the form is open, wherever it is moved. */
  key: number;
  drafts: Drafts;
  /** What it holds besides its fields. */
  rest: Record<string, unknown>;
}

const shortest = (left: FormField, right: FormField) => (left.schema.order ?? 1000) - (right.schema.order ?? 1000);

export function fieldsOf(schema: ConfigSchema): FormField[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]): FormField => ({
    name, schema: field, kind: kindOf(field), ...(kindOf(field) === 'list' && { fields: fieldsOf(field.items!) }), title: field.title ?? name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase()),
    secret: field.writeOnly === true || field.secret === true, required: (schema.required ?? []).includes(name),
  })).sort(shortest);
}

function kindOf(field: FieldSchema): FieldKind {
  if (field.enum) return 'choice';
  const type = Array.isArray(field.type) ? field.type.find((name) => name !== 'null') : field.type;
  switch (type) {
    case 'string': return 'text';
    case 'integer': case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'array': return field.items?.type === 'string' ? 'lines' : field.items?.properties ? 'list' : 'json';
    case 'object': return typeof field.additionalProperties === 'object' && field.additionalProperties.type === 'string' ? 'pairs' : 'json';
    default: return field.anyOf?.some(({ type: one }) => one === 'string') ? 'text' : 'json';
  }
}

const reference = /^\$ENV:(.*)$/;

/** A value as the text of its input. */
export function textOf(kind: FieldKind, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (kind) {
    case 'lines': return (value as unknown[]).join('\n');
    case 'pairs': return Object.entries(value as Record<string, string>).map(([name, text]) => `${name}: ${text}`).join('\n');
    case 'list': case 'json': return JSON.stringify(value, null, 2);
    default: return String(value);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
let keys = 0;

/** @param value as it is in a config; nothing for a new one */
export function itemDraft(fields: FormField[], value: Record<string, unknown> = {}): ItemDraft {
  const named = new Set(fields.map(({ name }) => name));
  return { key: (keys += 1), drafts: draftsOf(fields, value), rest: Object.fromEntries(Object.entries(value).filter(([name]) => !named.has(name))) };
}

/** A list’s value item by item; as JSON where it is no list of objects. */
function listDraft(field: FormField, value: unknown): Draft {
  if (value === undefined || value === null) return { mode: 'plain', text: '', items: [] };
  if (!Array.isArray(value) || !value.every(isObject)) return { mode: 'plain', text: textOf('json', value) };
  return { mode: 'plain', text: '', items: value.map((item) => itemDraft(field.fields!, item)) };
}

/** A list as JSON to edit by hand. What its fields cannot say yet stays as it was typed. */
export function listAsText(field: FormField, { items = [] }: Draft): Draft {
  return { mode: 'plain', text: items.length === 0 ? '' : JSON.stringify(items.map(({ drafts, rest }) => ({ ...typedIn(field.fields!, drafts), ...rest })), null, 2) };
}

const typedIn = (fields: FormField[], drafts: Drafts) => {
  const { config, errors } = readForm(fields, drafts);
  return { ...config, ...Object.fromEntries(Object.keys(errors).filter((path) => !path.includes('.')).map((name) => [name, drafts[name]!.text])) };
};

/** The reverse. Undefined for what is no list of objects. */
export function listFromText(field: FormField, { text }: Draft): Draft | undefined {
  try {
    const draft = listDraft(field, text.trim() === '' ? undefined : JSON.parse(text));
    return draft.items && draft;
  } catch {
    return undefined;
  }
}

/** @param config as the server shows it: secrets masked; nothing for a new connector */
export function draftsOf(fields: FormField[], config: Record<string, unknown> = {}): Drafts {
  return Object.fromEntries(fields.map((field): [string, Draft] => {
    const { name, kind, secret, schema } = field;
    const value = config[name];
    if (secret && typeof value === 'object' && value !== null) {
      const { set, reference: variable } = value as { set: boolean; reference?: string };
      if (variable !== undefined) return [name, { mode: 'environment', text: reference.exec(variable)?.[1] ?? variable }];
      return [name, set ? { mode: 'keep', text: '' } : { mode: 'plain', text: '' }];
    }
    const variable = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
    if (variable !== undefined) return [name, { mode: 'environment', text: variable }];
    if (kind === 'list') return [name, listDraft(field, value)];
    return [name, { mode: 'plain', text: textOf(kind, value ?? (kind === 'json' || kind === 'lines' || kind === 'pairs' ? undefined : schema.default)) }];
  }));
}

/** Whether a field is to be seen, by what the fields that it depends on say. */
export function isShown({ schema }: FormField, drafts: Drafts, fields: FormField[]): boolean {
  return Object.entries(schema.show_when ?? {}).every(([name, values]) => {
    const draft = drafts[name];
    const text = draft?.text !== '' && draft ? draft.text : String(fields.find((field) => field.name === name)?.schema.default ?? '');
    return values.some((value) => String(value) === text);
  });
}

export interface ReadForm {
  config: Record<string, unknown>;
  /** By field, and within lists by item and its field: `port`, `endpoints.0.path`. */
  errors: Record<string, string>;
}

/** Whether something else would be sent; a list that is merely edited in another way is the same. */
export function isChanged(field: FormField, draft: Draft, was: Draft): boolean {
  if (draft.mode !== was.mode) return true;
  if (!draft.items && !was.items) return draft.text !== was.text;
  const written = (one: Draft) => {
    const items = one.items ?? listFromText(field, one)?.items;
    return JSON.stringify(items ? readList(field, items) : one.text);
  };
  return written(draft) !== written(was);
}

function readList({ name, fields = [] }: FormField, items: ItemDraft[]): { value: unknown[]; errors: Record<string, string> } {
  const read = items.map(({ drafts, rest }) => ({ rest, ...readForm(fields, drafts) }));
  return {
    value: read.map(({ config, rest }) => ({ ...config, ...rest })),
    errors: Object.fromEntries(read.flatMap(({ errors }, index) => Object.entries(errors).map(([path, message]) => [`${name}.${index}.${path}`, message]))),
  };
}

/** Of a secret that is stored and by another choice in this form no longer used, nor to be seen: it is removed. */
export function isDropped(field: FormField, fields: FormField[], drafts: Drafts, before: Drafts): boolean {
  const isStored = field.secret && before[field.name] !== undefined && before[field.name]!.mode !== 'plain';
  return isStored && isShown(field, before, fields) && !isShown(field, drafts, fields);
}

/** The config to send. @param before the drafts as they were loaded; only what differs is sent then */
export function readForm(fields: FormField[], drafts: Drafts, before?: Drafts): ReadForm {
  const config: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const draft = drafts[field.name] ?? { mode: 'plain', text: '' };
    const was = before?.[field.name];
    if (before && isDropped(field, fields, drafts, before)) config[field.name] = null;
    if (draft.mode === 'keep' || !isShown(field, drafts, fields)) continue;
    if (was && !isChanged(field, draft, was)) continue;
    // To replace a stored secret by nothing is to keep it: “Remove” is there to remove it.
    if (was?.mode === 'keep' && draft.mode === 'plain' && draft.text === '') continue;
    if (draft.mode === 'clear') config[field.name] = null;
    else if (draft.mode === 'environment') config[field.name] = `$ENV:${draft.text.trim()}`;
    else if (draft.items && draft.items.length > 0) {
      const list = readList(field, draft.items);
      config[field.name] = list.value;
      Object.assign(errors, list.errors);
    } else if (draft.text === '') {
      if (was) config[field.name] = null;
    } else {
      try {
        config[field.name] = parse(field.kind, draft.text);
      } catch {
        errors[field.name] = field.kind === 'number' ? 'must be a number' : field.kind === 'pairs' ? 'write one “name: value” a line' : 'is not valid JSON';
      }
    }
  }
  return { config, errors };
}

function parse(kind: FieldKind, text: string): unknown {
  switch (kind) {
    case 'number': {
      const number = Number(text);
      if (Number.isNaN(number)) throw new Error('not a number');
      return number;
    }
    case 'boolean': return text === 'true';
    case 'lines': return text.split('\n').map((line) => line.trim()).filter(Boolean);
    case 'pairs': return Object.fromEntries(text.split('\n').filter((line) => line.trim() !== '').map((line) => {
      const separator = line.indexOf(':');
      if (separator <= 0) throw new Error('no separator');
      return [line.slice(0, separator).trim(), line.slice(separator + 1).trim()];
    }));
    case 'list': case 'json': return JSON.parse(text) as unknown;
    default: return text;
  }
}

/** The server’s errors by where they are: `port`, `endpoints.0.path`. Those of no field of this form are left. @param path `config.port` */
export function fieldErrorsOf(errors: { path: string; message: string }[] | undefined, prefix = 'config.'): Record<string, string> {
  return Object.fromEntries((errors ?? []).filter(({ path }) => path.startsWith(prefix)).map(({ path, message }) => [path.slice(prefix.length), message]));
}

/** What lies below one field or item, by the rest of its path; its own under the empty one. */
export function errorsBelow(errors: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).filter(([path]) => path === name || path.startsWith(`${name}.`)).map(([path, message]) => [path.slice(name.length + 1), message]));
}

/** What is wrong with a field as one sentence: of a field without parts that could tell it themselves. */
export function sentenceOf(errors: Record<string, string>): string | undefined {
  const sentences = Object.entries(errors).map(([path, message]) => (path === '' ? message : `${path}: ${message}`));
  return sentences.length > 0 ? sentences.join('; ') : undefined;
}

export const areWrong = (fields: FormField[], errors: Record<string, string>): boolean => fields.some(({ name }) => sentenceOf(errorsBelow(errors, name)) !== undefined);

const draftAt = (drafts: Drafts, [name = '', index, ...deeper]: string[]): unknown => {
  const draft = drafts[name];
  const item = index === undefined ? undefined : draft?.items?.[Number(index)];
  return item && deeper.length > 0 ? draftAt(item.drafts, deeper) : (item ?? draft);
};

/** The errors of what was not changed since. */
export function errorsLeft(errors: Record<string, string>, before: Drafts, now: Drafts): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).filter(([path]) => draftAt(before, path.split('.')) === draftAt(now, path.split('.'))));
}

/** Whether an error of the server stands at a field in sight. @param path `config.endpoints.0.path` */
export function isTold(path: string, fields: FormField[], drafts: Drafts): boolean {
  const [prefix, name, index, own] = path.split('.');
  const field = prefix === 'config' ? fields.find((one) => one.name === name) : undefined;
  if (!field || !isShown(field, drafts, fields)) return false;
  const item = index === undefined ? undefined : drafts[field.name]?.items?.[Number(index)];
  if (index === undefined || !drafts[field.name]?.items) return true;
  if (!item) return false;
  return own === undefined || field.fields!.some((one) => one.name === own && isShown(one, item.drafts, field.fields!));
}

export interface Section {
  title: string;
  advanced: boolean;
  fields: FormField[];
}

/** Fields without a group first, then each group, what is advanced last. */
export function sectionsOf(fields: FormField[]): Section[] {
  const plain = fields.filter(({ schema }) => !schema.advanced);
  const titles = [...new Set(plain.map(({ schema }) => schema.group ?? ''))].sort((left, right) => Number(left !== '') - Number(right !== ''));
  const advanced = fields.filter(({ schema }) => schema.advanced);
  return [
    ...titles.map((title): Section => ({ title: title || 'Connection', advanced: false, fields: plain.filter(({ schema }) => (schema.group ?? '') === title) })),
    ...(advanced.length > 0 ? [{ title: 'Advanced', advanced: true, fields: advanced }] : []),
  ];
}
