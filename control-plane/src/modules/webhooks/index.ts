export { createAddresses, webhookAddress } from './addresses.ts';
export type { Addresses } from './addresses.ts';
export { webhookEndpoints } from './endpoints.ts';
export { createInbox } from './inbox.ts';
export type { Inbox } from './inbox.ts';
