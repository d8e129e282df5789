/**
 * An OAuth 2.0 provider for what a library's server does not do on demand: it counts what is asked of its
 * token address, rotates refresh tokens (a used one is void, and using it again withdraws the account, as
 * RFC 9700 §4.14.2 asks), and fails when told to. RFC 6749, PKCE by RFC 7636, assertions by RFC 7523.
 */
import { createHash, createPublicKey, createVerify, randomBytes } from 'node:crypto';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';

export interface OAuthPeer extends HttpPeer {
  client_id: string;
  client_secret: string;
  authorization_url: string;
  token_url: string;
  /** A refresh token that was given out before the test. */
  refresh_token: string;
  /** The grants asked for, in their order. */
  grants: string[];
  /** How often a rotated refresh token was used again. */
  reused: number;
  /** What is done otherwise than usual from now on. */
  behave(changes: Partial<Behaviour>): void;
  isValid(authorization: string | undefined): boolean;
  /** Every access token so far is void. */
  revokeAccess(): void;
  /** Every refresh token so far is void. */
  withdraw(): void;
  /** The token address answers nothing until it is released. */
  hold(): { arrived: Promise<void>; release(): void };
}

export interface Behaviour {
  /** Of access tokens, in seconds; undefined: not said. */
  lifetime: number | undefined;
  rotates: boolean;
  /** No refresh token is given. */
  withholds: boolean;
  /** The token address answers this instead. */
  failure: HttpAnswer | undefined;
  /** The person refuses. */
  refuses: boolean;
  /** PEM: whose assertions are taken. */
  assertion_key: string | undefined;
}

const random = () => randomBytes(18).toString('base64url');

export async function startOAuthPeer(): Promise<OAuthPeer> {
  const [client_id, client_secret, first] = [`client-${random()}`, `secret-${random()}`, `refresh-${random()}`];
  const behaviour: Behaviour = { lifetime: 3600, rotates: true, withholds: false, failure: undefined, refuses: false, assertion_key: undefined };
  const grants: string[] = [];
  const access = new Set<string>();
  const refresh = new Map<string, 'good' | 'used'>([[first, 'good']]);
  const codes = new Map<string, { challenge: string | null; redirect_uri: string; scope: string }>();
  let reused = 0;
  let gate: { arrived: () => void; released: Promise<void> } | undefined;

  const failure = (status: number, error: string, error_description: string): HttpAnswer => ({ status, body: { error, error_description } });

  const issue = (scope: string, withRefresh: boolean): HttpAnswer => {
    const token = `access-${random()}`;
    access.add(token);
    const next = withRefresh && !behaviour.withholds ? `refresh-${random()}` : undefined;
    if (next) refresh.set(next, 'good');
    const claims = Buffer.from(JSON.stringify({ sub: 'u-7', email: 'ada@example.com' })).toString('base64url');
    return {
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: token, token_type: 'Bearer', scope, ...(behaviour.lifetime !== undefined && { expires_in: behaviour.lifetime }), ...(next && { refresh_token: next }),
        ...(scope.split(' ').includes('openid') && { id_token: `e30.${claims}.x` }),
      },
    };
  };

  const authorize = ({ url }: ReceivedRequest): HttpAnswer => {
    const query = url.searchParams;
    const back = new URL(query.get('redirect_uri')!);
    back.searchParams.set('state', query.get('state') ?? '');
    if (query.get('client_id') !== client_id || query.get('response_type') !== 'code') return failure(400, 'invalid_request', 'unknown client or response type');
    if (behaviour.refuses) back.searchParams.set('error', 'access_denied');
    else {
      const code = `code-${random()}`;
      const challenge = query.get('code_challenge_method') === 'S256' ? query.get('code_challenge') : null;
      codes.set(code, { challenge, redirect_uri: query.get('redirect_uri')!, scope: query.get('scope') ?? '' });
      back.searchParams.set('code', code);
    }
    return { status: 302, headers: { location: back.href } };
  };

  const token = ({ headers, body, method }: ReceivedRequest): HttpAnswer => {
    const form = new URLSearchParams(body.toString());
    const grant = form.get('grant_type') ?? '';
    grants.push(grant);
    if (behaviour.failure) return behaviour.failure;
    if (method !== 'POST' || headers['content-type'] !== 'application/x-www-form-urlencoded') return failure(400, 'invalid_request', 'a form has to be posted');
    if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return assertion(form.get('assertion') ?? '');
    const [id, secret] = headers.authorization?.startsWith('Basic ')
      ? Buffer.from(headers.authorization.slice(6), 'base64').toString().split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
      : [form.get('client_id'), form.get('client_secret')];
    if (id !== client_id || secret !== client_secret) return failure(401, 'invalid_client', `no client ${id} with the secret ${secret}`);
    if (form.get('scope')?.includes('forbidden')) return failure(400, 'invalid_scope', 'not for this client');
    switch (grant) {
      case 'client_credentials': return issue(form.get('scope') ?? '', false);
      case 'refresh_token': {
        const given = form.get('refresh_token') ?? '';
        const state = refresh.get(given);
        if (state === 'used') {
          reused += 1;
          refresh.clear();
        }
        if (state !== 'good') return failure(400, 'invalid_grant', `the refresh token ${given} is expired or revoked`);
        if (behaviour.rotates) refresh.set(given, 'used');
        return issue('mail.send', behaviour.rotates);
      }
      case 'authorization_code': {
        const known = codes.get(form.get('code') ?? '');
        codes.delete(form.get('code') ?? '');
        const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
        if (!known || known.redirect_uri !== form.get('redirect_uri') || (known.challenge !== null && known.challenge !== challenge)) return failure(400, 'invalid_grant', 'the code is not valid');
        return issue(known.scope, true);
      }
      default: return failure(400, 'unsupported_grant_type', `no grant ${grant}`);
    }
  };

  const assertion = (jwt: string): HttpAnswer => {
    const [header = '', payload = '', signature = ''] = jwt.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { scope?: string; aud?: string; exp?: number };
    const verified = behaviour.assertion_key !== undefined
      && createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(createPublicKey(behaviour.assertion_key), Buffer.from(signature, 'base64url'));
    if (!verified || claims.aud !== `${peer.url}/token` || (claims.exp ?? 0) * 1000 < Date.now()) return failure(400, 'invalid_grant', 'Invalid JWT Signature.');
    return issue(claims.scope ?? '', false);
  };

  const peer: HttpPeer = await startHttpPeer(async (request) => {
    if (request.url.pathname === '/authorize') return authorize(request);
    if (request.url.pathname !== '/token') return { status: 404 };
    if (gate) {
      const { arrived, released } = gate;
      arrived();
      await released;
    }
    return token(request);
  });

  return {
    ...peer, client_id, client_secret, refresh_token: first, grants,
    get reused() { return reused; },
    authorization_url: `${peer.url}/authorize`, token_url: `${peer.url}/token`,
    behave: (changes) => void Object.assign(behaviour, changes),
    isValid: (authorization) => access.has(authorization?.replace(/^Bearer /, '') ?? ''),
    revokeAccess: () => access.clear(),
    withdraw: () => refresh.clear(),
    hold() {
      const { promise: arrived, resolve: onArrived } = Promise.withResolvers<void>();
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      gate = { arrived: onArrived, released };
      return { arrived, release: () => { gate = undefined; release(); } };
    },
  };
}
