/** Access tokens of a Google service account: a JWT signed with its key is exchanged for one (RFC 7523). */
import { z } from 'zod';
import { createHttpClient, hostOf } from '../../engines/http/index.ts';
import type { Authentication, HttpFailure } from '../../engines/http/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';

const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
/** In seconds, of the JWT: the longest that Google takes. */
const lifetime = 3600;
/** In milliseconds: a token is replaced so long before it ends. */
const margin = 60_000;

const keyFile = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(3),
  private_key: z.string().includes('PRIVATE KEY'),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }),
});
export type ServiceAccount = z.output<typeof keyFile>;

/** @throws {PatchbayError} `invalid_config`, without a word of the key */
export function parseServiceAccount(text: string): ServiceAccount {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notAKey('is no JSON');
  }
  const account = keyFile.safeParse(parsed);
  if (account.success) return account.data;
  throw notAKey(`lacks or has a wrong ${account.error.issues.map((issue) => issue.path.join('.') || 'shape').join(', ')}`);
}

/** One token for all calls, fetched when the first one needs it, and again after it was forgotten. */
export function serviceAccountAuthentication(account: ServiceAccount, egress: Egress): Authentication & { forget(): void } {
  let current: { value: string; until: number } | undefined;
  let fetching: Promise<string> | undefined;
  const secrets: string[] = [account.private_key];

  const fetchToken = async (): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const client = createHttpClient({ egress, base_url: account.token_uri, backend: `Google’s token endpoint (${hostOf(new URL(account.token_uri))})`, explain, secrets });
    const answer = await client.request({
      method: 'POST', path: new URL(account.token_uri), signal: AbortSignal.timeout(30_000),
      form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await sign(account, now) },
    });
    const { access_token, expires_in = lifetime } = answer.json() as { access_token?: string; expires_in?: number };
    if (typeof access_token !== 'string') throw new PatchbayError('backend_error', 'Google’s token endpoint answered without a token.');
    current = { value: access_token, until: Date.now() + expires_in * 1000 - margin };
    return access_token;
  };

  return {
    secrets,
    forget: () => void (current = undefined),
    async apply({ headers, signal }) {
      const token = current && current.until > Date.now() ? current.value : await waitFor((fetching ??= fetchToken().finally(() => (fetching = undefined))), signal);
      headers.set('authorization', `Bearer ${token}`);
    },
  };
}

async function sign(account: ServiceAccount, now: number): Promise<string> {
  const { SignJWT, importPKCS8 } = await import('jose');
  const key = await importPKCS8(account.private_key, 'RS256').catch((error: unknown) => {
    throw notAKey('holds a private key that cannot be read', error);
  });
  return new SignJWT({ scope }).setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.private_key_id !== undefined && { kid: account.private_key_id }) })
    .setIssuer(account.client_email).setAudience(account.token_uri).setIssuedAt(now).setExpirationTime(now + lifetime).sign(key);
}

/** Others wait for the same token: one that goes away does not take it from them. */
async function waitFor<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: left, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function explain({ status, body }: HttpFailure): PatchbayError | undefined {
  const error = (body as { error?: unknown } | null)?.error;
  if (status !== 400 && status !== 401) return undefined;
  return new PatchbayError('backend_authentication_failed', `Google refused the service account’s key${typeof error === 'string' && /^\w{1,40}$/.test(error) ? ` (${error})` : ''}.`, {
    hint: 'Check service_account_json: the key may be revoked, its account disabled, or the clock of this machine wrong.',
  });
}

function notAKey(why: string, cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_config', `The service account key ${why}.`, {
    hint: 'Paste the whole JSON file that Google gave when the key was made.', fields: [{ path: 'config.service_account_json', message: why }], cause,
  });
}
