/** Uploads and the cache as the service gives them to connectors: one tenant's apart from another's. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expectProblem, must } from '../setup/client.ts';
import type { Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let cache: string;
let acme: Json;
let globex: Json;
beforeAll(async () => {
  cache = await mkdtemp(path.join(os.tmpdir(), 'patchbay-cache-'));
  service = await startTestService({ settings: { PATCHBAY_CACHE_DIRECTORY: cache, PATCHBAY_UPLOAD_LIMIT_MB: '1' } });
  acme = await service.tenant('acme');
  globex = await service.tenant('globex', { parent: 'acme' });
});
afterAll(async () => {
  await service.stop();
  await rm(cache, { recursive: true, force: true });
});

const connector = (tenant: string, name: string) => service.connector({ tenant, name, kind: 'csv', config: {}, is_default: name === 'Files' });
const upload = (address: string, name: string, text: string, client = service.admin) =>
  client.send('POST', `${address}/upload?name=${name}`, { body: text, headers: { 'content-type': 'text/csv' } });

test('a file is uploaded raw to the default, read, queried, replaced, and goes with its connector', async () => {
  const files = await connector('acme', 'Files');
  const address = '/api/tenants/acme/file';
  expect((await must(upload(address, 'people', 'id,name\n1,Ada\n2,Grace\n')))).toEqual({
    name: 'people', rows: 2, size: 22, fields: [{ name: 'id', type: 'BIGINT', nullable: true }, { name: 'name', type: 'VARCHAR', nullable: true }],
  });
  expect((await service.admin.post(`${address}/read`, { model: 'people' })).body).toEqual([{ id: '1', name: 'Ada' }, { id: '2', name: 'Grace' }]);
  expect((await must(service.admin.post(`${address}/upload`, { name: 'people', content: 'id\n9\n' }))).rows).toBe(1);
  expect((await service.admin.post(`${address}/query`, { query: 'select id from people where id = ?', parameters: [9] })).body).toEqual([{ id: '9' }]);
  // A child that has no file connector of its own reads its parent's uploads by inheritance.
  expect((await service.admin.post('/api/tenants/globex/file/read', { model: 'people' })).body).toEqual([{ id: '9' }]);
  expect(await service.rows()).toMatchObject({ uploads: 1, upload_chunks: 1 });
  await must(service.admin.delete(`/api/connectors/${files.id}?successor=none`));
  expect(await service.rows()).toMatchObject({ uploads: 0, upload_chunks: 0 });
});

test('uploads and copies of one connector are not those of another, nor one tenant’s another’s', async () => {
  const [ours, theirs] = [await connector('acme', 'Ours'), await connector('globex', 'Theirs')];
  await must(upload(`/api/connectors/${ours.id}`, 'secret', 'word\nswordfish\n'));
  const builder = await service.as('builder', 'globex');
  for (const operation of ['read', 'discover']) expectProblem(await builder.post(`/api/connectors/${theirs.id}/${operation}`, { model: 'secret' }), 404, 'model_not_found');
  expectProblem(await builder.post(`/api/connectors/${theirs.id}/query`, { query: 'select * from secret' }), 404, 'model_not_found');
  expectProblem(await builder.post(`/api/connectors/${ours.id}/read`, { model: 'secret' }), 404, 'connector_not_found');
  expect((await service.admin.post(`/api/connectors/${ours.id}/read`, { model: 'secret' })).body).toEqual([{ word: 'swordfish' }]);
  await must(upload(`/api/connectors/${theirs.id}`, 'own', 'word\nherring\n'));
  expect((await builder.post(`/api/connectors/${theirs.id}/read`, { model: 'own' })).body).toEqual([{ word: 'herring' }]);
  const copies = async (tenant: string) => (await readdir(path.join(cache, tenant))).filter((name) => name.endsWith('.data'));
  expect((await copies(acme.id)).length).toBeGreaterThan(0);
  expect(await copies(globex.id)).toHaveLength(1);
  // Even with the path of the other's copy at hand.
  const [copy] = await copies(acme.id);
  expectProblem(await builder.post(`/api/connectors/${theirs.id}/query`, { query: `select * from '${path.join(cache, acme.id, copy!)}'` }), 404, 'model_not_found');
});

test('more than the limit is refused with nothing kept, and so is an upload without a connector', async () => {
  const files = await connector('acme', 'Limited');
  expectProblem(await upload(`/api/connectors/${files.id}`, 'big', `a\n${'x\n'.repeat(600_000)}`), 413, 'payload_too_large');
  expect((await service.admin.get(`/api/connectors/${files.id}/models`)).body.models).toEqual([]);
  expectProblem(await service.admin.post('/api/connectors/catalog/csv/upload', { config: {}, name: 'x', content: 'a\n1\n' }), 400, 'invalid_request');
});

test('of uploads of one name at the same time, one stays whole', async () => {
  const files = await connector('acme', 'Races');
  const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => upload(`/api/connectors/${files.id}`, 'same', `n\n${`${index}\n`.repeat(1000)}`)));
  expect(answers.filter(({ status }) => status !== 200).map(({ body }) => body as Json)).toEqual([]);
  const [counted] = (await service.admin.post(`/api/connectors/${files.id}/query`, { query: 'select count(*)::int as n, count(distinct n)::int as kinds from same' })).body;
  expect(counted).toEqual({ n: 1000, kinds: 1 });
});
