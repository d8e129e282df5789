/** The reference of `resolve`: one express route that answers a JSON object of the size given. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const require = createRequire(import.meta.resolve('../../control-plane/package.json'));
const express = require('express') as typeof import('express');

const answer = JSON.parse(process.argv[2] ?? '{}') as object;
const app = express();
app.get('/api/tenants/:tenant/:category', (_request, response) => {
  response.json(answer);
});
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
