export { pruneHealth, readHealth, recordHealth } from './service.ts';
export type { HealthCounts } from './service.ts';
