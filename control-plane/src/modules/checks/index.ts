export { checkEndpoints } from './endpoints.ts';
export { createChecks } from './service.ts';
export type { Checks } from './service.ts';
