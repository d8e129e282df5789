import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { execute } from './execute';
import { methods } from './methods';
import { ownCredentials } from './own-credentials';
import { check } from './resources/check';
import { connector } from './resources/connector';
import { defaults } from './resources/default';
import { delivery } from './resources/delivery';
import { event } from './resources/event';
import { subscription } from './resources/subscription';
import { tenant } from './resources/tenant';

export class Patchbay implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Patchbay',
    name: 'patchbay',
    icon: { light: 'file:patchbay.svg', dark: 'file:patchbay.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Manage tenants, their connectors and defaults, and what is told of them: onboarding a tenant as a workflow',
    defaults: { name: 'Patchbay' },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [
      { name: 'patchbayApi', required: true },
      ...Object.entries(ownCredentials).map(([kind, { credential }]) => ({
        name: credential, required: true, displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: [kind] } },
      })),
    ],
    properties: [
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        default: 'connector',
        options: [
          { name: 'Check', value: 'check' },
          { name: 'Connector', value: 'connector' },
          { name: 'Default', value: 'default' },
          { name: 'Delivery', value: 'delivery' },
          { name: 'Event', value: 'event' },
          { name: 'Subscription', value: 'subscription' },
          { name: 'Tenant', value: 'tenant' },
        ],
      },
      ...check,
      ...connector,
      ...defaults,
      ...delivery,
      ...event,
      ...subscription,
      ...tenant,
    ],
  };

  methods = methods;

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await execute(this);
  }
}
