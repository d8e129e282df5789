/** The operations of a node: what n8n shows of each, and what the shared code must know to run it. */
import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { InputField, Operation } from '../../../nodes/shared/types.ts';
import type { Category, OperationDefinition } from '../kinds/contract.ts';
import { binaryProperty, comfortNames, imagesField, isMapped, mappedProperties, optionsProperty, outputProperties, simplifiedOf, simplifyProperty } from './comfort.ts';
import { article, described, titleCase } from './names.ts';
import { nestedType, propertyOf, sortedOptions, upsertName } from './properties.ts';
import { fieldsOf, schemaOf } from './schema.ts';
import type { Field, JsonSchema } from './schema.ts';

/** Parameters that every node has; an operation's input may not be called like one of them. */
const reserved = new Set(['resource', 'operation', 'tenant', 'backend', 'connector', 'returnAll', 'additionalFields', 'binaryField', ...comfortNames]);

interface Planned {
  name: string;
  definition: OperationDefinition;
  fields: Field[];
  operation: Operation;
}

export interface OperationPlan {
  properties: INodeProperties[];
  operations: Record<string, Operation>;
}

export function planOperations(category: Category, names: string[]): OperationPlan {
  const planned = names.map((name) => planOperation(category, name));
  const resources = [...new Set(planned.map(({ definition }) => definition.resource).filter((resource) => resource !== undefined))];
  return {
    properties: [
      ...resourceProperties(resources, planned),
      ...(resources.length > 0
        ? resources.map((resource) => operationProperty(planned.filter(({ definition }) => definition.resource === resource), resource))
        : [operationProperty(planned)]),
      ...optionalLast(mergeShared(planned.flatMap(inputProperties))),
    ],
    operations: Object.fromEntries(planned.map(({ name, operation }) => [name, operation])),
  };
}

function planOperation(category: Category, name: string): Planned {
  const definition = category.operations[name];
  if (!definition) throw new Error(`The category "${category.category}" has no operation "${name}".`);
  const fields = fieldsOf(schemaOf(definition.input));
  const clash = fields.find((field) => reserved.has(field.name));
  if (clash) throw new Error(`${category.category}.${name}: a node has a parameter "${clash.name}" already; rename the input.`);
  const list = listOf(definition);
  const limit = fields.find((field) => field.name === 'limit');
  const cursor = fields.find((field) => field.name === 'cursor');
  const limited = limit !== undefined && (definition.result === 'records' || list !== undefined);
  const inputs = [...fields.filter((field) => !(limited && (field === limit || field === cursor))), ...imagesField(fields)];
  const simplify = definition.result === 'json' ? simplifiedOf(schemaOf(definition.output)) : undefined;
  return {
    name,
    definition,
    fields: inputs,
    operation: {
      result: definition.result,
      ...(definition.repeatable && { repeatable: true }),
      ...(definition.takes_bytes && { takes_bytes: true }),
      ...(list !== undefined && { list }),
      ...(limited && { limited: true }),
      ...(isMapped(inputs) && { mapped: true }),
      ...(simplify !== undefined && { simplify }),
      ...(limited && list !== undefined && { page_size: limit.schema.maximum ?? 100 }),
      inputs: inputs.map(inputOf),
    },
  };
}

/** The one member of the answer that is a list of objects, when nothing else but a cursor stands beside it. */
function listOf(definition: OperationDefinition): string | undefined {
  if (definition.result !== 'json') return undefined;
  const members = Object.entries(schemaOf(definition.output).properties ?? {}).filter(([name]) => name !== 'next_cursor');
  const [only] = members;
  const isListOfObjects = (schema: JsonSchema): boolean => schema.type === 'array' && schema.items?.type === 'object';
  return members.length === 1 && only && isListOfObjects(only[1]) ? only[0] : undefined;
}

function inputOf(field: Field): InputField {
  return {
    name: field.name,
    type: field.type,
    ...(isAdditional(field) && { additional: true }),
    ...(field.type === 'objects' && { fields: fieldsOf(field.schema.items ?? {}).map((member) => ({ name: member.name, type: nestedType(member) })) }),
  };
}

/** What an operation is about stands in plain sight; the rest waits in *Additional Fields*. */
function isAdditional({ schema, required, type }: Field): boolean {
  if (schema.advanced) return true;
  return !required && schema.default === undefined && !schema.multiline && type !== 'any';
}

/** The first is the one that a builder comes for: what is stored, rather than the models over it. */
function resourceProperties(resources: string[], planned: Planned[]): INodeProperties[] {
  if (resources.length === 0) return [];
  const options = resources.map((resource) => ({ name: resource, value: resource.toLowerCase() }));
  const chosen = resources.find((resource) => resource !== 'Model' && planned.some(({ name, definition }) => definition.resource === resource && foremost.includes(name)));
  return [{ displayName: 'Resource', name: 'resource', type: 'options', noDataExpression: true, options, default: (chosen ?? resources[0] ?? '').toLowerCase() }];
}

/** What a builder comes for first. */
const foremost = ['request', 'send', 'fire', 'chat', 'search', 'read', 'list', 'get'];

function operationProperty(planned: Planned[], resource?: string): INodeProperties {
  const options = planned.map(({ name, definition }): INodePropertyOptions => ({
    name: name === 'upsert' ? upsertName : titleCase(definition.title),
    value: name,
    description: helpOf(name, definition),
    action: actionOf(name, definition),
  }));
  return {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    ...(resource !== undefined && { displayOptions: { show: { resource: [resource.toLowerCase()] } } }),
    options: sortedOptions(options),
    default: foremost.find((name) => options.some(({ value }) => value === name)) ?? options[0]?.value ?? '',
  };
}

/** What an operation does, in the list of all actions of a node: in small letters but for the first. */
const actions: Record<string, string> = {
  discover: 'List {resource}s', read: 'Read records', query: 'Run a query', write: 'Write records', request: 'Send a request', list: 'List {resource}s', upload: 'Upload a file',
  send: 'Send a message', receive: 'List received messages', status: 'Look up a message', download_media: 'Download media', chat: 'Chat with a model', chat_stream: 'Stream a chat with a model',
  embed: 'Embed texts', upsert: 'Create or update records', search: 'Search records', import_index: 'Import an index', export_index: 'Export an index', fire: 'Fire a workflow',
};

function actionOf(name: string, { title, resource = 'Model' }: OperationDefinition): string {
  const action = actions[name] ?? (resource === 'Model' ? title : `${title} ${article(resource)} ${resource}`);
  const words = action.replace('{resource}', resource).toLowerCase().replaceAll(/[^a-z0-9 ]+/g, '');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** n8n's own words for what replaces a record that is there. */
const helpOf = (name: string, { description }: OperationDefinition): string => (name === 'upsert' ? 'Create a new record, or update the current one if it already exists (upsert)' : described(description));

function inputProperties({ name, fields, operation, definition }: Planned): INodeProperties[] {
  const show = { ...(definition.resource !== undefined && { resource: [definition.resource.toLowerCase()] }), operation: [name] };
  const main = fields.filter((field) => !isAdditional(field) && !(operation.mapped && isRecord(field))).map(propertyOf);
  const [records, key] = operation.mapped ? fields.filter(isRecord).map(propertyOf) : [];
  const additional = fields.filter(isAdditional).map(propertyOf).sort((a, b) => a.displayName.localeCompare(b.displayName));
  return [
    ...main,
    ...(records && key ? mappedProperties(records, key) : []),
    ...(operation.takes_bytes ? [binaryProperty('Input Binary Field', 'The input item’s binary field that holds the bytes')] : []),
    ...(operation.result === 'bytes' ? [binaryProperty('Put Output File in Field', 'The output item’s binary field that gets the bytes')] : []),
    ...(operation.limited ? limitProperties(operation, fields, show) : []),
    ...(operation.result === 'records' ? outputProperties() : []),
    ...(operation.simplify !== undefined ? [simplifyProperty()] : []),
    ...(additional.length > 0 ? [additionalProperty(additional)] : []),
    optionsProperty(operation),
  ].map((property) => ({ ...property, displayOptions: { show: { ...show, ...property.displayOptions?.show } } }));
}

const isRecord = ({ name }: Field): boolean => name === 'records' || name === 'key';

function limitProperties(operation: Operation, fields: Field[], show: IDataObject): INodeProperties[] {
  // A statement of the builder's own says itself how much it wants; cutting its result short would surprise.
  const all = operation.result === 'records' && fields.some(({ schema, required }) => required && schema.multiline === true);
  return [
    {
      displayName: 'Return All', name: 'returnAll', type: 'boolean', default: all,
      description: 'Whether to return all results or only up to a given limit',
    },
    {
      displayName: 'Limit', name: 'limit', type: 'number', default: 50, typeOptions: { minValue: 1 },
      description: 'Max number of results to return',
      displayOptions: { show: { ...(show as Record<string, string[]>), returnAll: [false] } },
    },
  ];
}

function additionalProperty(options: INodeProperties[]): INodeProperties {
  return { displayName: 'Additional Fields', name: 'additionalFields', type: 'collection', placeholder: 'Add Field', default: {}, options };
}

/** What can be left alone comes after what cannot. */
function optionalLast(properties: INodeProperties[]): INodeProperties[] {
  const rank = ({ name }: INodeProperties): number => ['additionalFields', 'options'].indexOf(name);
  return [...properties].sort((a, b) => rank(a) - rank(b));
}

/** A parameter that two operations have in common is written once. */
function mergeShared(properties: INodeProperties[]): INodeProperties[] {
  const merged = new Map<string, INodeProperties>();
  for (const property of properties) {
    const { operation, resource, ...show } = (property.displayOptions?.show ?? {}) as Record<string, string[]>;
    const identity = JSON.stringify({ ...property, displayOptions: show });
    const known = merged.get(identity);
    if (!known) {
      merged.set(identity, property);
      continue;
    }
    const shown = known.displayOptions?.show as Record<string, string[]>;
    known.displayOptions = {
      show: {
        ...(resource && { resource: [...new Set([...(shown.resource ?? []), ...resource])] }),
        operation: [...(shown.operation ?? []), ...(operation ?? [])],
        ...show,
      },
    };
  }
  return [...merged.values()];
}
