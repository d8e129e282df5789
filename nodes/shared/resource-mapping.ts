/** The columns of the chosen model, for the editor's resource mapper. */
import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import { backendOf } from './backend';
import { editorChoice } from './list-search';
import { sendForJson } from './transport';
import type { NodeTarget } from './types';

export interface Column {
  name: string;
  /** The backend's own name of the type. */
  type: string;
  primary_key?: boolean;
}

interface Discovered {
  models: { fields?: Column[] }[];
}

export function resourceMapping(target: NodeTarget) {
  return {
    async mapColumns(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
      const model = String(this.getCurrentNodeParameter('model', { extractValue: true }) ?? '');
      if (model === '' || model.startsWith('=')) return { fields: [], emptyFieldsNotice: 'Choose a model first, or map automatically.' };
      const { access, path, query, extra } = await backendOf(this, target, editorChoice(this));
      const { value } = await sendForJson<Discovered>(access, { method: 'POST', path: path('discover'), query, body: { model, ...extra }, repeatable: true });
      return { fields: (value.models[0]?.fields ?? []).map(fieldOf) };
    },
  };
}

function fieldOf({ name, type, primary_key: isKey = false }: Column): ResourceMapperField {
  return { id: name, displayName: name, type: fieldType(type), defaultMatch: isKey, canBeUsedToMatch: true, required: false, display: true, removed: false };
}

/** Numbers that JavaScript cannot hold exactly travel as texts. */
const fieldTypes: [RegExp, FieldType][] = [
  [/\[\]|array|list/i, 'array'],
  [/json|object|struct|map|variant|nested/i, 'object'],
  [/bool|^bit$/i, 'boolean'],
  [/bigint|int8|numeric|decimal|money|^number/i, 'string'],
  [/int|float|double|real|serial|long|short/i, 'number'],
  [/timestamp|date/i, 'dateTime'],
];

export function fieldType(type: string): FieldType {
  return fieldTypes.find(([pattern]) => pattern.test(type))?.[1] ?? 'string';
}
