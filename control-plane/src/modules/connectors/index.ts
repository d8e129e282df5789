export { createEnvironmentReader, effectiveConfig, environmentName, tenantsNamedIn, mergeConfig, validateConfig, checkReferences } from './config-values.ts';
export type { ConfigValues, EnvironmentReader } from './config-values.ts';
export { connectorEndpoints } from './endpoints.ts';
export { checkResult, connectorParams, connectorSchema } from './schema.ts';
export { createConnectors } from './service.ts';
export type { Connectors, OwnedConnector } from './service.ts';
export { createSessions } from './sessions.ts';
export type { Lease, Sessions } from './sessions.ts';
export { connectorView } from './view.ts';
