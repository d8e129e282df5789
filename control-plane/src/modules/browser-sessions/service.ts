/**
 * Sessions of the admin UI. The browser holds a random value in a cookie that no script can read; the
 * database holds its hash. Who signed in by a key has that key’s rights for as long as it is valid; of
 * who signed in by the identity provider, what it said is kept until the session ends.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Access, Principal } from '../access/index.ts';
import { apiKeys, browserSessions } from '../tables/index.ts';
import { cookieName, isSecure, readCookie, requireOwnPage, setCookie } from './cookie.ts';

export interface BrowserSession {
  principal: Principal;
  expires_at: Date;
}

export interface BrowserSessions {
  /** The session of the request’s cookie, or undefined. */
  find(request: Request): Promise<BrowserSession | undefined>;
  /** True when the request brings a session’s cookie and no key of its own. */
  claims(request: Request): boolean;
  /** For every other address. @throws `unauthenticated`, and `forbidden` for a change that a foreign page asked for */
  authenticate(request: Request): Promise<Principal>;
  /** @param key an API key @throws `unauthenticated` */
  openByKey(request: Request, response: Response, key: string): Promise<BrowserSession>;
  openByProvider(request: Request, response: Response, principal: Principal): Promise<BrowserSession>;
  close(request: Request, response: Response): Promise<void>;
  /** Deletes those that have ended. */
  prune(): Promise<void>;
}

export interface BrowserSessionOptions {
  db: Database;
  access: Access;
  hours: number;
  public_url?: string;
}

const cookie = 'patchbay';
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export function createBrowserSessions({ db, access, hours, public_url }: BrowserSessionOptions): BrowserSessions {
  const tokenOf = (request: Request) => readCookie(request, cookieName(request, cookie, public_url));

  const find: BrowserSessions['find'] = async (request) => {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const now = new Date();
    const [found] = await db.select({ session: browserSessions, key: apiKeys }).from(browserSessions)
      .leftJoin(apiKeys, eq(apiKeys.id, browserSessions.key_id))
      .where(and(
        eq(browserSessions.hash, hashOf(token)), gt(browserSessions.expires_at, now),
        isNull(apiKeys.revoked_at), or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)),
      ));
    if (!found) return undefined;
    const { session, key } = found;
    const principal: Principal = key
      ? { id: `key:${key.id}`, name: key.name, role: key.role, tenant_id: key.tenant_id }
      : { id: session.subject!, name: session.name!, role: session.role!, tenant_id: session.tenant_id };
    return { principal, expires_at: session.expires_at };
  };

  const open = async (request: Request, response: Response, principal: Principal, row: Partial<typeof browserSessions.$inferInsert>): Promise<BrowserSession> => {
    const token = randomBytes(32).toString('base64url');
    const expires_at = new Date(Date.now() + hours * 3_600_000);
    await db.insert(browserSessions).values({ ...row, hash: hashOf(token), expires_at });
    setCookie(response, cookieName(request, cookie, public_url), token, { max_age: hours * 3600, same_site: 'Strict', secure: isSecure(request, public_url) });
    return { principal, expires_at };
  };

  const end = async (request: Request) => {
    const token = tokenOf(request);
    if (token !== undefined) await db.delete(browserSessions).where(eq(browserSessions.hash, hashOf(token)));
  };

  return {
    find,
    claims: (request) => request.headers.authorization === undefined && tokenOf(request) !== undefined,
    async authenticate(request) {
      requireOwnPage(request, public_url);
      const session = await find(request);
      if (session) return session.principal;
      throw new PatchbayError('unauthenticated', 'You are no longer signed in.', { hint: 'Sign in again.' });
    },
    async openByKey(request, response, key) {
      requireOwnPage(request, public_url);
      const principal = await access.authenticate(`Bearer ${key.trim()}`);
      if (!principal.id.startsWith('key:')) {
        throw new PatchbayError('unauthenticated', 'A JWT is for programs.', { hint: 'Sign in with an API key, or by the identity provider.' });
      }
      await end(request);
      return open(request, response, principal, { key_id: principal.id.slice('key:'.length) });
    },
    async openByProvider(request, response, principal) {
      await end(request);
      return open(request, response, principal, { subject: principal.id, name: principal.name, role: principal.role, tenant_id: principal.tenant_id });
    },
    async close(request, response) {
      requireOwnPage(request, public_url);
      await end(request);
      setCookie(response, cookieName(request, cookie, public_url), '', { max_age: 0, same_site: 'Strict', secure: isSecure(request, public_url) });
    },
    async prune() {
      await db.delete(browserSessions).where(lt(browserSessions.expires_at, new Date()));
    },
  };
}
