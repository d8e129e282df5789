/** What nodes offer beyond the operation's own input: where records go, how requests are spread, how columns are mapped. */
import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../../../nodes/shared/types.ts';
import type { Field, JsonSchema } from './schema.ts';

/** The parameters of this file's making; no input may be called like one. */
export const comfortNames = ['recordsFrom', 'columns', 'output', 'fileFormat', 'simplify', 'options', 'images'];

export function binaryProperty(displayName: string, description: string): INodeProperties {
  return { displayName, name: 'binaryField', type: 'string', default: 'data', required: true, description };
}

/** Input items, each one record, or records as JSON. */
export function isMapped(fields: Field[]): boolean {
  const has = (name: string, type: Field['type']): boolean => fields.some((field) => field.name === name && field.type === type);
  return has('model', 'model') && has('mode', 'option') && has('records', 'json') && has('key', 'list');
}

const mapper = (modes: string[], mode: 'add' | 'upsert'): INodeProperties => ({
  displayName: 'Columns', name: 'columns', type: 'resourceMapper', noDataExpression: true, required: true,
  default: { mappingMode: 'defineBelow', value: null },
  typeOptions: {
    loadOptionsDependsOn: ['model.value', 'tenant.value', 'connector.value'],
    resourceMapper: {
      resourceMapperMethod: 'mapColumns', mode, fieldWords: { singular: 'column', plural: 'columns' },
      addAllFields: true, multiKeyMatch: true, supportAutoMap: true,
    },
  },
  displayOptions: { show: { mode: modes, recordsFrom: ['items'] } },
});

/** Images out of binary fields, beside messages whose parts can be images. */
export function imagesField(fields: Field[]): Field[] {
  const messages = fields.find(({ name, type }) => name === 'messages' && type === 'objects');
  const content = messages?.schema.items?.properties?.content;
  return content && hasImageParts(content) ? [{ name: 'images', type: 'images', required: false, schema: { title: 'Images', description: 'They go with the last message of the user' } }] : [];
}

function hasImageParts({ properties, anyOf = [], oneOf = [], items }: JsonSchema): boolean {
  return properties?.type?.const === 'image' || [...anyOf, ...oneOf, ...(items ? [items] : [])].some(hasImageParts);
}

/** What *Simplify* leaves of an answer: the body where it wraps one as an HTTP answer does, and of a chat what a workflow goes on with. */
export function simplifiedOf(answer: JsonSchema): Operation['simplify'] {
  const { body, content, tool_calls, model, usage } = answer.properties ?? {};
  if (body) return 'body';
  return content && tool_calls && model && usage ? { content: 'content', tool_calls: 'tool_calls', model: 'model', input_tokens: 'usage.input_tokens', output_tokens: 'usage.output_tokens' } : undefined;
}

/** In the place of the parameters `records` and `key`, which remain for who has the records at hand. */
export function mappedProperties(records: INodeProperties, key: INodeProperties): INodeProperties[] {
  const show = { displayOptions: { show: { recordsFrom: ['json'] } } };
  return [
    {
      displayName: 'Records From', name: 'recordsFrom', type: 'options', noDataExpression: true, default: 'items',
      options: [
        { name: 'Input Items', value: 'items', description: 'Each item is one record; those of the same backend go in one request' },
        { name: 'JSON', value: 'json', description: 'A list of records for each item' },
      ],
    },
    mapper(['insert'], 'add'),
    { ...mapper(['upsert', 'update', 'delete'], 'upsert'), description: 'The columns to match on say which record is meant; to delete, nothing else is needed' },
    { ...records, ...show },
    { ...key, ...show },
  ];
}

/** Items, or one file of all records. */
export function outputProperties(): INodeProperties[] {
  const file = { displayOptions: { show: { output: ['file'] } } };
  return [
    {
      displayName: 'Output', name: 'output', type: 'options', noDataExpression: true, default: 'items',
      options: [
        { name: 'Items', value: 'items', description: 'One item for each record' },
        { name: 'File', value: 'file', description: 'All records in one file, streamed into a binary field without becoming items' },
      ],
    },
    {
      displayName: 'File Format', name: 'fileFormat', type: 'options', default: 'ndjson',
      options: [{ name: 'CSV', value: 'csv' }, { name: 'JSON Lines', value: 'ndjson' }, { name: 'Parquet', value: 'parquet' }],
      ...file,
    },
    { ...binaryProperty('Put Output File in Field', 'The output item’s binary field that gets the file'), ...file },
  ];
}

export function simplifyProperty(): INodeProperties {
  return {
    displayName: 'Simplify', name: 'simplify', type: 'boolean', default: true,
    description: 'Whether to return a simplified version of the response instead of the raw data',
  };
}

/** How the requests of a run are spread, and what its file is called. */
export function optionsProperty(operation: Operation): INodeProperties {
  const file: INodeProperties = {
    displayName: 'File Name', name: 'fileName', type: 'string', default: '', placeholder: 'e.g. orders.csv', description: 'When the output is a file; made from what is read when empty',
  };
  const batch: INodeProperties = {
    displayName: 'Items per Request', name: 'batchSize', type: 'number', default: 1000, typeOptions: { minValue: 1 },
    description: 'How many items of the same backend go in one request, all or none of which are written',
  };
  const pause: INodeProperties = {
    displayName: 'Pause Between Requests (Ms)', name: 'pause', type: 'number', default: 0, typeOptions: { minValue: 0, maxValue: 30_000 },
    description: 'How long to wait between two requests, in milliseconds',
  };
  return {
    displayName: 'Options', name: 'options', type: 'collection', placeholder: 'Add Option', default: {},
    options: [...(operation.result === 'records' ? [file] : []), ...(operation.mapped ? [batch] : []), pause],
  };
}
