import type { INodeProperties } from 'n8n-workflow';
import { additional, listProperties, locator, operationProperty, shownFor, textField } from './parts';

const statuses = ['cancelled', 'delivered', 'failed', 'pending'].map((value) => ({ name: `${value.charAt(0).toUpperCase()}${value.slice(1)}`, value }));

export const delivery: INodeProperties[] = [
  operationProperty('delivery', [
    { name: 'Get', value: 'get', description: 'Get one delivery with all its attempts', action: 'Get a delivery' },
    { name: 'Get Many', value: 'getAll', description: 'List what was sent to subscriptions, newest first', action: 'Get many deliveries' },
    { name: 'Replay', value: 'replay', description: 'Send one that was delivered or given up once more, after whatever waits of its subject', action: 'Replay a delivery' },
  ], 'getAll'),
  locator('delivery', { ...shownFor('delivery', ['get', 'replay']), required: true }),
  ...listProperties('delivery'),
  additional('delivery', ['getAll'], [
    textField('Event', 'event', 'Only those of the event with this ID'),
    { displayName: 'Status', name: 'status', type: 'options', default: 'failed', options: statuses, description: 'Only those with this status' },
    textField('Subscription', 'subscription', 'Only those to the subscription with this ID'),
  ]),
];
