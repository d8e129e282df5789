/** Parameters that several resources have in common. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** @param operations undefined: all of the resource */
export function shownFor(resource: string, operations?: string[]): Pick<INodeProperties, 'displayOptions'> {
  return { displayOptions: { show: { resource: [resource], ...(operations && { operation: operations }) } } };
}

export function operationProperty(resource: string, options: INodePropertyOptions[], fallback: string): INodeProperties {
  return { displayName: 'Operation', name: 'operation', type: 'options', noDataExpression: true, options, default: fallback, ...shownFor(resource) };
}

const searches: Record<string, { method: string; title: string; placeholder: string }> = {
  tenant: { method: 'searchTenants', title: 'By Slug or ID', placeholder: 'e.g. acme' },
  connector: { method: 'searchConnectors', title: 'By ID', placeholder: 'e.g. 0198c0de-7a1b-7c3d-8e4f-5a6b7c8d9e0f' },
  subscription: { method: 'searchSubscriptions', title: 'By ID', placeholder: 'e.g. 0198c0de-7a1b-7c3d-8e4f-5a6b7c8d9e0f' },
  delivery: { method: 'searchDeliveries', title: 'By ID', placeholder: 'e.g. 0198c0de-7a1b-7c3d-8e4f-5a6b7c8d9e0f' },
  event: { method: 'searchEvents', title: 'By ID', placeholder: 'e.g. 0198c0de-7a1b-7c3d-8e4f-5a6b7c8d9e0f' },
};

/** A resource locator: from a searched list, or by what names it. */
export function locator(name: keyof typeof searches, more: Partial<INodeProperties>): INodeProperties {
  const { method, title, placeholder } = searches[name]!;
  return {
    displayName: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    name,
    type: 'resourceLocator',
    default: { mode: 'list', value: '' },
    modes: [
      { displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: method, searchable: true } },
      { displayName: title, name: 'id', type: 'string', placeholder },
    ],
    ...more,
  };
}

/** *Return All* and *Limit*. */
export function listProperties(resource: string): INodeProperties[] {
  return [
    {
      displayName: 'Return All', name: 'returnAll', type: 'boolean', default: false,
      description: 'Whether to return all results or only up to a given limit', ...shownFor(resource, ['getAll']),
    },
    {
      displayName: 'Limit', name: 'limit', type: 'number', default: 50, typeOptions: { minValue: 1 }, description: 'Max number of results to return',
      displayOptions: { show: { resource: [resource], operation: ['getAll'], returnAll: [false] } },
    },
  ];
}

export function additional(resource: string, operations: string[], options: INodeProperties[]): INodeProperties {
  return { displayName: 'Additional Fields', name: 'additionalFields', type: 'collection', placeholder: 'Add Field', default: {}, options, ...shownFor(resource, operations) };
}

export function textField(displayName: string, name: string, description: string, placeholder?: string): INodeProperties {
  return { displayName, name, type: 'string', default: '', description, ...(placeholder !== undefined && { placeholder: `e.g. ${placeholder}` }) };
}

/** A switch cannot say that nothing was chosen, which is not the same as off. */
export function triState(displayName: string, name: string, description: string): INodeProperties {
  return { displayName, name, type: 'options', default: true, description, options: [{ name: 'Yes', value: true }, { name: 'No', value: false }] };
}

export function choices(displayName: string, name: string, method: string, description: string): INodeProperties {
  return {
    displayName, name, type: 'multiOptions', default: [], typeOptions: { loadOptionsMethod: method },
    description: `${description}. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
  };
}

export function choice(displayName: string, name: string, method: string, description: string): INodeProperties {
  return {
    displayName, name, type: 'options', default: '', typeOptions: { loadOptionsMethod: method },
    description: `${description}. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
  };
}
