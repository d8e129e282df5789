/** Tables for people, written between markers into READMEs that are otherwise by hand. */
import { settings } from '../config.ts';
import { configFields, inputJsonSchema } from '../kinds/fields.ts';
import { operationsOf } from '../kinds/contract.ts';
import type { AnyKind } from '../kinds/contract.ts';
import { fieldsOf, schemaOf, valuesOf } from './schema.ts';
import type { Field } from './schema.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return lines.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** @param kinds in the order in which the table shows them */
export function kindsTable(kinds: AnyKind[]): string {
  return table(
    ['Kind', 'Category', 'Operations', 'Tested against'],
    kinds.map((kind) => [
      [`[${kind.label}](src/kinds/${kind.kind}/README.md) \`${kind.kind}\``, ...kind.aliases.map((alias: string) => `\`${alias}\``)].join(', '),
      kind.category.category,
      operationsOf(kind).join(', '),
      `${kind.peer.name} (${kind.peer.class})`,
    ]),
  );
}

export function configTable(kind: AnyKind): string {
  const fields = new Map(fieldsOf(schemaOf(kind.config)).map((field) => [field.name, field]));
  return table(
    ['Field', 'Type', 'Default', 'Meaning'],
    configFields(kind.config).flatMap(({ name }) => {
      const field = fields.get(name);
      return field ? [[`\`${name}\``, typeText(field), defaultText(field), meaning(field)]] : [];
    }),
  );
}

/** Every setting of the service, as its schema describes it. */
export function settingsTable(): string {
  return table(
    ['Setting', 'Default', 'Meaning'],
    Object.entries(settings.shape).map(([name, schema]) => {
      const fallback = inputJsonSchema(schema)['default'];
      return [`\`${name}\``, fallback === undefined || fallback === '' ? '' : `\`${String(fallback)}\``, schema.description ?? ''];
    }),
  );
}

function typeText(field: Field): string {
  const values = valuesOf(field.schema);
  if (values.length > 0) return values.map((value) => `\`${value}\``).join(', ');
  if (field.schema.secret) return 'secret';
  return { text: 'text', number: 'number', boolean: 'yes or no', option: 'text', list: 'list', json: 'object', any: 'anything', objects: 'list of objects', attachments: 'list', images: 'images', model: 'text' }[field.type];
}

function defaultText({ schema, required }: Field): string {
  if (required) return 'required';
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
}

function meaning({ schema, name }: Field): string {
  return [schema.title ?? name, schema.description].filter((part) => part !== undefined).join('. ');
}

/**
 * Puts text between `<!-- generated:name -->` and `<!-- /generated:name -->`.
 * @param heading what the section is called where the markers are not there yet; it goes to the end
 */
export function fill(document: string, name: string, text: string, heading: string): string {
  const open = `<!-- generated:${name} -->`;
  const close = `<!-- /generated:${name} -->`;
  const start = document.indexOf(open);
  const end = document.indexOf(close);
  if (start === -1 || end < start) return `${document.trimEnd()}\n\n## ${heading}\n\n${open}\n${text}\n${close}\n`;
  return `${document.slice(0, start)}${open}\n${text}\n${document.slice(end)}`;
}
