/** What tokens are bound to. Under another provider, client, destination or account they are as if they were not there. */
import { createHash } from 'node:crypto';
import { destinationFields } from '../../kinds/fields.ts';
import type { AnyKind, OAuth2Settings } from '../../kinds/contract.ts';
import type { ConfigValues } from '../connectors/index.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** @param config with defaults and references filled in */
export function fingerprintOf(kind: AnyKind, config: ConfigValues, settings: OAuth2Settings): string {
  const { grant, token_url, authorization_url, client_id, account, scopes, token_parameters, refresh_token } = settings;
  return sha256(JSON.stringify([
    kind.kind, grant, token_url, authorization_url ?? null, client_id,
    destinationFields(kind).map((name) => [name, config[name] ?? null]),
    // What a person agreed to stays agreed to; what the config alone asks for is asked for anew.
    grant === 'authorization_code' ? null : [scopes, token_parameters ?? null, account ?? null],
    refresh_token === undefined ? null : sha256(refresh_token),
  ]));
}
