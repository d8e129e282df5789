/** Requests that a workflow sends back: verified as Patchbay itself proves who it is to the workflow. */
import { createPublicKey } from 'node:crypto';
import { basicValue, claimedId, createReceiver, credentialScheme, refusal, standardWebhooksScheme } from '../../engines/webhooks/index.ts';
import type { Scheme } from '../../engines/webhooks/index.ts';
import type { WebhookReceiver } from '../contract.ts';
import { privateKey } from './authentication.ts';
import type { N8nWebhookConfig } from './config.ts';

const id_header = 'webhook-id';

export function webhookReceiver(config: N8nWebhookConfig): WebhookReceiver | undefined {
  const scheme = schemeOf(config);
  return scheme && createReceiver(scheme);
}

/** A signing secret goes before a credential, since it also protects what is sent. */
function schemeOf(config: N8nWebhookConfig): Scheme | undefined {
  if (config.signing_secret !== undefined) return standardWebhooksScheme(config.signing_secret);
  switch (config.authentication) {
    case 'none': return undefined;
    case 'basic': return credentialScheme({ header: 'Authorization', value: basicValue(config.username ?? '', config.password ?? ''), id_header });
    case 'header': return credentialScheme({ header: config.header_name ?? '', value: config.header_value ?? '', id_header });
    case 'jwt': return jwtScheme(config);
  }
}

/** A bearer token that n8n's own JWT node or credential has signed, and that expires. */
function jwtScheme({ jwt_algorithm, jwt_secret = '', jwt_private_key = '' }: N8nWebhookConfig): Scheme {
  const key = jwt_algorithm.startsWith('HS') ? new TextEncoder().encode(jwt_secret) : createPublicKey(privateKey(jwt_private_key));
  return {
    secret_headers: ['authorization'],
    async verify({ headers }) {
      const token = /^Bearer +(.+)$/i.exec(headers['authorization'] ?? '')?.[1];
      if (token === undefined) throw refusal('unsigned');
      const { errors, jwtVerify } = await import('jose');
      await jwtVerify(token, key, { algorithms: [jwt_algorithm], clockTolerance: 30, requiredClaims: ['exp'] }).catch((error: unknown) => {
        throw refusal(error instanceof errors.JWTExpired ? 'late' : 'tampered');
      });
      return { id: claimedId(headers[id_header]) };
    },
  };
}
