/** The browser's part of the authorization code grant: where it is sent, and PKCE (RFC 7636). */
import { createHash, randomBytes } from 'node:crypto';
import type { OAuth2Settings } from '../../kinds/contract.ts';

/** 256 random bits: for a state, a PKCE verifier, the secret of a link. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** Where the person agrees. @param verifier PKCE's, of which only the hash goes along */
export function authorizationAddress(settings: OAuth2Settings, { redirect_uri, state, verifier }: { redirect_uri: string; state: string; verifier: string }): URL {
  const url = new URL(settings.authorization_url!);
  const parameters: Record<string, string> = {
    ...settings.authorization_parameters,
    response_type: 'code', client_id: settings.client_id, redirect_uri, state,
    ...(settings.scopes.length > 0 && { scope: settings.scopes.join(' ') }),
    ...(settings.pkce && { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}
