export { covers, permissions, permits, roles } from './roles.ts';
export type { Permission, Principal, Role } from './roles.ts';
export { endpoint } from './endpoint.ts';
export type { Endpoint } from './endpoint.ts';
export { createAccess } from './service.ts';
export type { Access } from './service.ts';
export { accessEndpoints } from './endpoints.ts';
export { principalFromClaims } from './claims.ts';
