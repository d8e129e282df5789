export { createBrowserSessions } from './service.ts';
export type { BrowserSessions } from './service.ts';
export { createIdentityProvider } from './identity-provider.ts';
export { browserSessionEndpoints } from './endpoints.ts';
