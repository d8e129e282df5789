import type { INodeProperties } from 'n8n-workflow';
import { eventOptions } from '../../shared/events';
import { additional, choices, listProperties, locator, operationProperty, shownFor, textField, triState } from './parts';

const filters: INodeProperties[] = [
  triState('Active', 'active', 'Whether events are sent'),
  choices('Category Names or IDs', 'categories', 'getCategories', 'Only events of connectors of these categories'),
  choices('Connector Names or IDs', 'connectors', 'getConnectors', 'Only events of these connectors'),
  { displayName: 'Events', name: 'events', type: 'multiOptions', default: [], options: eventOptions.slice(1), description: 'All when empty' },
  choices('Kind Names or IDs', 'kinds', 'getKinds', 'Only events of connectors of these kinds'),
  textField('Name', 'name', 'As people read it; the address’s host when empty'),
];

export const subscription: INodeProperties[] = [
  operationProperty('subscription', [
    { name: 'Create', value: 'create', description: 'Have events sent to an address', action: 'Create a subscription' },
    { name: 'Delete', value: 'delete', description: 'End a subscription', action: 'Delete a subscription' },
    { name: 'Get', value: 'get', description: 'Get one subscription', action: 'Get a subscription' },
    { name: 'Get Many', value: 'getAll', description: 'List subscriptions', action: 'Get many subscriptions' },
    { name: 'Test', value: 'test', description: 'Send a test event at once and say how that went', action: 'Test a subscription' },
    { name: 'Update', value: 'update', description: 'Change a subscription', action: 'Update a subscription' },
  ], 'getAll'),
  {
    displayName: 'To start a workflow by events, use the Patchbay Trigger. A signing secret is never in the output, since n8n keeps that: whoever receives the events gets one by "Rotate secret" in Patchbay.',
    name: 'secretNotice', type: 'notice', default: '', ...shownFor('subscription', ['create']),
  },
  locator('subscription', { ...shownFor('subscription', ['delete', 'get', 'test', 'update']), required: true }),
  { ...textField('URL', 'url', 'Where events are posted to', 'https://example.com/events'), ...shownFor('subscription', ['create']), required: true },
  locator('tenant', { ...shownFor('subscription', ['create']), description: 'Only events of this tenant and those below it; of every tenant that the key reaches when empty' }),
  ...listProperties('subscription'),
  additional('subscription', ['create'], filters),
  additional('subscription', ['update'], [...filters, textField('URL', 'url', 'Where events are posted to')]),
  additional('subscription', ['getAll'], [
    triState('Active', 'active', 'Whether to list the active ones or the others'),
    textField('Tenant', 'tenant', 'Only those of the tenant with this slug or ID', 'acme'),
  ]),
];
