/** Signing in to Google's APIs as a service account: its key, and the assertion for which Google gives tokens (RFC 7523). */
import { z } from 'zod';
import type { OAuth2Settings } from '../../kinds/contract.ts';
import { secret } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';

const keySchema = z.looseObject({
  type: z.literal('service_account'),
  project_id: z.string().optional(),
  private_key_id: z.string().optional(),
  private_key: z.string().min(1),
  client_email: z.string().min(1),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccountKey = z.output<typeof keySchema>;

/** In seconds; Google takes no longer. */
const life = 3600;

/** The whole JSON file that Google gives for a service account's key. */
export const serviceAccountField = secret(z.string().min(1).meta({
  title: 'Service account key', description: 'The JSON file of the key, whole', order: 10, multiline: true, placeholder: '{"type": "service_account", …}',
}));

/** @throws {PatchbayError} @param code `invalid_config` for what is stored, `invalid_request` for what is being imported */
export function readServiceAccountKey(json: string, code: 'invalid_config' | 'invalid_request' = 'invalid_config'): ServiceAccountKey {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  const key = keySchema.safeParse(parsed);
  if (key.success) return key.data;
  const missing = typeof parsed === 'object' && parsed !== null ? key.error.issues.map(({ path }) => path.join('.')).join(', ') : '';
  throw new PatchbayError(code, `The service account key cannot be read: ${missing ? `it lacks or spoils ${missing}` : 'it is not JSON'}.`, {
    hint: 'Create a key of the type JSON for the service account in the Google Cloud console, and give the file as it is.',
    fields: [{ path: code === 'invalid_config' ? 'config.service_account_key' : 'source', message: 'is not the JSON key of a service account' }],
  });
}

/** For a kind's `oauth2`. @param scopes what the tokens may be used for */
export function serviceAccountSettings(json: string, scopes: readonly string[], ca_certificate?: string): OAuth2Settings {
  const key = readServiceAccountKey(json);
  return {
    grant: 'jwt_bearer', token_url: key.token_uri, client_id: '', client_authentication: 'body', scopes, pkce: false,
    account: key.client_email, ca_certificate,
    token_parameters: {},
    async assertion() {
      const { importPKCS8, SignJWT } = await import('jose');
      const signer = await importPKCS8(key.private_key, 'RS256').catch((error: unknown) => {
        throw new PatchbayError('invalid_config', 'The private key in the service account key cannot be read.', {
          hint: 'Give the JSON file as Google made it.', fields: [{ path: 'config.service_account_key', message: 'its private_key cannot be read' }], cause: error,
        });
      });
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(key.private_key_id && { kid: key.private_key_id }) })
        .setIssuer(key.client_email).setAudience(key.token_uri).setIssuedAt(now).setExpirationTime(now + life).sign(signer);
    },
  };
}
