import type { Request, Response } from 'express';
import { z } from 'zod';
import { randomSecret } from '../../engines/oauth/index.ts';
import { toProblem } from '../../platform/errors.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorParams } from '../connectors/index.ts';
import type { Connectors } from '../connectors/index.ts';
import { hardened, sendPage } from './pages.ts';
import type { PageLink } from './pages.ts';
import type { OAuth } from './service.ts';

export interface OAuthEndpointOptions {
  oauth: OAuth;
  connectors: Connectors;
  publicUrl(): string;
}

const connectionSchema = z.strictObject({
  grant: z.enum(['authorization_code', 'refresh_token', 'client_credentials', 'jwt_bearer']).meta({ description: 'authorization_code needs a person, who opens a connect link' }),
  connected: z.boolean(),
  account: z.string().nullable().meta({ description: 'Whom the tokens stand for, where the provider says so' }),
  scopes: z.array(z.string()),
  expires_at: z.iso.datetime().nullable().meta({ description: 'Of the access token, which is refreshed ahead of it' }),
  connected_at: z.iso.datetime().nullable(),
  refreshed_at: z.iso.datetime().nullable(),
  last_error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional(), at: z.iso.datetime() }).nullable(),
  link_expires_at: z.iso.datetime().nullable().meta({ description: 'Until when a connect link that was made is good; null once it was answered, or where there is none' }),
  redirect_uri: z.string().nullable().meta({ description: 'What to enter at the provider as the redirect URI' }),
}).meta({ id: 'Connection' });

/** Ties the provider's answer to the browser in which the link was opened. */
const cookieName = 'patchbay-connect';
const browserPattern = /^[\w-]{43}$/;

export function oauthEndpoints({ oauth, connectors, publicUrl }: OAuthEndpointOptions): Endpoint[] {
  const isSecure = (request: Request) => request.secure || publicUrl().startsWith('https:');
  const nameOf = (request: Request) => (isSecure(request) ? `__Host-${cookieName}` : cookieName);
  const browserOf = (request: Request): string | undefined =>
    request.headers.cookie?.split(';').map((pair) => pair.trim()).find((pair) => pair.startsWith(`${nameOf(request)}=`))?.slice(nameOf(request).length + 1);
  const sendProblemPage = (response: Response, error: unknown, requestId: string, back?: PageLink): undefined => {
    const { status, detail, hint, code } = toProblem(error, requestId);
    return sendPage(response, status, 'The account is not connected', [detail, ...(hint === undefined ? [] : [hint]), `${code} · ${requestId}`], back);
  };

  return [
    endpoint({
      method: 'post', path: '/api/connectors/{id}/connect', tag: 'Connections', permission: 'connectors:write', summary: 'Make a link by which somebody connects an account',
      description: 'Open it in a browser: the provider asks for consent and sends the browser back. It is good once, and void when the connector’s provider, client or destination changes.',
      params: connectorParams, answer: z.strictObject({ connect_url: z.url(), expires_at: z.iso.datetime(), redirect_uri: z.string() }),
      async handle({ principal, params }) {
        const made = await oauth.connect(await connectors.require(principal, params.id, 'connectors:write'), principal);
        return { ...made, expires_at: made.expires_at.toISOString() };
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/connection', tag: 'Connections', permission: 'connectors:read', summary: 'Which account a connector is connected to',
      params: connectorParams, answer: connectionSchema,
      handle: async ({ principal, params }) => oauth.connection(await connectors.require(principal, params.id, 'connectors:read')),
    }),
    endpoint({
      method: 'delete', path: '/api/connectors/{id}/connection', tag: 'Connections', permission: 'connectors:write', summary: 'Forget a connector’s tokens',
      description: 'They are deleted here; the provider’s own page on connected applications withdraws them there.',
      params: connectorParams, answer: z.strictObject({ connected: z.literal(false) }),
      async handle({ principal, params, request_id }) {
        await oauth.disconnect(await connectors.require(principal, params.id, 'connectors:write'), principal, request_id);
        return { connected: false as const };
      },
    }),
    endpoint({
      method: 'get', path: '/oauth/connect/{link}', tag: 'Connections', permission: null, summary: 'A connect link: leads to the provider', answer_types: ['text/html'],
      params: z.strictObject({ link: z.string().max(200) }),
      async handle({ params, request, response, request_id, log }) {
        // Programs that look at links before people do must not use one up.
        if (request.method === 'HEAD') return sendPage(response, 200, 'Connect an account', []);
        const known = browserOf(request);
        const browser = known !== undefined && browserPattern.test(known) ? known : randomSecret();
        try {
          const location = await oauth.begin(params.link, browser);
          hardened(response);
          // Lax: the browser comes back from the provider's site, and a strict cookie would stay behind.
          response.append('Set-Cookie', `${nameOf(request)}=${browser}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800${isSecure(request) ? '; Secure' : ''}`);
          response.redirect(303, location.href);
          return undefined;
        } catch (error) {
          log.warn({ error }, 'a connect link could not be used');
          return sendProblemPage(response, error, request_id);
        }
      },
    }),
    endpoint({
      method: 'get', path: '/oauth/callback', tag: 'Connections', permission: null, summary: 'Where a provider sends the browser back to', answer_types: ['text/html'],
      query: z.looseObject({ state: z.string().max(500).default(''), code: z.string().max(5000).optional(), error: z.string().max(500).optional() }),
      async handle({ query, request, response, request_id, log }) {
        try {
          const { connector, account, failure } = await oauth.finish(query, browserOf(request) ?? '', request_id);
          const back = { href: `/connectors/${connector.id}`, text: `Open ${connector.name} in Patchbay` };
          if (!failure) return sendPage(response, 200, 'The account is connected', [`${connector.name} is connected${account === null ? '' : ` as ${account}`}.`, 'You can close this window.'], back);
          log.warn({ error: failure }, 'an account could not be connected');
          return sendProblemPage(response, failure, request_id, back);
        } catch (error) {
          log.warn({ error }, 'an account could not be connected');
          return sendProblemPage(response, error, request_id);
        }
      },
    }),
  ];
}
