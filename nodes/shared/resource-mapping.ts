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

/** By the word with which the type's name begins. Numbers that JavaScript cannot hold exactly travel as texts. */
const fieldTypes: [RegExp, FieldType][] = [
  [/\[\]$|^(array|list)\b/i, 'array'],
  [/^(jsonb?|object|struct|record|map|variant|nested|flattened)\b/i, 'object'],
  [/^(bool(ean)?|bit|tinyint\(1\))$/i, 'boolean'],
  [/^((tiny|small|medium)?int|int[2-4]|int16|int32|int64|integer|short|long|byte|(small)?serial|year)\b/i, 'number'],
  [/^(real|double|float[48]?|float32|float64|half_float|scaled_float|binary_(float|double))\b/i, 'number'],
  [/^(timestamp(_?[ln]?tz)?|date|datetime2?|datetimeoffset|smalldatetime|date_nanos)\b/i, 'dateTime'],
];

/** @param type as the backend writes it; several that a field of documents has: `int | null` */
export function fieldType(type: string): FieldType {
  const found = new Set(type.split(' | ').filter((name) => name !== 'null').map((name) => fieldTypes.find(([pattern]) => pattern.test(name))?.[1] ?? 'string'));
  const [only] = found;
  return only !== undefined && found.size === 1 ? only : 'string';
}
