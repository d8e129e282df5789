/** Sign-in by the operator’s identity provider: OpenID Connect’s authorization code flow with PKCE. */
import type { Configuration } from 'openid-client';
import { PatchbayError } from '../../platform/errors.ts';
import { principalFromClaims } from '../access/index.ts';
import type { Principal } from '../access/index.ts';

export interface IdentityProviderSettings {
  issuer: string;
  client_id: string;
  client_secret?: string;
  scopes: string;
  role_claim: string;
  tenant_claim: string;
  tenantId(reference: string): Promise<string | undefined>;
  /** Through the egress guard. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
}

/** What has to be known again when the browser comes back. */
export interface Attempt {
  state: string;
  nonce: string;
  code_verifier: string;
}

export interface IdentityProvider {
  /** Where to send the browser. @param callback this service’s address that the provider sends it back to */
  begin(callback: string): Promise<{ url: string; attempt: Attempt }>;
  /** @param current the whole address that the browser came back to @throws `unauthenticated`, and `forbidden` for who has no role here */
  finish(current: URL, attempt: Attempt): Promise<Principal>;
}

const refused = (message: string, cause?: unknown) => new PatchbayError('unauthenticated', message, { hint: 'Try again, or ask whoever runs the identity provider.', cause });

export function createIdentityProvider(settings: IdentityProviderSettings): IdentityProvider {
  let known: Promise<Configuration> | undefined;
  const discover = async (): Promise<Configuration> => {
    const { allowInsecureRequests, customFetch, discovery } = await import('openid-client');
    const issuer = new URL(settings.issuer);
    return discovery(issuer, settings.client_id, settings.client_secret, undefined, {
      [customFetch]: (url: string, init: object) => settings.fetch(url, init),
      // Only where the operator wrote http:// themselves, as for a provider on the same machine.
      execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
    });
  };
  const configuration = (): Promise<Configuration> => {
    known ??= discover().catch((error: unknown) => {
      known = undefined;
      throw new PatchbayError('unavailable', 'The identity provider does not answer.', {
        hint: 'Check PATCHBAY_OIDC_ISSUER, and that PATCHBAY_EGRESS_ALLOW lets it be reached; or sign in with a key.', cause: error,
      });
    });
    return known;
  };

  return {
    async begin(callback) {
      const client = await import('openid-client');
      const attempt = { state: client.randomState(), nonce: client.randomNonce(), code_verifier: client.randomPKCECodeVerifier() };
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: callback, scope: settings.scopes, state: attempt.state, nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.code_verifier), code_challenge_method: 'S256',
      });
      return { url: url.href, attempt };
    },
    async finish(current, attempt) {
      const client = await import('openid-client');
      const provider = await configuration();
      let claims: Record<string, unknown>;
      try {
        const tokens = await client.authorizationCodeGrant(provider, current, {
          expectedState: attempt.state, expectedNonce: attempt.nonce, pkceCodeVerifier: attempt.code_verifier, idTokenExpected: true,
        });
        const own = tokens.claims()!;
        // Providers that keep the ID token small tell the rest at their user-info address.
        const more = own[settings.role_claim] === undefined && provider.serverMetadata().userinfo_endpoint !== undefined
          ? await client.fetchUserInfo(provider, tokens.access_token, own.sub) : {};
        claims = { ...more, ...own };
      } catch (error) {
        const denied = error instanceof client.AuthorizationResponseError;
        throw refused(denied ? 'The identity provider did not let you in.' : 'The identity provider’s answer could not be verified.', error);
      }
      return principalFromClaims(claims, 'identity', {
        prefix: 'oidc', role_claim: settings.role_claim, tenant_claim: settings.tenant_claim, tenantId: settings.tenantId,
        refused: (message) => new PatchbayError('forbidden', message, { hint: 'Whoever runs the identity provider gives you a role and a tenant.' }),
      });
    },
  };
}
