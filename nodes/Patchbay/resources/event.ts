import type { INodeProperties } from 'n8n-workflow';
import { additional, listProperties, locator, operationProperty, shownFor, textField } from './parts';

export const event: INodeProperties[] = [
  operationProperty('event', [
    { name: 'Get', value: 'get', description: 'Get one event with all its data', action: 'Get an event' },
    { name: 'Get Many', value: 'getAll', description: 'List what happened, newest first', action: 'Get many events' },
    { name: 'Replay', value: 'replay', description: 'Send an event to its subscriptions once more', action: 'Replay an event' },
  ], 'getAll'),
  locator('event', { ...shownFor('event', ['get', 'replay']), required: true }),
  ...listProperties('event'),
  additional('event', ['replay'], [textField('Subscription', 'subscription', 'The ID of the one to send it to; all that match when empty')]),
  additional('event', ['getAll'], [
    textField('Connector', 'connector', 'Only those of the connector with this ID'),
    { displayName: 'Since', name: 'since', type: 'dateTime', default: '', description: 'Only those after this time' },
    textField('Tenant', 'tenant', 'Only those of the tenant with this slug or ID, and of those below it', 'acme'),
    textField('Type', 'type', 'Only those of these types, separated by commas', 'check.failed, check.recovered'),
  ]),
];
