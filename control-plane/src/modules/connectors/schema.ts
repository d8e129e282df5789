import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import { slug, tenantReference } from '../tenants/index.ts';

export const connectorParams = z.strictObject({ id: z.uuid().meta({ description: 'The connector’s id' }) });

const name = z.string().trim().min(1).max(200);
const config = z.record(z.string(), z.unknown()).meta({ description: 'The fields of the kind; see the catalog' });
const outputSchemas = z.array(z.string().min(1).max(200)).max(1000).meta({ description: 'Schemas that may be discovered and read; empty: those that the connector’s user owns' });

const checkEvery = z.int().min(1).max(1440).nullable().optional().meta({ description: 'Test it every so many minutes, keep the outcome, and tell when it fails or recovers; null: only when asked' });

/** `kind` and `type` are one, `tenant`, `organization` and `organization_id` too. */
export const connectorInput = z.strictObject({
  name,
  slug: slug.optional().meta({ description: 'Made from the name when absent' }),
  kind: z.string().min(1).optional(),
  type: z.string().min(1).optional().meta({ description: 'Another word for kind' }),
  category: z.string().optional().meta({ description: 'Must be the kind’s own' }),
  tenant: tenantReference.optional().meta({ description: 'Your own tenant, or the only one, when absent' }),
  organization_id: tenantReference.optional().meta({ description: 'Another word for tenant' }),
  description: z.string().max(2000).optional(),
  config: config.default({}),
  output_schemas: outputSchemas.optional(),
  is_default: z.boolean().optional().meta({ description: 'Make it the default of its category; refused when there is one' }),
  active: z.boolean().optional(),
  check_every_minutes: checkEvery,
}).transform((input, context) => {
  const { type, organization_id, ...rest } = input;
  if (rest.kind === undefined && type === undefined) context.addIssue({ code: 'custom', path: ['kind'], message: 'is required' });
  if (rest.kind !== undefined && type !== undefined && rest.kind !== type) context.addIssue({ code: 'custom', path: ['type'], message: 'differs from kind' });
  return { ...rest, kind: rest.kind ?? type ?? '', tenant: rest.tenant ?? organization_id };
});
export type ConnectorInput = z.output<typeof connectorInput>;

/** Five fields of cron (minute hour day month weekday); what they mean is checked when the schedule runs. */
const cron = z.string().regex(/^\s*(\S+\s+){4}\S+\s*$/, 'give five fields: minute hour day month weekday');

export const scheduleInput = {
  schedule_cron: cron.nullable().optional().meta({ description: 'When to sync: 0 2 * * *' }),
  schedule_mode: z.enum(['incremental', 'full']).nullable().optional(),
};

export const bootstrapInput = connectorInput.in.extend(scheduleInput).transform((input, context) => {
  const { schedule_cron, schedule_mode, ...rest } = input;
  const parsed = connectorInput.safeParse(rest);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', path: issue.path, message: issue.message });
    return z.NEVER;
  }
  return { ...parsed.data, schedule_cron, schedule_mode };
});

export const connectorChanges = z.strictObject({
  name: name.optional(),
  slug: slug.optional(),
  description: z.string().max(2000).optional(),
  config: config.optional().meta({ description: 'Absent fields are kept, null clears, a value sets' }),
  output_schemas: outputSchemas.optional(),
  check_every_minutes: checkEvery,
  version: z.int().optional().meta({ description: 'Refuse the change unless the connector still has this version' }),
  ...scheduleInput,
});
export type ConnectorChanges = z.output<typeof connectorChanges>;

const problem = z.looseObject({ code: z.string(), detail: z.string() }).meta({ id: 'Problem' });

export const checkResult = z.strictObject({
  ok: z.boolean(),
  latency_ms: z.int(),
  message: z.string().optional().meta({ description: 'What the backend greeted with' }),
  error: problem.optional(),
}).meta({ id: 'CheckResult' });

export const health = z.enum(['healthy', 'failing', 'untested', 'inactive']).meta({ description: 'Healthy and failing by the last test' });

export const connectorSchema = z.strictObject({
  id: z.uuid(),
  tenant_id: z.uuid(),
  tenant_slug: z.string(),
  slug: z.string(),
  name: z.string(),
  description: z.string(),
  kind: z.string(),
  category: z.string(),
  active: z.boolean(),
  health,
  is_default: z.boolean(),
  is_queryable: z.boolean(),
  config: z.record(z.string(), z.unknown()).meta({ description: 'Each secret is {"set": true|false}, never its value' }),
  output_schemas: z.array(z.string()),
  check_every_minutes: z.int().nullable(),
  schedule_cron: z.string().nullable(),
  schedule_mode: z.enum(['incremental', 'full']).nullable(),
  version: z.int(),
  last_check: z.strictObject({ ok: z.boolean(), latency_ms: z.int(), error: problem.optional(), checked_at: z.iso.datetime() }).nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Connector' });

/** `Acme S3` → `acme-s3` */
export function slugFrom(text: string): string {
  const made = text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 50).replace(/^-+|-+$/g, '');
  if (made !== '') return made;
  throw new PatchbayError('invalid_request', 'No slug can be made from this name.', { hint: 'Give "slug" yourself.', fields: [{ path: 'slug', message: 'is required for this name' }] });
}
