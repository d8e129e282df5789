/** The two ways into Snowflake's SQL API. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Authentication } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { SnowflakeConfig } from './config.ts';

/** A token is good for an hour at most; in seconds. */
const life = 3600;
const margin = 300;

/** @throws {PatchbayError} `invalid_config` when the private key cannot be read */
export function snowflakeAuthentication(config: SnowflakeConfig): Authentication {
  if (config.authentication === 'access_token') {
    return headersFor('PROGRAMMATIC_ACCESS_TOKEN', async () => config.access_token!, [config.access_token!]);
  }
  const key = readKey(config);
  const fingerprint = createHash('sha256').update(createPublicKey(key).export({ type: 'spki', format: 'der' })).digest('base64');
  const subject = `${accountName(config.account)}.${config.username.toUpperCase()}`;
  let token: { text: string; until: number } | undefined;
  return headersFor('KEYPAIR_JWT', async () => {
    const now = Math.floor(Date.now() / 1000);
    if (!token || token.until - margin < now) {
      const { SignJWT } = await import('jose');
      const text = await new SignJWT().setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
        .setIssuer(`${subject}.SHA256:${fingerprint}`).setSubject(subject).setIssuedAt(now).setExpirationTime(now + life).sign(key);
      token = { text, until: now + life };
    }
    return token.text;
  }, []);
}

function headersFor(type: string, token: () => Promise<string>, secrets: readonly string[]): Authentication {
  return {
    async apply({ headers }) {
      headers.set('authorization', `Bearer ${await token()}`);
      headers.set('x-snowflake-authorization-token-type', type);
    },
    secrets,
  };
}

/** A locator is signed without its region and cloud, and dots of an organization's account are dashes. */
function accountName(account: string): string {
  return account.split('.')[0]!.toUpperCase();
}

function readKey({ private_key = '', private_key_passphrase }: SnowflakeConfig): KeyObject {
  try {
    return createPrivateKey({ key: private_key, ...(private_key_passphrase && { passphrase: private_key_passphrase }) });
  } catch (error) {
    const encrypted = /ENCRYPTED/.test(private_key);
    throw new PatchbayError('invalid_config', `The private key cannot be read${encrypted ? ': its passphrase is missing or wrong' : ''}.`, {
      hint: 'Give the whole PEM of a PKCS #8 key, with its first and last line, and its passphrase if it has one.',
      fields: [{ path: encrypted ? 'config.private_key_passphrase' : 'config.private_key', message: 'cannot be read' }],
      cause: error,
    });
  }
}
