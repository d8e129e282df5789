import postgres from 'postgres';
import { postgresql } from '../../../control-plane/src/kinds/postgresql/index.ts';
import { hasPostgresql, startPostgresql } from '../../peers/postgresql.ts';
import { rows } from './table.ts';
import type { KindBench, ServerConfig } from './table.ts';

export const bench: KindBench<ServerConfig> = {
  kind: postgresql,
  available: hasPostgresql,
  input: { model: 'public.orders' },
  async start() {
    const peer = await startPostgresql();
    await peer.run(`create table orders as select i::bigint as id, 'customer ' || i % 1000 as customer, (i * 1.07)::numeric(12, 2) as amount, i % 17 as quantity, i % 2 = 0 as paid,
      timestamptz '2026-01-01' + i * interval '1 second' as placed_at, case when i % 5 > 0 then 'a "note" of order ' || i end as note from generate_series(1, ${rows}) i`);
    const { host, port, database, username, password } = peer;
    const config = { host, port, database, username, password, sslmode: 'disable' };
    return { config, stop: peer.stop };
  },
  async direct({ host, port, database, username, password }) {
    const sql = postgres({ host, port, database, username, password, max: 1 });
    let count = 0;
    for await (const page of sql`select * from orders`.cursor(1000)) count += page.length;
    await sql.end();
    return count;
  },
};
