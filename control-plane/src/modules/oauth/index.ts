export { createOAuth } from './service.ts';
export type { Connection, OAuth } from './service.ts';
export { oauthEndpoints } from './endpoints.ts';
