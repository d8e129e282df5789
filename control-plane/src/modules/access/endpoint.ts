/** `endpoint()` with this service's principal and permissions. */
import type { z } from 'zod';
import type { AnyEndpoint, EndpointDefinition } from '../../platform/http/endpoint.ts';
import type { Permission, Principal } from './roles.ts';

export type Endpoint = AnyEndpoint<Principal, Permission>;

export function endpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  definition: EndpointDefinition<Principal, Permission, P, Q, B, R>,
): Endpoint {
  return definition;
}
