/**
 * The values of a resource mapper, each of its field's type. An expression often gives a text for a number, a list
 * or an object. n8n's own conversion (`getNodeParameter('columns.value')`) would refuse a list where a column takes
 * JSON, cut times to milliseconds, put a zone on those that have none, and make 0 of an empty text.
 */
import type { IDataObject, ResourceMapperField } from 'n8n-workflow';
import type { Unusable } from './values';

export type Typed = Pick<ResourceMapperField, 'id' | 'type' | 'options'>;

/** @param refuse makes the error for a value that cannot be used; without it such a one stays as it is, because it came with an item, whose texts may be meant */
export function convertTexts(values: IDataObject, fields: Typed[], refuse?: (unusable: Unusable) => Error): IDataObject {
  const known = new Map(fields.map((field) => [field.id, field]));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convertText(known.get(name) ?? { id: name }, value, refuse)])) as IDataObject;
}

/** What reads as no value of the type goes as it is: the backend knows further notations, and judges better. JSON is the exception, which would take any text for one. */
export function convertText({ id, type, options }: Typed, value: unknown, refuse?: (unusable: Unusable) => Error): unknown {
  if (type === 'boolean' && (value === 0 || value === 1)) return value === 1;
  if (typeof value !== 'string') return value;
  const text = value.trim();
  switch (type) {
    case 'number': return numberOf(text) ?? value;
    case 'boolean': return truths[text.toLowerCase()] ?? value;
    case 'options': return options?.find((option) => String(option.value) === value)?.value ?? value;
    case 'array': {
      const parsed = parsedOf(text);
      return Array.isArray(parsed) ? parsed : value;
    }
    case 'object': {
      const parsed = parsedOf(text);
      if (parsed !== undefined && (refuse !== undefined || (typeof parsed === 'object' && parsed !== null))) return parsed;
      if (refuse !== undefined && text !== '') throw refuse({ field: id, message: 'must be valid JSON' });
      return value;
    }
    default: return value;
  }
}

const truths: Record<string, boolean> = { true: true, false: false, 1: true, 0: false };

/** @returns undefined also for an integer that a number does not hold exactly */
function numberOf(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) && (Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(text)) ? number : undefined;
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
