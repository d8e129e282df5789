export { mediaEndpoints } from './endpoints.ts';
export { createMedia } from './service.ts';
export type { Media } from './service.ts';
