import type { INodeProperties } from 'n8n-workflow';
import { additional, listProperties, locator, operationProperty, shownFor, textField, triState } from './parts';

const parent = textField('Parent', 'parent', 'The slug or ID of the tenant above it', 'acme');
const inherits = triState('Inherits Defaults', 'inherits_defaults', 'Whether it uses its parent’s default where it has none of its own');
const name = textField('Name', 'name', 'As people read it', 'Acme Berlin');
const slug = textField('Slug', 'slug', 'Small letters, digits and hyphens; what workflows name it by', 'acme-berlin');

export const tenant: INodeProperties[] = [
  operationProperty('tenant', [
    { name: 'Create', value: 'create', description: 'Create a tenant', action: 'Create a tenant' },
    { name: 'Delete', value: 'delete', description: 'Delete a tenant that has no connectors and no tenants below it', action: 'Delete a tenant' },
    { name: 'Get', value: 'get', description: 'Get one tenant', action: 'Get a tenant' },
    { name: 'Get Many', value: 'getAll', description: 'List the tenants that the key reaches', action: 'Get many tenants' },
    { name: 'Update', value: 'update', description: 'Rename a tenant or move it below another', action: 'Update a tenant' },
  ], 'getAll'),
  locator('tenant', { ...shownFor('tenant', ['get', 'update', 'delete']), required: true }),
  { ...slug, ...shownFor('tenant', ['create']), required: true },
  { ...name, ...shownFor('tenant', ['create']), required: true },
  ...listProperties('tenant'),
  additional('tenant', ['create'], [inherits, parent]),
  additional('tenant', ['update'], [inherits, name, parent, slug]),
  additional('tenant', ['getAll'], [{ ...parent, description: 'Only those directly below this tenant' }, textField('Search', 'search', 'Only those whose name or slug contains this')]),
];
