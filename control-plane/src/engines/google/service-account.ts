/** A service account's key as Google gives it, for kinds that sign in with nothing else. */
import { z } from 'zod';
import type { OAuth2Settings } from '../../kinds/contract.ts';
import { secret } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { serviceAccountSettings } from './sign-in.ts';

const keySchema = z.looseObject({
  type: z.literal('service_account'),
  project_id: z.string().optional(),
  private_key_id: z.string().optional(),
  private_key: z.string().min(1),
  client_email: z.string().min(1),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type ServiceAccountKey = z.output<typeof keySchema>;

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
    fields: [{ path: code === 'invalid_config' ? 'config.service_account_json' : 'source', message: 'is not the JSON key of a service account' }],
  });
}

/** For a kind's `oauth2`: as the account of the key, at the address that the key names. @param scopes what the tokens may be used for */
export function serviceAccountKeySettings(json: string, scopes: readonly string[], ca_certificate?: string): OAuth2Settings {
  const { token_uri } = readServiceAccountKey(json);
  return { ...serviceAccountSettings(json, { token_url: token_uri, scopes }), ca_certificate };
}
