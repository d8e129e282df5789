import type { INodeProperties } from 'n8n-workflow';
import { choice, listProperties, locator, operationProperty, shownFor } from './parts';

export const defaults: INodeProperties[] = [
  operationProperty('default', [
    { name: 'Get Fallbacks', value: 'getFallbacks', description: 'List what is tried when a tenant’s default is failing', action: 'Get fallbacks of a default' },
    { name: 'Get Many', value: 'getAll', description: 'List a tenant’s own defaults', action: 'Get many defaults' },
    { name: 'Remove', value: 'remove', description: 'Leave a tenant without a default of its own', action: 'Remove a default' },
    { name: 'Resolve', value: 'resolve', description: 'Find the connector that a tenant uses for a category, and why it is that one', action: 'Resolve a default' },
    { name: 'Set', value: 'set', description: 'Choose the connector that a tenant uses for a category', action: 'Set a default' },
    { name: 'Set Fallbacks', value: 'setFallbacks', description: 'Name what is tried, in order, when a tenant’s default is failing', action: 'Set fallbacks of a default' },
  ], 'resolve'),
  locator('tenant', { ...shownFor('default'), description: 'The credential’s default tenant when empty' }),
  { ...choice('Category Name or ID', 'category', 'getCategories', 'What the connector is used for'), ...shownFor('default', ['getFallbacks', 'remove', 'resolve', 'set', 'setFallbacks']), required: true },
  locator('connector', { ...shownFor('default', ['set']), required: true }),
  {
    displayName: 'Connectors', name: 'connectors', type: 'json', default: '[]', required: true,
    description: 'IDs of connectors of this tenant and category, in the order in which they are tried; an empty list for none', ...shownFor('default', ['setFallbacks']),
  },
  ...listProperties('default'),
];
