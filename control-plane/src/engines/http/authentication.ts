/** Ways to authenticate a request. `secrets` are what must not appear in any message. */
import type { TokenSource } from '../../kinds/contract.ts';


export interface OutgoingRequest {
  method: string;
  url: URL;
  headers: Headers;
  signal: AbortSignal;
}

export interface Authentication {
  /** Adds the credentials. Called again for each attempt and each redirect, only for the base URL's own origin. */
  apply(request: OutgoingRequest): void | Promise<void>;
  /** The backend answered 401. @returns whether one more attempt is worth it, with other credentials */
  refused?(request: OutgoingRequest): boolean;
  /** Read anew for each error. */
  secrets: readonly string[];
}

export const noAuthentication: Authentication = { apply: () => undefined, secrets: [] };

export function basicAuthentication(username: string, password: string): Authentication {
  const token = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    apply: ({ headers }) => headers.set('authorization', `Basic ${token}`),
    secrets: [password, token],
  };
}

export function bearerAuthentication(token: string): Authentication {
  return {
    apply: ({ headers }) => headers.set('authorization', `Bearer ${token}`),
    secrets: [token],
  };
}

export function headerAuthentication(name: string, value: string): Authentication {
  return { apply: ({ headers }) => headers.set(name, value), secrets: [value] };
}

export function queryAuthentication(name: string, value: string): Authentication {
  return { apply: ({ url }) => url.searchParams.set(name, value), secrets: [value] };
}

/** OAuth 2.0: a token that the backend refuses is replaced, and the request sent once more. */
export function oauthAuthentication(source: TokenSource | undefined): Authentication {
  if (!source) throw new Error('This config signs in by OAuth 2.0, and whoever opened it gave it no token source.');
  const recent: string[] = [];
  return {
    async apply({ headers, signal }) {
      const token = await source.accessToken({ signal });
      if (!recent.includes(token)) recent.splice(0, recent.length, token, ...recent.slice(0, 3));
      headers.set('authorization', `Bearer ${token}`);
    },
    refused: ({ headers }) => source.invalidate(headers.get('authorization')?.slice('Bearer '.length) ?? ''),
    secrets: recent,
  };
}
