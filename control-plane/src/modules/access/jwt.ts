/** The verifier of JWTs: by a shared secret (HS256) or the issuer's published keys. */
import type { VerifyJwt } from './service.ts';

export interface JwtSettings {
  issuer: string;
  audience: string;
  /** Exactly one of the two. */
  secret?: string;
  jwks_url?: string;
}

export function createJwtVerifier(settings: JwtSettings, fetchThroughGuard: (url: string | URL, init?: RequestInit) => Promise<Response>): VerifyJwt {
  const shared = { issuer: settings.issuer, audience: settings.audience, clockTolerance: 30, requiredClaims: ['exp', 'sub'] };
  let verifier: Promise<VerifyJwt> | undefined;
  return async (token) => {
    verifier ??= import('jose').then(({ createRemoteJWKSet, customFetch, jwtVerify }): VerifyJwt => {
      if (settings.secret !== undefined) {
        const key = new TextEncoder().encode(settings.secret);
        return async (text) => (await jwtVerify(text, key, { ...shared, algorithms: ['HS256'] })).payload;
      }
      // Algorithms are pinned by sort, so that a public key can never be taken for a shared secret.
      const keys = createRemoteJWKSet(new URL(settings.jwks_url!), { [customFetch]: (url, init) => fetchThroughGuard(url, init as RequestInit) });
      return async (text) => (await jwtVerify(text, keys, { ...shared, algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'] })).payload;
    });
    return (await verifier)(token);
  };
}
