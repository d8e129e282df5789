/** The reference of `webhooks`: one express route that writes the body it gets as one row, with the same driver. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import postgres from 'postgres';

const require = createRequire(import.meta.resolve('../../control-plane/package.json'));
const express = require('express') as typeof import('express');

const sql = postgres(process.argv[2]!, { max: 10, onnotice: () => undefined });
await sql`create table if not exists bare_webhooks (id bigint generated always as identity primary key, received_at timestamptz not null default now(), body json not null)`;
const app = express();
app.use(express.text({ type: '*/*' }));
app.post('/hooks/:tenant/:connector', async (request, response) => {
  await sql`insert into bare_webhooks (body) values (${request.body as string}::text::json)`;
  response.json({ received: true });
});
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
