/** Ways to authenticate a request. `secrets` are what must not appear in any message. */

export interface OutgoingRequest {
  method: string;
  url: URL;
  headers: Headers;
  signal: AbortSignal;
}

export interface Authentication {
  /** Adds the credentials. Called again for each attempt and each redirect, only for the base URL's own origin. */
  apply(request: OutgoingRequest): void | Promise<void>;
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
