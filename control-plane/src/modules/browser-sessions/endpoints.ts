import type { Request, Response } from 'express';
import { z } from 'zod';
import { toProblem } from '../../platform/errors.ts';
import { endpoint, permissions, permits, roles } from '../access/index.ts';
import type { Endpoint, Permission, Principal } from '../access/index.ts';
import { cookieName, isSecure, readCookie, setCookie } from './cookie.ts';
import type { Attempt, IdentityProvider } from './identity-provider.ts';
import type { BrowserSession, BrowserSessions } from './service.ts';

export interface BrowserSessionEndpointOptions {
  sessions: BrowserSessions;
  /** Absent: sign-in by key alone. */
  provider?: IdentityProvider;
  public_url?: string;
  requireTenant(principal: Principal, reference: string, permission: Permission): Promise<{ id: string; slug: string; name: string }>;
}

const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]];

const sessionSchema = z.strictObject({
  id: z.string(), name: z.string(), role: z.enum(roles),
  tenant: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }).nullable().meta({ description: 'Null: every tenant' }),
  permissions: z.array(z.enum(permissionNames)).meta({ description: 'What the role permits' }),
  expires_at: z.iso.datetime(),
}).meta({ id: 'Session' });

const attemptCookie = 'patchbay-sign-in';
const callbackPath = '/api/session/provider/callback';
/** How long a sign-in at the provider may take, in seconds. */
const attemptSeconds = 900;

const attemptSchema = z.strictObject({ state: z.string(), nonce: z.string(), code_verifier: z.string(), return_to: z.string() });

/** An address of this service alone: nobody is sent elsewhere after signing in. */
const returnTo = z.string().max(2000).regex(/^\/(?![/\\])[^\\\s]*$/).catch('/').default('/');

export function browserSessionEndpoints({ sessions, provider, public_url, requireTenant }: BrowserSessionEndpointOptions): Endpoint[] {
  const view = async ({ principal, expires_at }: BrowserSession): Promise<z.output<typeof sessionSchema>> => {
    const tenant = principal.tenant_id === null ? null : await requireTenant(principal, principal.tenant_id, 'tenants:read');
    return {
      id: principal.id, name: principal.name, role: principal.role,
      tenant: tenant && { id: tenant.id, slug: tenant.slug, name: tenant.name },
      permissions: permissionNames.filter((permission) => permits(principal, permission)),
      expires_at: expires_at.toISOString(),
    };
  };
  const origin = (request: Request) => public_url?.replace(/\/$/, '') ?? `${request.protocol}://${request.headers.host}`;
  const keepAttempt = (request: Request, response: Response, value: string, max_age: number) => {
    // Lax: the browser comes back from the provider’s site, and a strict cookie would stay behind.
    setCookie(response, cookieName(request, attemptCookie, public_url), value, { max_age, same_site: 'Lax', secure: isSecure(request, public_url) });
  };
  const redirect = (response: Response, location: string): undefined => {
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(303, location);
    return undefined;
  };

  return [
    endpoint({
      method: 'get', path: '/api/session', tag: 'Session', summary: 'Who is signed in to the admin UI, and how one can sign in', permission: null,
      answer: z.strictObject({ session: sessionSchema.nullable(), sign_in: z.array(z.enum(['key', 'provider'])) }),
      async handle({ request }) {
        const session = await sessions.find(request);
        return { session: session ? await view(session) : null, sign_in: provider ? ['provider' as const, 'key' as const] : ['key' as const] };
      },
    }),
    endpoint({
      method: 'post', path: '/api/session', tag: 'Session', summary: 'Sign in with a key', permission: null, status: 201,
      description: 'Answers with a cookie for the admin UI. Needs the header `Patchbay-Request`; programs send their key with each request instead.',
      body: z.strictObject({ key: z.string().min(1).max(4096) }), answer: sessionSchema,
      handle: async ({ request, response, body }) => view(await sessions.openByKey(request, response, body.key)),
    }),
    endpoint({
      method: 'delete', path: '/api/session', tag: 'Session', summary: 'Sign out', permission: null,
      answer: z.strictObject({ signed_out: z.literal(true) }),
      async handle({ request, response }) {
        await sessions.close(request, response);
        return { signed_out: true as const };
      },
    }),
    endpoint({
      method: 'get', path: '/api/session/provider', tag: 'Session', summary: 'Sign in by the identity provider', permission: null, answer_types: ['text/html'],
      query: z.object({ return_to: returnTo }),
      async handle({ request, response, query, log }) {
        if (!provider) return redirect(response, '/sign-in');
        try {
          const { url, attempt } = await provider.begin(origin(request) + callbackPath);
          keepAttempt(request, response, Buffer.from(JSON.stringify({ ...attempt, return_to: query.return_to })).toString('base64url'), attemptSeconds);
          return redirect(response, url);
        } catch (error) {
          log.warn({ error }, 'sign-in by the identity provider could not begin');
          return redirect(response, failed(error));
        }
      },
    }),
    endpoint({
      method: 'get', path: callbackPath, tag: 'Session', summary: 'Where the identity provider sends the browser back to', permission: null, answer_types: ['text/html'],
      query: z.looseObject({}),
      async handle({ request, response, log }) {
        const attempt = readAttempt(readCookie(request, cookieName(request, attemptCookie, public_url)));
        keepAttempt(request, response, '', 0);
        if (!provider || !attempt) return redirect(response, '/sign-in?problem=expired');
        try {
          const { return_to, ...proof } = attempt;
          await sessions.openByProvider(request, response, await provider.finish(new URL(request.originalUrl, origin(request)), proof));
          return redirect(response, return_to);
        } catch (error) {
          log.warn({ error }, 'sign-in by the identity provider failed');
          return redirect(response, failed(error));
        }
      },
    }),
  ];
}

/** By code, never by text: a page that shows text out of its address can be made to say anything. */
function failed(error: unknown): string {
  return `/sign-in?problem=${toProblem(error).code}`;
}

function readAttempt(text: string | undefined): (Attempt & { return_to: string }) | undefined {
  if (text === undefined) return undefined;
  try {
    return attemptSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
