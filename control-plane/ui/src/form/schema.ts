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
  additionalProperties?: FieldSchema | boolean;
  anyOf?: FieldSchema[];
}

export interface ConfigSchema {
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'lines' | 'pairs' | 'json';

export interface FormField {
  name: string;
  kind: FieldKind;
  title: string;
  schema: FieldSchema;
  secret: boolean;
  required: boolean;
}

/** `plain`: what was typed. `environment`: `$ENV:` and the text. `keep` and `clear`: of a secret that is stored. */
export interface Draft {
  mode: 'plain' | 'environment' | 'keep' | 'clear';
  text: string;
}
export type Drafts = Record<string, Draft>;

const shortest = (left: FormField, right: FormField) => (left.schema.order ?? 1000) - (right.schema.order ?? 1000);

export function fieldsOf(schema: ConfigSchema): FormField[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]): FormField => ({
    name, schema: field, kind: kindOf(field), title: field.title ?? name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase()),
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
    case 'array': return field.items?.type === 'string' ? 'lines' : 'json';
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
    case 'json': return JSON.stringify(value, null, 2);
    default: return String(value);
  }
}

/** @param config as the server shows it: secrets masked; nothing for a new connector */
export function draftsOf(fields: FormField[], config: Record<string, unknown> = {}): Drafts {
  return Object.fromEntries(fields.map(({ name, kind, secret, schema }): [string, Draft] => {
    const value = config[name];
    if (secret && typeof value === 'object' && value !== null) {
      const { set, reference: variable } = value as { set: boolean; reference?: string };
      if (variable !== undefined) return [name, { mode: 'environment', text: reference.exec(variable)?.[1] ?? variable }];
      return [name, set ? { mode: 'keep', text: '' } : { mode: 'plain', text: '' }];
    }
    const variable = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
    if (variable !== undefined) return [name, { mode: 'environment', text: variable }];
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
  /** By field. */
  errors: Record<string, string>;
}

/** The config to send. @param before the drafts as they were loaded; only what differs is sent then */
export function readForm(fields: FormField[], drafts: Drafts, before?: Drafts): ReadForm {
  const config: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const draft = drafts[field.name] ?? { mode: 'plain', text: '' };
    const was = before?.[field.name];
    if (draft.mode === 'keep' || !isShown(field, drafts, fields)) continue;
    if (was && was.mode === draft.mode && was.text === draft.text) continue;
    if (draft.mode === 'clear') config[field.name] = null;
    else if (draft.mode === 'environment') config[field.name] = `$ENV:${draft.text.trim()}`;
    else if (draft.text === '') {
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
    case 'json': return JSON.parse(text) as unknown;
    default: return text;
  }
}

/** The server’s field errors by field; those of no field of this form are left. @param path `config.port` */
export function fieldErrorsOf(errors: { path: string; message: string }[] | undefined, prefix = 'config.'): Record<string, string> {
  return Object.fromEntries((errors ?? []).filter(({ path }) => path.startsWith(prefix)).map(({ path, message }) => {
    const [name = '', ...deeper] = path.slice(prefix.length).split('.');
    return [name, deeper.length > 0 ? `${deeper.join('.')}: ${message}` : message];
  }));
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
