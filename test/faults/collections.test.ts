/** Two instances change one collection of the kind faiss at the same time: nothing that was answered is lost. */
import { must } from '../setup/client.ts';
import type { Client } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let services: [TestService, TestService];
let clients: [Client, Client];
let path: string;
beforeAll(async () => {
  const first = await startTestService();
  services = [first, await startTestService({ database_url: first.database_url, master_key: first.master_key })];
  clients = [first.admin, services[1].admin];
  await first.tenant('acme');
  path = `/api/connectors/${(await first.connector({ tenant: 'acme', name: 'Vectors', kind: 'faiss', config: { metric: 'l2' } })).id}`;
});
afterAll(async () => {
  await services[1].stop();
  await services[0].stop();
});

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, number) => `${prefix}${number}`);
const record = (id: string) => ({ id, vector: [id.length, 1] });
const upsert = (by: 0 | 1, collection: string, ids: string[]) => must(clients[by].post(`${path}/upsert`, { collection, records: ids.map(record) }));
async function idsIn(by: 0 | 1, collection: string): Promise<string[]> {
  const { matches } = await must(clients[by].post(`${path}/search`, { collection, vector: [0, 0], limit: 1000 }));
  return (matches as { id: string }[]).map(({ id }) => id).sort();
}

test('of many upserts at once, the first ones among them, each is kept', async () => {
  const ids = names('r', 80);
  await Promise.all(ids.map((id, number) => upsert((number % 2) as 0 | 1, 'busy', [id])));
  expect(await idsIn(0, 'busy')).toEqual(ids.toSorted());
  expect(await idsIn(1, 'busy')).toEqual(ids.toSorted());
});

test('deletions and upserts at once all take effect, while others search', async () => {
  const [go, stay, come] = [names('go', 30), names('stay', 10), names('come', 30)];
  await upsert(0, 'changing', [...go, ...stay]);
  await Promise.all([
    ...go.map(async (id, number) => expect(await must(clients[(number % 2) as 0 | 1].post(`${path}/delete`, { collection: 'changing', ids: [id] }))).toEqual({ deleted: 1 })),
    ...come.map((id, number) => upsert(((number + 1) % 2) as 0 | 1, 'changing', [id])),
    ...names('', 20).map(async (_, number) => expect(await idsIn((number % 2) as 0 | 1, 'changing')).toEqual(expect.arrayContaining(stay))),
  ]);
  expect(await idsIn(0, 'changing')).toEqual([...stay, ...come].sort());
});
