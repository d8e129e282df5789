/** How n8n's Webhook node wants its callers to prove who they are. */
import { createPrivateKey } from 'node:crypto';
import { basicAuthentication, headerAuthentication, noAuthentication } from '../../engines/http/index.ts';
import type { Authentication } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { N8nWebhookConfig } from './config.ts';

/** In seconds: long enough for clocks that differ, too short to be of use when it is stolen from a log. */
const tokenLifetime = 120;

/** What a method needs is there: the config's own check has seen to it. */
export function authenticationOf(config: N8nWebhookConfig): Authentication {
  switch (config.authentication) {
    case 'none': return noAuthentication;
    case 'basic': return basicAuthentication(config.username ?? '', config.password ?? '');
    case 'header': return headerAuthentication(config.header_name ?? '', config.header_value ?? '');
    case 'jwt': return jwtAuthentication(config);
  }
}

/** A fresh bearer token for each request. n8n checks its signature, algorithm and time. */
function jwtAuthentication({ jwt_algorithm, jwt_secret = '', jwt_private_key = '' }: N8nWebhookConfig): Authentication {
  const key = jwt_algorithm.startsWith('HS') ? new TextEncoder().encode(jwt_secret) : privateKey(jwt_private_key);
  return {
    async apply({ headers }) {
      const { SignJWT } = await import('jose');
      const now = Math.floor(Date.now() / 1000);
      const token = new SignJWT({ iss: 'patchbay' }).setProtectedHeader({ alg: jwt_algorithm, typ: 'JWT' }).setIssuedAt(now).setExpirationTime(now + tokenLifetime);
      headers.set('authorization', `Bearer ${await token.sign(key).catch(unfit)}`);
    },
    secrets: [jwt_secret, jwt_private_key],
  };
}

/** Throws `invalid_config`. */
export function privateKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return unfit(error);
  }
}

function unfit(error: unknown): never {
  throw new PatchbayError('invalid_config', 'The private key cannot be used with the algorithm of the JWT.', {
    hint: 'Give a PEM key without a passphrase: RSA for RS…, of the matching curve for ES….',
    fields: [{ path: 'config.jwt_private_key', message: 'is not a fitting private key' }],
    cause: error,
  });
}
