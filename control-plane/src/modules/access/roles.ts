/** Who may do what: one table, and the two questions asked of it. */
export const permissions = {
  'tenants:read': ['viewer', 'builder', 'admin', 'platform_admin'],
  'tenants:write': ['admin', 'platform_admin'],
  'connectors:read': ['viewer', 'builder', 'admin', 'platform_admin'],
  'connectors:use': ['builder', 'admin', 'platform_admin'],
  'connectors:write': ['admin', 'platform_admin'],
  // What an event tells may be personal, and a subscription sends it elsewhere: for those who may run operations too.
  'events:read': ['builder', 'admin', 'platform_admin'],
  'subscriptions:read': ['builder', 'admin', 'platform_admin'],
  'subscriptions:write': ['builder', 'admin', 'platform_admin'],
  'keys:read': ['admin', 'platform_admin'],
  'keys:write': ['admin', 'platform_admin'],
  'audit:read': ['admin', 'platform_admin'],
  'catalog:read': ['viewer', 'builder', 'admin', 'platform_admin'],
  'platform:write': ['platform_admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Role = 'viewer' | 'builder' | 'admin' | 'platform_admin';
export type Permission = keyof typeof permissions;

/** From the least to the most. */
export const roles = ['viewer', 'builder', 'admin', 'platform_admin'] as const satisfies readonly Role[];

/** A caller who has proved who they are. */
export interface Principal {
  /** `key:<id>` or `jwt:<subject>`. */
  id: string;
  name: string;
  role: Role;
  /** The tenant that the right is for, with all below it; null for every tenant. */
  tenant_id: string | null;
}

export function permits(principal: Principal, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(principal.role);
}

/** @param path ids from the root of the tree down to the tenant in question */
export function covers(principal: Principal, path: readonly string[]): boolean {
  return principal.tenant_id === null || path.includes(principal.tenant_id);
}
