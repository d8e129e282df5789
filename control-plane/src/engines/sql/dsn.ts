/** DSNs as config: `postgres://user:password@host:5432/database?sslmode=require`. */
import { PatchbayError } from '../../platform/errors.ts';
import type { Sslmode } from './config.ts';

export interface DsnConfig {
  host: string;
  port?: number;
  database?: string;
  username?: string;
  password?: string;
  sslmode?: Sslmode;
}

/** What other clients call the same: libpq's own words, MySQL's `ssl-mode`, and the plain switches of drivers. */
const sslWords: Record<string, Sslmode> = {
  disable: 'disable', disabled: 'disable', false: 'disable', '0': 'disable',
  allow: 'prefer', prefer: 'prefer', preferred: 'prefer',
  require: 'require', required: 'require', true: 'require', '1': 'require', 'no-verify': 'require',
  'verify-ca': 'verify-ca', verify_ca: 'verify-ca',
  'verify-full': 'verify-full', verify_identity: 'verify-full',
};
const sslParameters = ['sslmode', 'ssl-mode', 'ssl_mode', 'ssl'];

/**
 * @param schemes what the DSN may begin with, without the colon; SQLAlchemy's `postgresql+psycopg2` counts as `postgresql`
 * @throws {PatchbayError} `invalid_request`; the DSN itself, which holds a password, is in no message
 */
export function importDsn(source: string, schemes: readonly string[]): DsnConfig {
  const text = source.trim();
  const scheme = /^([a-z][a-z0-9]*)(\+[a-z0-9_]+)?:\/\//i.exec(text);
  if (!scheme || !schemes.includes(scheme[1]!.toLowerCase())) {
    throw unreadable(`it does not begin with ${schemes.map((name) => `${name}://`).join(' or ')}`);
  }
  let url: URL;
  try {
    // A scheme that URL knows nothing of is parsed as it stands; `jdbc` and drivers' suffixes are cut off.
    url = new URL(`sql://${text.slice(scheme[0].length)}`);
  } catch {
    throw unreadable('it is not a URL; characters such as @ : / # in a password must be percent-encoded');
  }
  if (url.hostname === '') throw unreadable('it names no host');
  const sslWord = sslParameters.map((name) => url.searchParams.get(name)).find((value) => value !== null);
  const sslmode = sslWord === undefined ? undefined : sslWords[sslWord!.toLowerCase()];
  if (sslWord !== undefined && sslmode === undefined) throw unreadable('its TLS mode is not known');
  const database = decode(url.pathname.slice(1));
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(database !== '' && { database }),
    ...(url.username !== '' && { username: decode(url.username) }),
    ...(url.password !== '' && { password: decode(url.password) }),
    ...(sslmode !== undefined && { sslmode }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('a % in it is not followed by two hexadecimal digits');
  }
}

function unreadable(reason: string): PatchbayError {
  return new PatchbayError('invalid_request', `The DSN cannot be read: ${reason}.`, {
    hint: 'Give it as scheme://user:password@host:port/database.',
    fields: [{ path: 'source', message: reason }],
  });
}
