import { noTenant } from '../audit/index.ts';
import { matches } from './matching.ts';
import type { Filters } from './matching.ts';

const all: Filters = { tenant_id: noTenant, events: [], categories: [], kinds: [], connectors: [] };
const connector = { id: 'c1', slug: 'sms', name: 'SMS', kind: 'twilio_messaging', category: 'messaging' };
const event = { type: 'message.received', connector, path: ['root', 'acme'] };

test.each<[string, Partial<Filters>, boolean]>([
  ['no filter', {}, true],
  ['the tenant', { tenant_id: 'acme' }, true],
  ['a tenant above it', { tenant_id: 'root' }, true],
  ['another tenant', { tenant_id: 'globex' }, false],
  ['its type among others', { events: ['check.failed', 'message.received'] }, true],
  ['another type', { events: ['check.failed'] }, false],
  ['its category, kind and connector', { categories: ['messaging'], kinds: ['twilio_messaging'], connectors: ['c1'] }, true],
  ['one filter of several that does not fit', { categories: ['messaging'], kinds: ['smtp'] }, false],
  ['another connector', { connectors: ['c2'] }, false],
])('%s', (_name, filters, expected) => {
  expect(matches({ ...all, ...filters }, event)).toBe(expected);
});

test('what is about no connector passes no filter of connectors', () => {
  const plain = { ...event, type: 'tenant.created', connector: null };
  expect([matches(all, plain), matches({ ...all, categories: ['messaging'] }, plain)]).toEqual([true, false]);
});
