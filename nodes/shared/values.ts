/** How the value of a parameter, typed in or given by an expression, becomes JSON. */
import type { IDataObject, GenericValue } from 'n8n-workflow';
import type { InputField } from './types';

type Json = GenericValue | IDataObject | GenericValue[] | IDataObject[];

/** Thrown for a value that cannot be used; the caller knows node and item. */
export interface Unusable {
  field: string;
  message: string;
}

/**
 * @returns undefined for a value that is not to be sent
 * @param refuse makes the error for a value that cannot be used
 */
export function toJson(field: Pick<InputField, 'name' | 'type' | 'fields'>, value: unknown, refuse: (unusable: Unusable) => Error): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  switch (field.type) {
    case 'number': return numberOf(field.name, value, refuse);
    case 'list': return listOf(value);
    case 'json': return parsed(field.name, value, refuse);
    case 'any': return parsedOrText(value);
    case 'objects': return objectsOf(field, value, refuse);
    default: return value as Json;
  }
}

function numberOf(name: string, value: unknown, refuse: (unusable: Unusable) => Error): number {
  const number = typeof value === 'number' ? value : Number(value);
  if (Number.isFinite(number)) return number;
  throw refuse({ field: name, message: 'must be a number' });
}

/** Commas and line breaks part the entries, but not within quotes or angle brackets: `"Doe, Jane" <jane@example.com>`. */
export function listOf(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.length > 0 ? (value as GenericValue[]) : undefined;
  if (typeof value !== 'string') return [value as GenericValue];
  const array = value.trim().startsWith('[') ? parsedOrText(value) : undefined;
  if (Array.isArray(array)) return array as GenericValue[];
  const entries = (value.match(/(?:"[^"]*"|<[^>]*>|[^,\n])+/g) ?? []).map((entry) => entry.trim()).filter((entry) => entry !== '');
  return entries.length > 0 ? entries : undefined;
}

function parsed(name: string, value: unknown, refuse: (unusable: Unusable) => Error): Json | undefined {
  if (typeof value !== 'string') return value as Json;
  if (value.trim() === '') return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    throw refuse({ field: name, message: 'must be valid JSON' });
  }
}

function parsedOrText(value: unknown): Json {
  if (typeof value !== 'string') return value as Json;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function objectsOf(field: Pick<InputField, 'fields'>, value: unknown, refuse: (unusable: Unusable) => Error): IDataObject[] | undefined {
  const entries = Array.isArray(value) ? value : (value as { entries?: unknown }).entries;
  if (!Array.isArray(entries) || entries.length === 0) return undefined;
  return (entries as IDataObject[]).map((entry) => {
    const members = (field.fields ?? []).map((member) => [member.name, nested(member, entry[member.name], refuse)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== undefined)) as IDataObject;
  });
}

/** In a row of a collection, what could be anything is a text, unless it is plainly a list or an object. */
function nested(member: InputField, value: unknown, refuse: (unusable: Unusable) => Error): Json | undefined {
  if (member.type !== 'any') return toJson(member, value, refuse);
  if (value === undefined || value === '') return undefined;
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parsedOrText(value) : (value as Json);
}
