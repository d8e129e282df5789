/**
 * A provider's token address (RFC 6749 §3.2): the four grants, and what its refusals mean. Its answers are
 * read leniently, since many providers leave out what the RFC asks for.
 */
import { z } from 'zod';
import type { OAuth2Settings } from '../../kinds/contract.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { asSentence, createHttpClient, httpError } from '../http/index.ts';
import type { HttpFailure } from '../http/index.ts';

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  /** Undefined where the provider does not say: then it counts as valid until it is refused. */
  expires_at?: Date;
  /** From when on it is to be replaced. */
  refresh_at?: Date;
  /** Undefined where the provider does not say: then they are those asked for, or, of a refresh, those before (RFC 6749 §6). */
  scopes?: string[];
  /** Whom they stand for, where the provider says so. */
  account?: string;
}

export interface TokenRequest {
  egress: Egress;
  signal: AbortSignal;
}

/** Some providers send the time as text. */
const answerSchema = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish().catch(undefined),
  scope: z.string().nullish().catch(undefined),
  id_token: z.string().nullish().catch(undefined),
});

/** New tokens without a person. @param refresh_token the newest one that is known */
export function renewTokens(settings: OAuth2Settings, refresh_token: string | undefined, request: TokenRequest): Promise<Tokens> {
  const scope: Record<string, string> = settings.scopes.length > 0 ? { scope: settings.scopes.join(' ') } : {};
  switch (settings.grant) {
    case 'client_credentials':
      return requestTokens(settings, { grant_type: 'client_credentials', ...scope }, request);
    case 'jwt_bearer':
      return (async () => requestTokens(settings, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await settings.assertion!() }, request))();
    default:
      if (refresh_token === undefined) return Promise.reject(reconnect('The provider gave no refresh token, and its access token has expired.'));
      return requestTokens(settings, { grant_type: 'refresh_token', refresh_token }, request);
  }
}

/** The tokens for the code with which the provider sent the browser back. */
export function exchangeCode(settings: OAuth2Settings, { code, redirect_uri, verifier }: { code: string; redirect_uri: string; verifier: string }, request: TokenRequest): Promise<Tokens> {
  return requestTokens(settings, { grant_type: 'authorization_code', code, redirect_uri, ...(settings.pkce && { code_verifier: verifier }) }, request);
}

async function requestTokens(settings: OAuth2Settings, grant: Record<string, string>, { egress, signal }: TokenRequest): Promise<Tokens> {
  const { client_id, client_secret, client_authentication, token_parameters } = settings;
  const url = new URL(settings.token_url);
  const byHeader = client_secret !== undefined && client_authentication === 'basic';
  const client = createHttpClient({
    egress,
    base_url: url.origin,
    ca_certificate: settings.ca_certificate,
    max_response_bytes: 1_000_000,
    headers: { accept: 'application/json', ...(byHeader && { authorization: basic(client_id, client_secret) }) },
    secrets: [client_secret, grant['refresh_token'], grant['code'], grant['code_verifier'], grant['assertion']].filter((value) => value !== undefined),
    explain: (failure) => explain(failure, url.host, grant['grant_type']!),
  });
  const response = await client.request({
    method: 'POST', path: url, signal,
    form: {
      ...token_parameters, ...grant,
      ...(!byHeader && client_id !== '' && { client_id }),
      ...(!byHeader && client_secret !== undefined && { client_secret }),
    },
  });
  const body = response.json();
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) {
    // GitHub and a few others answer errors with 200.
    throw explain({ status: 400, headers: response.headers, body, message: undefined, retry_after: undefined }, url.host, grant['grant_type']!)
      ?? new PatchbayError('backend_error', `${url.host} answered the request for a token with something that holds none.`, { hint: 'Check the token address.' });
  }
  return tokensFrom(parsed.data, settings);
}

async function tokensFrom({ access_token, refresh_token, expires_in, scope, id_token }: z.output<typeof answerSchema>, settings: OAuth2Settings): Promise<Tokens> {
  const account = await accountIn(id_token) ?? settings.account;
  const life = expires_in == null ? undefined : expires_in * 1000;
  const now = Date.now();
  return {
    access_token,
    ...(refresh_token != null && { refresh_token }),
    // A fifth of its life ahead, five minutes at most: time for who holds it to use it, and for a second try.
    ...(life !== undefined && { expires_at: new Date(now + life), refresh_at: new Date(now + life - Math.min(life / 5, 300_000)) }),
    ...(scope != null && { scopes: scope.split(/[\s,]+/).filter(Boolean) }),
    ...(account !== undefined && { account }),
  };
}

/** It came from the provider itself by TLS, so that its signature says nothing more (OpenID Connect Core §3.1.3.7). */
async function accountIn(idToken: string | null | undefined): Promise<string | undefined> {
  if (idToken == null) return undefined;
  const { decodeJwt } = await import('jose');
  try {
    const { email, preferred_username, sub } = decodeJwt<{ email?: unknown; preferred_username?: unknown }>(idToken);
    return [email, preferred_username, sub].find((claim) => typeof claim === 'string' && claim !== '') as string | undefined;
  } catch {
    return undefined;
  }
}

/** RFC 6749 §2.3.1: both are form-encoded before they are joined. */
function basic(id: string, secret: string): string {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`;
}

/** @param reason why, as a sentence */
export function reconnect(reason: string): PatchbayError {
  return new PatchbayError('oauth_reconnect_required', reason, {
    hint: 'An admin connects the account on the connector’s page in the admin UI, or by the link that POST /api/connectors/ID/connect gives; with a refresh token in the config, give a new one.',
  });
}

/** RFC 6749 §5.2 as typed errors; undefined leaves it to the common table. */
function explain(failure: HttpFailure, host: string, grant: string): PatchbayError | undefined {
  const { error, error_description } = (typeof failure.body === 'object' && failure.body !== null ? failure.body : {}) as Record<string, unknown>;
  if (typeof error !== 'string') return undefined;
  const words = failure.message ?? (typeof error_description === 'string' ? error_description : error);
  const says = asSentence(`${host} says ${error}${words === error ? '' : `: ${words.slice(0, 300)}`}`);
  const details = { http_status: failure.status, oauth_error: error.slice(0, 100) };
  switch (error) {
    case 'invalid_grant':
      if (grant === 'authorization_code') {
        return new PatchbayError('oauth_reconnect_required', `The account is not connected: the provider does not take the code that it gave. ${says}`, {
          hint: 'Try it once more with a new link; check that the redirect URI is entered at the provider exactly as the connector’s page shows it.', details,
        });
      }
      if (grant === 'refresh_token') {
        const { message, hint } = reconnect(`The account is no longer connected: its access has expired or was withdrawn. ${says}`);
        return new PatchbayError('oauth_reconnect_required', message, { hint, details });
      }
      return new PatchbayError('backend_authentication_failed', `The provider gave no token. ${says}`, { hint: 'Check the account and its key, that it may act for this user, and that this machine’s clock is right.', details });
    case 'invalid_client':
    case 'unauthorized_client':
      return new PatchbayError('backend_authentication_failed', `The provider refused the client. ${says}`, {
        hint: 'Check the client id and secret, how they are sent (client authentication), and that the client may use this grant.', details,
      });
    case 'invalid_scope':
      return new PatchbayError('invalid_config', `The provider does not grant these scopes. ${says}`, { hint: 'Correct the scopes.', details, fields: [{ path: 'config.scopes', message: 'is refused by the provider' }] });
    case 'unsupported_grant_type':
      return new PatchbayError('invalid_config', `The provider does not offer this way to sign in. ${says}`, { hint: 'Choose another authentication.', details });
    case 'temporarily_unavailable':
    case 'slow_down':
      return new PatchbayError('backend_unavailable', `The provider gives no tokens now. ${says}`, { hint: 'Try again later.', details, ...(failure.retry_after !== undefined && { retry_after: failure.retry_after }) });
    default:
      return failure.status < 500 && failure.status !== 429
        ? new PatchbayError('backend_authentication_failed', `The provider gave no token. ${says}`, { hint: 'Check the OAuth settings of the connector.', details })
        : httpError(failure, host);
  }
}
