export { fallbackEndpoints } from './endpoints.ts';
export { createFallbacks } from './service.ts';
export type { Fallbacks } from './service.ts';
