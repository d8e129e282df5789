import type { INodeProperties } from 'n8n-workflow';
import { choice, listProperties, locator, operationProperty, shownFor } from './parts';

export const defaults: INodeProperties[] = [
  operationProperty('default', [
    { name: 'Get Many', value: 'getAll', description: 'List a tenant’s own defaults', action: 'Get many defaults' },
    { name: 'Remove', value: 'remove', description: 'Leave a tenant without a default of its own', action: 'Remove a default' },
    { name: 'Resolve', value: 'resolve', description: 'Find the connector that a tenant uses for a category, and why it is that one', action: 'Resolve a default' },
    { name: 'Set', value: 'set', description: 'Choose the connector that a tenant uses for a category', action: 'Set a default' },
  ], 'resolve'),
  locator('tenant', { ...shownFor('default'), description: 'The credential’s default tenant when empty' }),
  { ...choice('Category Name or ID', 'category', 'getCategories', 'What the connector is used for'), ...shownFor('default', ['resolve', 'set', 'remove']), required: true },
  locator('connector', { ...shownFor('default', ['set']), required: true }),
  ...listProperties('default'),
];
