import type { INodeProperties } from 'n8n-workflow';
import { additional, choice, listProperties, locator, operationProperty, shownFor, textField, triState } from './parts';

const slug = textField('Slug', 'slug', 'Made from the name when empty', 'acme-mail');
const description = textField('Description', 'description', 'For people');
const schemas = textField('Output Schemas', 'output_schemas', 'Schemas that may be read, separated by commas; those that the connector’s user owns when empty', 'public, sales');
const checkEvery = textField('Check Every (Minutes)', 'check_every_minutes', 'Test it every so many minutes, and tell when it fails or recovers; null to stop that', '15');
const active = triState('Active', 'active', 'Whether it may be used at once');
const withConfig = ['create', 'update', 'testConfig'];

const configFrom = (operations: string[], options: { name: string; value: string; description: string }[], fallback: string): INodeProperties => ({
  displayName: 'Config From', name: 'configFrom', type: 'options', noDataExpression: true, default: fallback, options, ...shownFor('connector', operations),
});
const fields = { name: 'Fields', value: 'fields', description: 'The fields of the kind, one by one or out of the item' };
const json = { name: 'JSON', value: 'json', description: 'One object with the fields of the kind' };
const credential = { name: 'Credential', value: 'credential', description: 'The kind’s own credential in n8n, which keeps secrets out of the workflow' };

export const connector: INodeProperties[] = [
  operationProperty('connector', [
    { name: 'Activate', value: 'activate', description: 'Let a connector be used', action: 'Activate a connector' },
    { name: 'Create', value: 'create', description: 'Give a tenant a connector', action: 'Create a connector' },
    { name: 'Deactivate', value: 'deactivate', description: 'Let a connector be used no more', action: 'Deactivate a connector' },
    { name: 'Delete', value: 'delete', description: 'Delete a connector', action: 'Delete a connector' },
    { name: 'Get', value: 'get', description: 'Get one connector; secrets are never shown', action: 'Get a connector' },
    { name: 'Get Many', value: 'getAll', description: 'List connectors', action: 'Get many connectors' },
    { name: 'Get Webhook Address', value: 'getWebhook', description: 'Get the address to enter at the provider, so that what comes in there becomes an event', action: 'Get the webhook address of a connector' },
    { name: 'Make Default', value: 'makeDefault', description: 'Make it the one that its tenant uses for its category', action: 'Make a connector the default' },
    { name: 'Test', value: 'test', description: 'Connect to the backend and say how that went', action: 'Test a connector' },
    { name: 'Test Config', value: 'testConfig', description: 'Try a config before anything is saved', action: 'Test a config' },
    { name: 'Update', value: 'update', description: 'Change a connector; secrets that are not given stay as they are', action: 'Update a connector' },
  ], 'create'),
  locator('connector', { ...shownFor('connector', ['activate', 'deactivate', 'delete', 'get', 'getWebhook', 'makeDefault', 'test', 'update']), required: true }),
  locator('tenant', { ...shownFor('connector', ['create']), description: 'Whose connector it will be; the credential’s default tenant when empty' }),
  { ...textField('Name', 'name', 'As people read it', 'Acme mail'), ...shownFor('connector', ['create']), required: true },
  { ...choice('Kind Name or ID', 'kind', 'getKinds', 'What it connects to'), ...shownFor('connector', ['create', 'testConfig']), required: true },
  configFrom(['create', 'testConfig'], [credential, fields, json], 'fields'),
  configFrom(['update'], [fields, json, { name: 'Nowhere', value: 'none', description: 'The config stays as it is' }], 'none'),
  {
    displayName: 'What is typed here is stored with the workflow, so secrets are refused. Use the kind’s credential, an expression, or $ENV:NAME for a variable of Patchbay’s environment.',
    name: 'secretsNotice', type: 'notice', default: '',
    displayOptions: { show: { resource: ['connector'], operation: withConfig, configFrom: ['fields', 'json'] } },
  },
  {
    displayName: 'Config', name: 'configFields', type: 'resourceMapper', noDataExpression: true, required: true,
    default: { mappingMode: 'defineBelow', value: null },
    typeOptions: {
      loadOptionsDependsOn: ['kind', 'connector.value'],
      resourceMapper: {
        resourceMapperMethod: 'configFields', mode: 'add', valuesLabel: 'Config', fieldWords: { singular: 'field', plural: 'fields' },
        addAllFields: true, supportAutoMap: true, multiKeyMatch: false,
      },
    },
    displayOptions: { show: { resource: ['connector'], operation: withConfig, configFrom: ['fields'] } },
  },
  {
    displayName: 'Config', name: 'configJson', type: 'json', default: '{}', required: true,
    description: 'The fields of the kind. On an update, absent ones stay as they are and null clears.',
    displayOptions: { show: { resource: ['connector'], operation: withConfig, configFrom: ['json'] } },
  },
  {
    displayName: 'Make Default', name: 'is_default', type: 'boolean', default: true,
    description: 'Whether its tenant uses it for its category from now on; refused when there is a default already', ...shownFor('connector', ['create']),
  },
  ...listProperties('connector'),
  additional('connector', ['create'], [active, checkEvery, description, schemas, slug]),
  additional('connector', ['update'], [checkEvery, description, textField('Name', 'name', 'As people read it'), schemas, slug]),
  additional('connector', ['delete'], [
    textField('Successor', 'successor', 'For a default: the ID of the connector that takes its place, or "none"', 'none'),
  ]),
  additional('connector', ['getAll'], [
    triState('Active', 'active', 'Whether to list the active ones or the others'),
    choice('Category Name or ID', 'category', 'getCategories', 'Only those of this category'),
    choice('Kind Name or ID', 'kind', 'getKinds', 'Only those of this kind'),
    textField('Search', 'search', 'Only those whose name contains this'),
    textField('Tenant', 'tenant', 'Only those of the tenant with this slug or ID', 'acme'),
  ]),
];
