/** Cookies in and out, and the proof that a request with one was meant by this service’s own page. */
import type { Request, Response } from 'express';
import { PatchbayError } from '../../platform/errors.ts';

/** A page of another origin cannot send this header: the browser would ask first, and is never allowed. */
export const proofHeader = 'patchbay-request';

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** @param request read for whether it came by https: only then may a cookie be kept from plain http */
export function cookieName(request: Request, base: string, public_url: string | undefined): string {
  return isSecure(request, public_url) ? `__Host-${base}` : base;
}

export function isSecure(request: Request, public_url: string | undefined): boolean {
  return request.secure || public_url?.startsWith('https:') === true;
}

export function readCookie(request: Request, name: string): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const separator = pair.indexOf('=');
    if (separator > 0 && pair.slice(0, separator).trim() === name) return pair.slice(separator + 1).trim();
  }
  return undefined;
}

export interface CookieOptions {
  /** In seconds; 0 removes the cookie. */
  max_age: number;
  same_site: 'Strict' | 'Lax';
  secure: boolean;
}

export function setCookie(response: Response, name: string, value: string, { max_age, same_site, secure }: CookieOptions): void {
  response.append('Set-Cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=${same_site}; Max-Age=${max_age}${secure ? '; Secure' : ''}`);
}

/** Throws `forbidden` for a request that changes something and was not sent by this service’s own page. */
export function requireOwnPage(request: Request, public_url: string | undefined): void {
  if (!unsafe.has(request.method)) return;
  const origin = request.headers.origin;
  const host = origin === undefined ? undefined : URL.parse(origin)?.host;
  const known = [request.headers.host, public_url === undefined ? undefined : new URL(public_url).host];
  const site = request.headers['sec-fetch-site'];
  const isOwn = request.headers[proofHeader] !== undefined
    && (site === undefined || site === 'same-origin')
    && (origin === undefined || (host !== undefined && known.includes(host)));
  if (isOwn) return;
  throw new PatchbayError('forbidden', 'This request was not sent by the admin pages of this service.', {
    hint: 'Programs send a key (Authorization: Bearer KEY) and no cookie. Behind a proxy, set PATCHBAY_PUBLIC_URL.',
  });
}
