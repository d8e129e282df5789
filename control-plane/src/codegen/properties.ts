/** The fields of a schema as n8n's parameters. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { InputType } from '../../../nodes/shared/types.ts';
import { described, titleCase } from './names.ts';
import { fieldsOf, valuesOf } from './schema.ts';
import type { Field } from './schema.ts';

/** What of a field a form shows: n8n's own property, its `name` being the field's. */
export function propertyOf(field: Field): INodeProperties {
  // What a field is comes before what is said about it.
  const { displayName, name, type, required, default: initial, ...rest } = plainProperty(field);
  return { displayName, name, type, ...(required && { required }), default: initial, ...rest };
}

function plainProperty(field: Field): INodeProperties {
  const { name, schema, type, required } = field;
  const base = {
    displayName: titleCase(schema.title ?? name),
    name,
    ...(required && { required: true }),
    ...((schema.description ?? helpOf(field)) !== undefined && { description: sentence([schema.description, helpOf(field)]) }),
    ...(schema.placeholder !== undefined && { placeholder: `e.g. ${schema.placeholder}` }),
  };
  switch (type) {
    case 'number':
      return { ...base, type: 'number', default: numberOr(schema.default), ...rangeOf(field) };
    case 'boolean':
      if (!required && schema.default === undefined) return { ...base, type: 'options', options: triState, default: '' };
      return { ...base, type: 'boolean', default: schema.default === true, ...booleanHelp(field) };
    case 'option':
      return { ...base, type: 'options', options: optionsOf(field), default: optionDefault(field) };
    case 'list':
      return { ...base, type: 'string', default: Array.isArray(schema.default) ? schema.default.join(', ') : '' };
    case 'json':
    case 'any':
      return { ...base, type: 'json', default: schema.default === undefined ? '' : JSON.stringify(schema.default) };
    case 'objects':
      return objectsProperty(field, base);
    case 'attachments':
    case 'images':
      return { ...base, type: 'string', default: '', placeholder: type === 'images' ? 'e.g. data, photo' : 'e.g. data, invoice' };
    case 'model':
      return modelProperty(base);
    default:
      return {
        ...base, type: 'string', default: typeof schema.default === 'string' ? schema.default : '',
        ...(schema.multiline && { typeOptions: { rows: 4 } }),
      };
  }
}

/** n8n's own words for it. */
export const upsertName = 'Create or Update';

/** A switch cannot say that nothing was chosen, which is not the same as off. */
const triState: INodePropertyOptions[] = [{ name: 'Not Set', value: '' }, { name: 'Yes', value: true }, { name: 'No', value: false }];

/** What a builder must know about how a value of this type is entered. */
function helpOf({ type }: Field): string | undefined {
  if (type === 'list') return 'Separate several by commas, or give an array by an expression';
  if (type === 'attachments' || type === 'images') return 'The names of the input item’s binary fields, separated by commas';
  return undefined;
}

function sentence(parts: (string | undefined)[]): string {
  return described(parts.filter((part) => part !== undefined).join('. '));
}

const numberOr = (value: unknown): number | string => (typeof value === 'number' ? value : '');

function rangeOf({ schema }: Field): Pick<INodeProperties, 'typeOptions'> {
  // JSON Schema gives every integer a range; one that is only the language's is no help to anybody.
  const minValue = schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER ? schema.minimum : undefined;
  const maxValue = schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER ? schema.maximum : undefined;
  if (minValue === undefined && maxValue === undefined) return {};
  return { typeOptions: { ...(minValue !== undefined && { minValue }), ...(maxValue !== undefined && { maxValue }) } };
}

/** n8n's rule: the description of a switch begins with "Whether". */
function booleanHelp({ schema, name }: Field): { description: string } {
  const text = schema.description ?? titleCase(schema.title ?? name);
  const isAcronym = /^[A-Z]{2}/.test(text);
  const help = text.startsWith('Whether') ? text : `Whether ${isAcronym ? text : text.charAt(0).toLowerCase() + text.slice(1)}`;
  return { description: described(help) };
}

function optionsOf(field: Field): INodePropertyOptions[] {
  const options = valuesOf(field.schema).map((value) => ({ name: optionName(String(value)), value }));
  const hasDefault = field.required || field.schema.default !== undefined;
  return sortedOptions(hasDefault ? options : [{ name: 'Not Set', value: '' }, ...options]);
}

/** n8n's rule: five or more go by the alphabet. */
export function sortedOptions(options: INodePropertyOptions[]): INodePropertyOptions[] {
  return options.length < 5 ? options : [...options].sort((a, b) => a.name.localeCompare(b.name));
}

/** `GET` and `is_null`, `whatsapp` and `=`: what is written in small letters becomes a title. */
function optionName(value: string): string {
  if (value === 'upsert') return upsertName;
  if (value === 'asc') return 'Ascending';
  if (value === 'desc') return 'Descending';
  return /^[a-z][a-z0-9_ -]*$/.test(value) ? titleCase(value.replaceAll('-', ' ')) : value;
}

function optionDefault({ schema, required }: Field): string | number | boolean {
  const fallback = schema.default ?? (required ? valuesOf(schema)[0] : undefined);
  return typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean' ? fallback : '';
}

type Base = Pick<INodeProperties, 'displayName' | 'name' | 'required' | 'description' | 'placeholder'>;

function objectsProperty({ schema }: Field, base: Base): INodeProperties {
  return {
    ...base,
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true },
    default: {},
    placeholder: `Add ${base.displayName}`,
    options: [{
      displayName: base.displayName,
      name: 'entries',
      values: fieldsOf(schema.items ?? {}).map((field) => nestedProperty(field)),
    }],
  };
}

/** Within a collection a value of any type is a plain text field: it takes an expression as well. */
function nestedProperty(field: Field): INodeProperties {
  const type = nestedType(field);
  return propertyOf({ ...field, type: type === 'any' ? 'text' : type });
}

/** A collection within a collection is written as JSON. */
export const nestedType = ({ type }: Field): InputType => (type === 'objects' ? 'json' : type);

function modelProperty(base: Base): INodeProperties {
  return {
    ...base,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    modes: [
      {
        displayName: 'From List', name: 'list', type: 'list',
        typeOptions: { searchListMethod: 'searchModels', searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. public.customers' },
    ],
  };
}
