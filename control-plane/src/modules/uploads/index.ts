export { createUploads } from './service.ts';
export type { Uploads } from './service.ts';
