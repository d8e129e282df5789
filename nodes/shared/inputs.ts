/** An operation's input out of a node's parameters, for one item. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { attachmentsOf, withImages } from './binary';
import { failure } from './problem';
import type { InputField } from './types';
import { listOf, toJson } from './values';

/** What is empty is left out. */
export async function inputOf(functions: IExecuteFunctions, itemIndex: number, fields: InputField[]): Promise<IDataObject> {
  const additional = functions.getNodeParameter('additionalFields', itemIndex, {}) as IDataObject;
  const input: IDataObject = {};
  for (const field of fields) {
    const value = await inputValue(functions, itemIndex, field, additional);
    if (field.type === 'images') input.messages = withImages(functions, itemIndex, input.messages as IDataObject[] | undefined, value as IDataObject[] | undefined);
    else if (value !== undefined) input[field.name] = value;
  }
  return input;
}

/** The value of a resource locator, however it was chosen. */
export function locatedIn(functions: IExecuteFunctions, name: string, itemIndex: number): string {
  return String(functions.getNodeParameter(name, itemIndex, '', { extractValue: true }) ?? '').trim();
}

/** n8n hands out a resource locator within a collection as it is. */
const chosen = (value: unknown): unknown => (typeof value === 'object' && value !== null && '__rl' in value && 'value' in value ? value.value : value);

async function inputValue(functions: IExecuteFunctions, itemIndex: number, field: InputField, additional: IDataObject): Promise<IDataObject[string]> {
  const { name, type } = field;
  const value = field.additional
    ? chosen(additional[name])
    : functions.getNodeParameter(name, itemIndex, undefined, type === 'model' ? { extractValue: true } : {});
  if (type === 'attachments' || type === 'images') {
    const fields = listOf(value || undefined);
    return Array.isArray(fields) && value ? await attachmentsOf(functions, itemIndex, fields.map(String)) : undefined;
  }
  return toJson(field, value, ({ message }) =>
    failure(functions.getNode(), 'invalid_parameter', `The parameter "${name}" ${message}.`, 'Correct the parameter or its expression.', itemIndex)) as IDataObject[string];
}
