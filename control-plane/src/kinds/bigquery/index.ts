import { database } from '../../categories/database.ts';
import { readServiceAccountKey, serviceAccountKeySettings } from '../../engines/google/service-account.ts';
import { defineKind } from '../contract.ts';
import { bigqueryConfig } from './config.ts';

const scope = 'https://www.googleapis.com/auth/bigquery';

export const bigquery = defineKind({
  kind: 'bigquery',
  label: 'BigQuery',
  description: 'Tables, views and queries of Google BigQuery',
  category: database,
  documentation_url: 'https://cloud.google.com/iam/docs/keys-create-delete',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'REST API v2 over DuckDB' },
  config: bigqueryConfig,
  oauth2: ({ service_account_json, ca_certificate }) => serviceAccountKeySettings(service_account_json, [scope], ca_certificate),
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig(source) {
    const { project_id } = readServiceAccountKey(source, 'invalid_request');
    return { service_account_json: source, ...(project_id !== undefined && { project_id }) };
  },
});

export default bigquery;
