/** Signing in to Google's APIs: an OAuth client with an account, or a service account's key. */
import { z } from 'zod';
import type { OAuth2Settings } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';


export interface GoogleClient {
  client_id?: string;
  client_secret?: string;
  refresh_token?: string;
  authorization_url: string;
  token_url: string;
}

/** By an account: connected through a link, or by a refresh token that was given out before. */
export function accountSettings({ client_id = '', client_secret, refresh_token, authorization_url, token_url }: GoogleClient, scopes: readonly string[]): OAuth2Settings {
  return {
    token_url, client_id, ...(client_secret !== undefined && { client_secret }), client_authentication: 'body', scopes, pkce: true,
    ...(refresh_token === undefined
      // Google gives a refresh token only when it is asked for one, and only after a new consent.
      ? { grant: 'authorization_code', authorization_url, authorization_parameters: { access_type: 'offline', prompt: 'consent' } }
      : { grant: 'refresh_token', refresh_token }),
  };
}

const serviceAccount = z.object({
  type: z.literal('service_account'), client_email: z.string().min(3), private_key: z.string().includes('PRIVATE KEY'), private_key_id: z.string().optional(),
});

/** The key file's content; undefined when it is none. */
export function readServiceAccount(text: string): z.output<typeof serviceAccount> | undefined {
  try {
    return serviceAccount.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** By a service account: with a new assertion for each token. @param subject the user of the domain for whom it acts, if it may */
export function serviceAccountSettings(text: string, { token_url, scopes, subject }: { token_url: string; scopes: readonly string[]; subject?: string }): OAuth2Settings {
  const { client_email = '', private_key = '', private_key_id } = readServiceAccount(text) ?? {};
  return {
    grant: 'jwt_bearer', token_url, client_id: '', client_authentication: 'body', scopes, pkce: false,
    account: subject === undefined ? client_email : `${subject} (by ${client_email})`,
    async assertion() {
      const { SignJWT, importPKCS8 } = await import('jose');
      const key = await importPKCS8(private_key, 'RS256').catch((error: unknown) => {
        throw new PatchbayError('invalid_config', 'The service account’s private key cannot be read.', {
          hint: 'Give the key file as it was downloaded, with its line breaks.', fields: [{ path: 'config.service_account_json', message: 'its private_key is not valid' }], cause: error,
        });
      });
      return new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(private_key_id !== undefined && { kid: private_key_id }) })
        .setIssuer(client_email).setSubject(subject ?? client_email).setAudience(token_url).setIssuedAt().setExpirationTime('1h').sign(key);
    },
  };
}

const clientFile = z.object({ client_id: z.string(), client_secret: z.string().optional(), auth_uri: z.string().optional(), token_uri: z.string().optional() });
const files = z.union([
  z.object({ web: clientFile }).transform(({ web }) => ({ client: web })),
  z.object({ installed: clientFile }).transform(({ installed }) => ({ client: installed })),
  z.object({ type: z.literal('authorized_user'), client_id: z.string(), client_secret: z.string(), refresh_token: z.string() }).transform((user) => ({ user })),
  serviceAccount.transform(() => ({ service: true as const })),
]);

export interface ImportedGoogle {
  client_id?: string;
  client_secret?: string;
  refresh_token?: string;
  authorization_url?: string;
  token_url?: string;
  service_account_json?: string;
}

/** Config out of `client_secret_….json`, gcloud's `application_default_credentials.json`, or a service account's key file. */
export function importGoogle(source: string, takesServiceAccounts: boolean): ImportedGoogle {
  const found = files.safeParse(parsed(source)).data;
  if (!found || ('service' in found && !takesServiceAccounts)) {
    throw new PatchbayError('invalid_request', 'This is not a file of credentials that Google gives out for this.', {
      hint: `Paste the JSON of an OAuth client (client_secret_….json)${takesServiceAccounts ? ' or the key file of a service account' : ''}, from Google Cloud, APIs & Services, Credentials.`,
      fields: [{ path: 'source', message: 'is not such a file' }],
    });
  }
  if ('service' in found) return { service_account_json: source.trim() };
  if ('user' in found) {
    const { client_id, client_secret, refresh_token } = found.user;
    return { client_id, client_secret, refresh_token };
  }
  const { client_id, client_secret, auth_uri, token_uri } = found.client;
  return {
    client_id, ...(client_secret !== undefined && { client_secret }),
    // Older files name addresses of Google's that still work; only what is another place altogether matters.
    ...(auth_uri !== undefined && !/^https:\/\/accounts\.google\.com\//.test(auth_uri) && { authorization_url: auth_uri }),
    ...(token_uri !== undefined && !/^https:\/\/([\w-]+\.)*(googleapis|google)\.com\//.test(token_uri) && { token_url: token_uri }),
  };
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
