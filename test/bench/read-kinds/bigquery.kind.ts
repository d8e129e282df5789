import { serviceAccountKeySettings } from '../../../control-plane/src/engines/google/service-account.ts';
import { bigquery } from '../../../control-plane/src/kinds/bigquery/index.ts';
import { startBigquery } from '../../peers/bigquery/server.ts';
import { canMakeCertificates } from '../../peers/certificate.ts';
import { duckdbRows } from './table.ts';
import type { KindBench } from './table.ts';

/** The reference is the same pages by fetch and JSON.parse. */
export const bench: KindBench<{ service_account_json: string; project_id: string; url: string }> = {
  kind: bigquery,
  available: canMakeCertificates,
  input: { model: 'shop.orders' },
  async start() {
    const peer = await startBigquery({ tls: false });
    await peer.run(`create schema shop; create table shop.orders as ${duckdbRows}`);
    const { service_account_json, project_id, url } = peer;
    return { config: { service_account_json, project_id, url }, stop: peer.stop };
  },
  async direct({ service_account_json, project_id, url }) {
    const { assertion, token_url } = serviceAccountKeySettings(service_account_json, ['https://www.googleapis.com/auth/bigquery']);
    const grant = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await assertion!() });
    const { access_token } = (await (await fetch(token_url, { method: 'POST', body: grant })).json()) as { access_token: string };
    const table = `${url}/bigquery/v2/projects/${project_id}/datasets/shop/tables/orders`;
    const get = async (path: string) => JSON.parse(await (await fetch(table + path, { headers: { authorization: `Bearer ${access_token}` } })).text()) as { rows: unknown[]; pageToken?: string };
    await get('');
    let count = 0;
    for (let pageToken: string | undefined = ''; pageToken !== undefined; ) {
      const page = await get(`/data?maxResults=10000${pageToken && `&pageToken=${pageToken}`}`);
      count += page.rows.length;
      pageToken = page.pageToken;
    }
    return count;
  },
};
