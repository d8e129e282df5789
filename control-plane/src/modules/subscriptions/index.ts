export { createDeliveries } from './deliveries.ts';
export type { Deliveries } from './deliveries.ts';
export { subscriptionEndpoints } from './endpoints.ts';
export { createSigningSecrets } from './secrets.ts';
export { createSubscriptions } from './service.ts';
export type { Subscriptions } from './service.ts';
export { startDeliveryWorker } from './worker.ts';
export type { DeliveryWorker } from './worker.ts';
