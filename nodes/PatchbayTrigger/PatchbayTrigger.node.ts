import type { IHookFunctions, INodeType, INodeTypeDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { loadOptions } from '../shared/choices';
import { searchTenants } from '../shared/list-search';
import { eventOptions } from '../shared/events';
import { receive } from './receive';
import { isSubscribed, isTest, resendLatest, subscribe, unsubscribe } from './subscription';

export class PatchbayTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Patchbay Trigger',
    name: 'patchbayTrigger',
    icon: { light: 'file:patchbayTrigger.svg', dark: 'file:patchbayTrigger.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ [$parameter["events"]].flat().join(", ") }}',
    description: 'Starts when something happens to any tenant’s connectors: a message or webhook comes in, a check fails, a default changes',
    defaults: { name: 'Patchbay Trigger' },
    eventTriggerDescription: 'Waiting for an event from Patchbay',
    activationMessage: 'Patchbay now sends the chosen events to this workflow.',
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: 'patchbayApi', required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'patchbay' }],
    properties: [
      {
        displayName: 'Events',
        name: 'events',
        type: 'multiOptions',
        required: true,
        default: ['message.received'],
        options: eventOptions,
        description: 'What starts the workflow',
      },
      {
        displayName: 'Tenant',
        name: 'tenant',
        type: 'resourceLocator',
        default: { mode: 'list', value: '' },
        description: 'Only events of this tenant and those below it. When empty: the credential’s default tenant, or every tenant that its key reaches.',
        modes: [
          { displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchTenants', searchable: true } },
          { displayName: 'By Slug or ID', name: 'id', type: 'string', placeholder: 'e.g. acme' },
        ],
      },
      {
        displayName: 'Filters',
        name: 'filters',
        type: 'collection',
        placeholder: 'Add Filter',
        default: {},
        options: [
          {
            displayName: 'Category Names or IDs', name: 'categories', type: 'multiOptions', default: [], typeOptions: { loadOptionsMethod: 'getCategories' },
            description: 'Only events of connectors of these categories. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
          },
          {
            displayName: 'Connector Names or IDs', name: 'connectors', type: 'multiOptions', default: [], typeOptions: { loadOptionsMethod: 'getConnectors' },
            description: 'Only events of these connectors. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
          },
          {
            displayName: 'Kind Names or IDs', name: 'kinds', type: 'multiOptions', default: [], typeOptions: { loadOptionsMethod: 'getKinds' },
            description: 'Only events of connectors of these kinds. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
          },
        ],
      },
      {
        displayName: 'Simplify',
        name: 'simplify',
        type: 'boolean',
        default: true,
        description: 'Whether to return a simplified version of the response instead of the raw data',
      },
      {
        displayName: 'Test With',
        name: 'testWith',
        type: 'options',
        noDataExpression: true,
        default: 'latest',
        description: 'What to show when the step is tested in the editor',
        options: [
          { name: 'Latest Event', value: 'latest', description: 'The latest event that fits is sent once more, or the next one when there is none' },
          { name: 'Next Event', value: 'next', description: 'Wait until something happens' },
        ],
      },
    ],
  };

  methods = { loadOptions, listSearch: { searchTenants } };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        return await isSubscribed(this);
      },
      async create(this: IHookFunctions): Promise<boolean> {
        await subscribe(this);
        if (isTest(this) && this.getNodeParameter('testWith', 'latest') === 'latest') await resendLatest(this);
        return true;
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        await unsubscribe(this);
        return true;
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return receive(this);
  }
}
