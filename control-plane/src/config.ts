/** Environment → typed settings. Every setting is documented here, and nowhere else reads the environment. */
import path from 'node:path';
import { z } from 'zod';

const list = z.string().default('').transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean));
const flag = (fallback: boolean) => z.enum(['true', 'false', '1', '0']).default(fallback ? 'true' : 'false').transform((text) => text === 'true' || text === '1');
const integer = (fallback: number, minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum).default(fallback);
const seconds = (fallback: string) => z.string().default(fallback).transform((text) => text.split(',').map(Number)).pipe(z.array(z.number().min(0.01).max(604_800)).max(50));
const masterKey = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in Base64; make one with: openssl rand -base64 32');

export const settings = z.object({
  DATABASE_URL: z.string().optional().meta({ description: 'PostgreSQL to keep everything in. An embedded server is started when empty.' }),
  DATABASE_POOL_SIZE: integer(10, 2, 200).meta({ description: 'Connections to it, per process.' }),
  PATCHBAY_DATA_DIRECTORY: z.string().default('.patchbay').transform((text) => path.resolve(text)).meta({ description: 'Where the embedded server, the master key and the first admin key are kept.' }),
  PATCHBAY_HOST: z.string().default('127.0.0.1').meta({ description: 'Address to listen on; 0.0.0.0 for all.' }),
  PATCHBAY_PORT: integer(7400, 0, 65535).meta({ description: 'Port to listen on; 0 for any free one.' }),
  PATCHBAY_PUBLIC_URL: z.url().optional().meta({ description: 'The address at which others reach this service; http://HOST:PORT when empty. Connectors that sign in by OAuth 2.0 have the redirect URI PATCHBAY_PUBLIC_URL/oauth/callback. Attachments of messages are fetched from PATCHBAY_PUBLIC_URL/media/…, which has to be https and reachable from the Internet.' }),
  PATCHBAY_TRUSTED_PROXIES: integer(0, 0, 10).meta({ description: 'How many reverse proxies stand in front; their X-Forwarded-For is believed.' }),
  PATCHBAY_MASTER_KEY: masterKey.optional().meta({ description: '32 bytes in Base64 that wrap each tenant’s data key. Made and kept in the data directory when empty.' }),
  PATCHBAY_PREVIOUS_MASTER_KEYS: list.pipe(z.array(masterKey)).meta({ description: 'Former master keys, comma-separated: at start everything is wrapped again with the current one.' }),
  PATCHBAY_ADMIN_KEY: z.string().min(24).optional().meta({ description: 'A platform admin’s key to accept from the start. One is made and kept in the data directory when there is none.' }),
  PATCHBAY_KINDS: list.meta({ description: 'Kinds from outside, comma-separated: packages by name, or folders and files by path. They run with the service’s full rights.' }),
  PATCHBAY_EGRESS_ALLOW: list.meta({ description: 'Private addresses that connectors may dial, comma-separated: 10.0.0.0/8, 192.168.1.7, 127.0.0.1:5432, [::1]:5432; * for all.' }),
  PATCHBAY_ENV_ALLOW: list.meta({ description: 'Names that $ENV:NAME may refer to in a connector’s config, comma-separated; a trailing * matches the rest, a tenant’s slug in front keeps it to that tenant: S3_KEY, ACME_*, globex:SMTP_PASSWORD.' }),
  PATCHBAY_BODY_LIMIT_MB: integer(32, 1, 1024).meta({ description: 'Largest JSON body, in MB. Raw uploads are streamed and not limited by this.' }),
  PATCHBAY_UPLOAD_LIMIT_MB: integer(200, 1, 10_240).meta({ description: 'Largest file that a connector of uploads (CSV, Excel) takes, in MB.' }),
  PATCHBAY_MEDIA_HOURS: integer(24, 1, 168).meta({ description: 'For how long a provider can fetch a file that a connector published for it, such as a message’s attachment.' }),
  PATCHBAY_CACHE_DIRECTORY: z.string().optional().transform((text) => text && path.resolve(text)).meta({ description: 'Where copies of remote files are kept for queries; cache in the data directory when empty. Each process needs its own.' }),
  PATCHBAY_CACHE_LIMIT_MB: integer(10_240, 16, 100_000_000).meta({ description: 'How large these copies may be together, in MB; those not used for the longest time go first.' }),
  PATCHBAY_RATE_LIMIT: integer(0, 0, 1_000_000).meta({ description: 'Requests per second that one key may make, with bursts of ten times that; 0 for no limit.' }),
  PATCHBAY_SESSION_IDLE_SECONDS: integer(300, 1, 86_400).meta({ description: 'After so long without use a connection to a backend is closed.' }),
  PATCHBAY_MAX_SESSIONS: integer(2000, 1, 100_000).meta({ description: 'Connectors that may be connected at once, per process; the longest idle is closed first.' }),
  PATCHBAY_CHECK_HISTORY_DAYS: integer(90, 1, 3650).meta({ description: 'How long checks are kept.' }),
  PATCHBAY_WEBHOOK_LIMIT_KB: integer(1024, 1, 65_536).meta({ description: 'Largest body of a webhook that a provider sends, in kB.' }),
  PATCHBAY_EVENT_DAYS: integer(90, 7, 3650).meta({ description: 'How long events are kept, and so for how long a webhook that comes twice is known.' }),
  PATCHBAY_DELIVERY_DAYS: integer(30, 1, 3650).meta({ description: 'How long the log of deliveries to subscriptions is kept.' }),
  PATCHBAY_DELIVERY_WORKERS: integer(16, 0, 1000).meta({ description: 'Deliveries to subscriptions under way at once, per process; 0 leaves them to other processes.' }),
  PATCHBAY_DELIVERY_PAUSES: seconds('5,300,1800,7200,18000,36000,50400,72000,86400').meta({ description: 'Seconds before the second attempt of a delivery, the third, and so on; after the last it has failed.' }),
  PATCHBAY_BREAKER_SECONDS: z.coerce.number().min(0.1).max(3600).default(30).meta({ description: 'For how long a subscriber that fails five times in a row is first left alone; doubles up to twenty times that.' }),
  PATCHBAY_JWT_ISSUER: z.string().optional().meta({ description: 'Accept JWTs of this issuer (iss).' }),
  PATCHBAY_JWT_AUDIENCE: z.string().default('patchbay').meta({ description: 'The audience (aud) that a JWT must name.' }),
  PATCHBAY_JWT_SECRET: z.string().min(32).optional().meta({ description: 'The shared secret of HS256 JWTs.' }),
  PATCHBAY_JWT_JWKS_URL: z.url().optional().meta({ description: 'Where the issuer publishes its keys, for RS256, ES256 and EdDSA JWTs.' }),
  PATCHBAY_JWT_ROLE_CLAIM: z.string().default('role').meta({ description: 'The claim that holds the role: viewer, builder, admin, platform_admin.' }),
  PATCHBAY_JWT_TENANT_CLAIM: z.string().default('tenant').meta({ description: 'The claim that holds the tenant’s id or slug; without it only a platform admin is let in.' }),
  PATCHBAY_OIDC_ISSUER: z.url().optional().meta({ description: 'Let people sign in to the admin UI by this OpenID Connect provider. Its client’s redirect URI is PATCHBAY_PUBLIC_URL/api/session/provider/callback.' }),
  PATCHBAY_OIDC_CLIENT_ID: z.string().optional().meta({ description: 'The client’s id at that provider.' }),
  PATCHBAY_OIDC_CLIENT_SECRET: z.string().optional().meta({ description: 'The client’s secret; none for a public client.' }),
  PATCHBAY_OIDC_SCOPES: z.string().default('openid profile email').meta({ description: 'What is asked for, separated by spaces.' }),
  PATCHBAY_OIDC_ROLE_CLAIM: z.string().default('role').meta({ description: 'The claim that holds the role, in the ID token or at the user-info address.' }),
  PATCHBAY_OIDC_TENANT_CLAIM: z.string().default('tenant').meta({ description: 'The claim that holds the tenant’s id or slug; without it only a platform admin is let in.' }),
  PATCHBAY_SIGN_IN_HOURS: integer(12, 1, 720).meta({ description: 'After so long one signs in to the admin UI again.' }),
  PATCHBAY_STATISTICS_DAYS: integer(30, 1, 3650).meta({ description: 'How long the figures of the dashboard are kept.' }),
  PATCHBAY_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').meta({ description: 'How much is logged.' }),
  PATCHBAY_ACCESS_LOG: flag(true).meta({ description: 'Log a line for each request.' }),
}).superRefine((values, context) => {
  const issuer = values.PATCHBAY_JWT_ISSUER;
  const sources = [values.PATCHBAY_JWT_SECRET, values.PATCHBAY_JWT_JWKS_URL].filter(Boolean).length;
  if (issuer && sources !== 1) context.addIssue({ code: 'custom', path: ['PATCHBAY_JWT_ISSUER'], message: 'needs exactly one of PATCHBAY_JWT_SECRET and PATCHBAY_JWT_JWKS_URL' });
  if (Boolean(values.PATCHBAY_OIDC_ISSUER) !== Boolean(values.PATCHBAY_OIDC_CLIENT_ID)) context.addIssue({ code: 'custom', path: ['PATCHBAY_OIDC_ISSUER'], message: 'needs PATCHBAY_OIDC_CLIENT_ID, and the other way round' });
  if (!issuer && sources > 0) context.addIssue({ code: 'custom', path: ['PATCHBAY_JWT_ISSUER'], message: 'is required to accept JWTs' });
});

export type Config = z.output<typeof settings>;

/** Throws an Error that names each setting that is wrong; empty variables count as absent. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new Error(`Settings are not valid:\n${parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`).join('\n')}`);
}
