import { z } from 'zod';

/** What people type to name a thing. */
export const slug = z.string().max(63).regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'use small letters, digits and hyphens: acme-berlin');

export const tenantReference = z.string().min(1).max(63).meta({ description: 'A tenant’s id or slug' });

export const tenantParams = z.strictObject({ tenant: tenantReference });

export const tenantSchema = z.strictObject({
  id: z.uuid(),
  slug,
  name: z.string(),
  parent_id: z.uuid().nullable(),
  inherits_defaults: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Tenant' });
