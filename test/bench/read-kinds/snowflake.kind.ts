import { setTimeout as sleep } from 'node:timers/promises';
import { snowflake } from '../../../control-plane/src/kinds/snowflake/index.ts';
import { canMakeCertificates } from '../../peers/certificate.ts';
import { startSnowflake } from '../../peers/snowflake/server.ts';
import { duckdbRows } from './table.ts';
import type { KindBench } from './table.ts';

interface ResultSet {
  statementHandle?: string;
  resultSetMetaData?: { partitionInfo: unknown[] };
  data: unknown[];
}

/** Its SDK speaks another API; the reference is the same one by fetch and JSON.parse. */
export const bench: KindBench<{ url: string; access_token: string }> = {
  kind: snowflake,
  available: canMakeCertificates,
  input: { model: 'PUBLIC.ORDERS' },
  async start() {
    const peer = await startSnowflake({ tls: false });
    await peer.run(`create table "PUBLIC"."ORDERS" as ${duckdbRows}`);
    const { account, username, access_token, url } = peer;
    const config = { account, username, access_token, url, authentication: 'access_token', database: 'SHOP' };
    return { config, stop: peer.stop };
  },
  async direct({ url, access_token }) {
    const headers = { authorization: `Bearer ${access_token}`, 'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN', 'content-type': 'application/json' };
    const call = async (path: string, body?: string) => {
      const answer = await fetch(`${url}/api/v2/statements${path}`, { headers, ...(body && { method: 'POST', body }) });
      return { status: answer.status, result: JSON.parse(await answer.text()) as ResultSet };
    };
    const { statementHandle } = (await call('?async=true', JSON.stringify({ statement: 'select * from orders', database: 'SHOP' }))).result;
    let first = await call(`/${statementHandle}`);
    for (; first.status === 202; first = await call(`/${statementHandle}`)) await sleep(20);
    let count = first.result.data.length;
    const partitions = first.result.resultSetMetaData!.partitionInfo.length;
    for (let partition = 1; partition < partitions; partition += 1) count += (await call(`/${statementHandle}?partition=${partition}`)).result.data.length;
    return count;
  },
};
