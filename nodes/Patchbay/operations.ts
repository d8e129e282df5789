/** What the node can do, as requests: one table. Parameters are named like the members of the API. */
import type { IHttpRequestMethods } from 'n8n-workflow';
import type { InputField } from '../shared/types';

export interface AdminOperation {
  method: IHttpRequestMethods;
  /** `{name}` stands for the parameter of that name. */
  path: string;
  /** They go into the query of a GET or DELETE, into the body of any other. */
  inputs?: InputField[];
  /** The member of the answer whose entries become items; page after page, up to the builder's limit. */
  list?: string;
  /** The list comes whole: an array, or an object whose members' values are the entries. */
  keyed?: true;
  /** A kind and its config go along. */
  config?: 'required' | 'optional';
  repeatable?: true;
}

const text = (name: string): InputField => ({ name, type: 'text' });
const more = (name: string, type: InputField['type'] = 'text'): InputField => ({ name, type, additional: true });
const located = (name: string): InputField => ({ name, type: 'model' });

const connectorFields = [more('slug'), more('description'), more('output_schemas', 'list'), more('check_every_minutes', 'any')];
const subscriptionFields = [more('name'), more('events', 'list'), more('categories', 'list'), more('kinds', 'list'), more('connectors', 'list'), more('active', 'option')];

export const operations: Record<string, Record<string, AdminOperation>> = {
  tenant: {
    create: { method: 'POST', path: '/api/tenants', inputs: [text('slug'), text('name'), more('parent'), more('inherits_defaults', 'option')] },
    get: { method: 'GET', path: '/api/tenants/{tenant}' },
    getAll: { method: 'GET', path: '/api/tenants', list: 'tenants', inputs: [more('search'), more('parent')] },
    update: { method: 'PATCH', path: '/api/tenants/{tenant}', repeatable: true, inputs: [more('slug'), more('name'), more('parent'), more('inherits_defaults', 'option')] },
    delete: { method: 'DELETE', path: '/api/tenants/{tenant}' },
  },
  connector: {
    create: { method: 'POST', path: '/api/connectors', config: 'required', inputs: [located('tenant'), text('name'), { name: 'is_default', type: 'boolean' }, ...connectorFields, more('active', 'option')] },
    get: { method: 'GET', path: '/api/connectors/{connector}' },
    getAll: { method: 'GET', path: '/api/connectors', list: 'connectors', inputs: [more('tenant'), more('category'), more('kind'), more('active', 'option'), more('search')] },
    update: { method: 'PATCH', path: '/api/connectors/{connector}', config: 'optional', repeatable: true, inputs: [more('name'), ...connectorFields] },
    delete: { method: 'DELETE', path: '/api/connectors/{connector}', inputs: [more('successor')] },
    test: { method: 'POST', path: '/api/connectors/{connector}/test', repeatable: true },
    testConfig: { method: 'POST', path: '/api/connectors/catalog/{kind}/test', config: 'required', repeatable: true },
    activate: { method: 'POST', path: '/api/connectors/{connector}/activate', repeatable: true },
    deactivate: { method: 'POST', path: '/api/connectors/{connector}/deactivate', repeatable: true },
    makeDefault: { method: 'POST', path: '/api/connectors/{connector}/make_default', repeatable: true },
    getWebhook: { method: 'GET', path: '/api/connectors/{connector}/webhook' },
  },
  default: {
    resolve: { method: 'GET', path: '/api/tenants/{tenant}/{category}' },
    getAll: { method: 'GET', path: '/api/tenants/{tenant}/defaults', list: 'defaults', keyed: true },
    set: { method: 'PUT', path: '/api/tenants/{tenant}/{category}/default', repeatable: true, inputs: [located('connector')] },
    remove: { method: 'DELETE', path: '/api/tenants/{tenant}/{category}/default', repeatable: true },
    getFallbacks: { method: 'GET', path: '/api/tenants/{tenant}/{category}/fallbacks', list: 'connectors', keyed: true },
    setFallbacks: { method: 'PUT', path: '/api/tenants/{tenant}/{category}/fallbacks', list: 'connectors', repeatable: true, inputs: [{ name: 'connectors', type: 'json' }] },
  },
  check: {
    getAll: { method: 'GET', path: '/api/connectors/{connector}/checks', list: 'checks' },
  },
  delivery: {
    get: { method: 'GET', path: '/api/deliveries/{delivery}' },
    getAll: { method: 'GET', path: '/api/deliveries', list: 'deliveries', inputs: [more('event'), more('status', 'option'), more('subscription')] },
    replay: { method: 'POST', path: '/api/deliveries/{delivery}/replay' },
  },
  subscription: {
    create: { method: 'POST', path: '/api/subscriptions', inputs: [text('url'), located('tenant'), ...subscriptionFields] },
    get: { method: 'GET', path: '/api/subscriptions/{subscription}' },
    getAll: { method: 'GET', path: '/api/subscriptions', list: 'subscriptions', inputs: [more('tenant'), more('active', 'option')] },
    update: { method: 'PATCH', path: '/api/subscriptions/{subscription}', repeatable: true, inputs: [more('url'), ...subscriptionFields] },
    delete: { method: 'DELETE', path: '/api/subscriptions/{subscription}' },
    test: { method: 'POST', path: '/api/subscriptions/{subscription}/test' },
  },
  event: {
    get: { method: 'GET', path: '/api/events/{event}' },
    getAll: { method: 'GET', path: '/api/events', list: 'events', inputs: [more('tenant'), more('type'), more('connector'), more('since')] },
    replay: { method: 'POST', path: '/api/events/{event}/replay', list: 'deliveries', inputs: [more('subscription')] },
  },
};
