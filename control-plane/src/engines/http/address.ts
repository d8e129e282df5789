/** Joining a caller's path to a base URL so that it can lead nowhere else. */
import { PatchbayError } from '../../platform/errors.ts';

// eslint-disable-next-line no-control-regex -- control characters are what is refused
const control = /[\u0000-\u001f\u007f]/;
const scheme = /^[a-z][a-z0-9+.-]*:/i;

/**
 * The URL of a path below a base URL.
 * @param base `https://api.example.com/v1`; a slash at its end makes no difference
 * @param path `customers/7?expand=1` or `/customers`, always below the base; empty means the base itself
 * Throws `invalid_request` on what could leave the base: another scheme or host, `..`, a backslash, a control character.
 */
export function urlBelow(base: string | URL, path: string): URL {
  const root = new URL(base);
  const refuse = (why: string): never => {
    throw new PatchbayError('invalid_request', `The path is not valid: ${why}.`, {
      hint: `Give a path below ${root.origin}${root.pathname}, such as /customers.`,
      fields: [{ path: 'path', message: why }],
    });
  };
  if (control.test(path)) refuse('it has a line break or another control character');
  if (path.includes('\\')) refuse('it has a backslash');
  if (scheme.test(path)) refuse('it is an address of its own, not a path');
  if (path.startsWith('//')) refuse('it begins with two slashes, which names another host');
  const [pathname = ''] = path.split(/[?#]/, 1);
  if (pathname.split('/').some(isParent)) refuse('it has a ".." segment');
  const prefix = root.pathname.replace(/\/+$/, '');
  const url = path === '' ? root : new URL(`${prefix}/${path.replace(/^\//, '')}`, root);
  url.hash = '';
  if (url.origin !== root.origin || !url.pathname.startsWith(prefix)) refuse('it leads away from the base URL');
  return url;
}

/** `..`, however it is encoded: a proxy in between may decode more than once. */
function isParent(segment: string): boolean {
  let decoded = segment;
  for (let round = 0; round < 3; round += 1) {
    if (decoded === '..' || decoded.split(/[\\/]/).includes('..')) return true;
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      return decoded === '..';
    }
  }
  return decoded === '..';
}

export type QueryValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

/** Adds parameters; a list repeats its name, what is undefined is left out. */
export function addQuery(parameters: URLSearchParams, query: Record<string, QueryValue>): void {
  for (const [name, value] of Object.entries(query)) {
    for (const single of Array.isArray(value) ? value : [value]) {
      if (single !== undefined) parameters.append(name, String(single));
    }
  }
}

/** Where a URL leads, for messages: `api.example.com:443`, never its path or query, which may hold a key. */
export function hostOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}
