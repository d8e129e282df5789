export { authorize, createTenants, likePattern, notFound } from './service.ts';
export type { TenantInput, Tenants } from './service.ts';
export { tenantEndpoints, tenantView } from './endpoints.ts';
export { slug, tenantParams, tenantReference, tenantSchema } from './schema.ts';
