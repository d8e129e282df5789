import type { INodeProperties } from 'n8n-workflow';
import { listProperties, locator, operationProperty, shownFor } from './parts';

export const check: INodeProperties[] = [
  operationProperty('check', [
    { name: 'Get Many', value: 'getAll', description: 'List how a connector’s tests went, newest first', action: 'Get many checks' },
  ], 'getAll'),
  locator('connector', { ...shownFor('check'), required: true }),
  ...listProperties('check'),
];
