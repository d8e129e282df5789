import { z } from 'zod';
import { serviceAccountField } from '../../engines/google/service-account.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl } from '../shared/http-fields.ts';

export const bigqueryConfig = z.strictObject({
  service_account_json: serviceAccountField,
  project_id: z.string().min(1).optional().meta({
    title: 'Project', description: 'Which pays for the queries and holds the datasets; the service account’s own when empty', order: 20,
  }),
  dataset: z.string().min(1).optional().meta({ title: 'Dataset', description: 'Where tables without a dataset are looked for', order: 30 }),
  location: z.string().min(1).optional().meta({ title: 'Location', description: 'Of the datasets: EU, US, europe-west3, …; found by BigQuery when empty', order: 40 }),
  maximum_bytes_billed: z.int().min(1).optional().meta({
    title: 'Maximum bytes billed', description: 'A query that would read more is refused before it costs anything', order: 50,
  }),
  read_only: z.boolean().default(true).meta({
    title: 'Read only', description: 'Only what BigQuery itself says is a SELECT is run, and Write is refused. Turn it off to let workflows change data', order: 60, group: 'Security',
  }),
  url: httpUrl.default('https://bigquery.googleapis.com').meta({ title: 'Address', description: 'Another one for a private endpoint', destination: true, order: 70, advanced: true }),
  ca_certificate: caCertificateField,
  timeout: timeoutField,
});

export type BigqueryConfig = z.output<typeof bigqueryConfig>;
