/** The caller whom verified claims name: those of a JWT, or of an identity provider’s sign-in. */
import type { PatchbayError } from '../../platform/errors.ts';
import { roles } from './roles.ts';
import type { Principal, Role } from './roles.ts';

export interface ClaimOptions {
  /** What the principal’s id begins with: `jwt`, `oidc`. */
  prefix: string;
  role_claim: string;
  tenant_claim: string;
  /** The id of the tenant that a claim names by id or slug. */
  tenantId(reference: string): Promise<string | undefined>;
  refused(message: string): PatchbayError;
}

/** @param source what the claims came in, for messages: "JWT" @throws what `refused` makes */
export async function principalFromClaims(claims: Record<string, unknown>, source: string, options: ClaimOptions): Promise<Principal> {
  const role = claims[options.role_claim];
  const tenant = claims[options.tenant_claim];
  if (typeof role !== 'string' || !(roles as readonly string[]).includes(role)) throw options.refused(`The ${source}'s claim "${options.role_claim}" names no role.`);
  if (typeof claims['sub'] !== 'string') throw options.refused(`The ${source} has no subject.`);
  const principal = { id: `${options.prefix}:${claims['sub']}`, name: typeof claims['name'] === 'string' ? claims['name'] : claims['sub'], role: role as Role };
  if (role === 'platform_admin' && tenant === undefined) return { ...principal, tenant_id: null };
  const tenant_id = typeof tenant === 'string' ? await options.tenantId(tenant) : undefined;
  if (tenant_id === undefined) throw options.refused(`The ${source}'s claim "${options.tenant_claim}" names no tenant.`);
  return { ...principal, tenant_id };
}
