/** An OpenID Connect provider (oidc-provider, a certified implementation) with one client and whatever people a test gives it. */
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface IdentityProviderPeer {
  issuer: string;
  client_id: string;
  client_secret: string;
  stop(): Promise<void>;
}

/** @param callback the client’s redirect URI @param people claims by login @param small_tokens the ID token holds the subject alone, the rest is told at the user-info address */
export async function startIdentityProvider({ callback, people, small_tokens = false }: {
  callback: string;
  people: Record<string, Record<string, unknown>>;
  small_tokens?: boolean;
}): Promise<IdentityProviderPeer> {
  const server = http.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // It warns of what only a provider for real people needs.
  for (const method of ['info', 'warn'] as const) {
    const said = console[method];
    console[method] = (...words: unknown[]) => { if (!String(words[0]).startsWith('oidc-provider')) said(...words); };
  }
  const client = { client_id: 'patchbay', client_secret: 'Canary-oidc-4d1f' };
  const provider: Provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [callback], grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post' }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'role', 'tenant'], email: ['email'] },
    conformIdTokenClaims: small_tokens,
    cookies: { keys: ['test'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    // Everything asked for is granted: consent is the provider’s business, not this service’s.
    async loadExistingGrant(context) {
      const grant = new provider.Grant({ clientId: context.oidc.client!.clientId, accountId: context.oidc.session!.accountId! });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  server.on('request', provider.callback());
  return {
    issuer, ...client,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
