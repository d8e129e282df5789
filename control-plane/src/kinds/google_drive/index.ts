import { storage } from '../../categories/storage.ts';
import { accountSettings, explainGoogle, importGoogle, readServiceAccount, serviceAccountSettings } from '../../engines/google/index.ts';
import { createHttpClient, oauthAuthentication } from '../../engines/http/index.ts';
import { defineKind } from '../contract.ts';
import type { OAuth2Settings } from '../contract.ts';
import { scopesIn } from '../shared/oauth-fields.ts';
import { driveConfig, rootOf } from './config.ts';
import type { DriveConfig } from './config.ts';

export const googleDrive = defineKind({
  kind: 'google_drive',
  label: 'Google Drive',
  description: 'A folder of Google Drive, of an account or a shared drive',
  category: storage,
  optional_operations: ['query'],
  documentation_url: 'https://developers.google.com/workspace/drive/api/guides/about-auth',
  peer: { class: 'protocol peer', name: 'a server that follows Google’s REST reference of Drive v3 and OAuth 2.0' },
  config: driveConfig,
  oauth2: signIn,
  importConfig(source) {
    const found = importGoogle(source, true);
    return { authentication: found.service_account_json === undefined ? 'oauth2' as const : 'service_account' as const, ...found };
  },
  async open(config, context) {
    const [{ createDriveStore }, { createStorageSession }] = await Promise.all([import('./store.ts'), import('../../engines/objects/session.ts')]);
    const client = createHttpClient({
      egress: context.egress, base_url: config.base_url, backend: 'Google Drive', authentication: oauthAuthentication(context.oauth), explain: (failure) => explainGoogle(failure, 'Google Drive'),
    });
    const account = config.authentication === 'oauth2' ? config.client_id! : readServiceAccount(config.service_account_json!)!.client_email;
    return createStorageSession(createDriveStore(client, config), {
      prefix: '', output_schemas: context.output_schemas, identity: ['google_drive', config.base_url, account, config.impersonate ?? '', rootOf(config)], ...(context.cache && { cache: context.cache }),
    });
  },
});
export default googleDrive;

function signIn(config: DriveConfig): OAuth2Settings {
  const { token_url, impersonate } = config;
  const scopes = scopesIn(config.scopes);
  if (config.authentication === 'oauth2') return accountSettings(config, scopes);
  return serviceAccountSettings(config.service_account_json!, {
    // A service account is known by its key; there is nobody to tell of.
    token_url, scopes: scopes.filter((scope) => scope.includes('/')), ...(impersonate !== undefined && { subject: impersonate }),
  });
}
