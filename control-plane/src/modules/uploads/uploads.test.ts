import { createTestDatabase } from '../../../../test/setup/database.ts';
import type { UploadStore } from '../../kinds/contract.ts';
import { openStore } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { connectors, tenants } from '../tables/index.ts';
import { createUploads } from './index.ts';

let uploads: UploadStore;
let stop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  const store = openStore(database.url, { pool_size: 4 });
  const [tenant_id, id] = [newId(), newId()];
  await store.db.insert(tenants).values({ id: tenant_id, slug: 'acme', name: 'Acme', path: [tenant_id] });
  await store.db.insert(connectors).values({ tenant_id, id, slug: 'files', name: 'Files', kind: 'csv', category: 'file', config: {}, secrets: {} });
  uploads = createUploads({ store, limit: 1024 }).of({ tenant_id, id });
  stop = async () => {
    await store.close();
    await database.drop();
  };
});
afterAll(() => stop());

const put = (name: string, text: string, replaces?: string | null) =>
  uploads.put({ name, content: (async function* () { yield Buffer.from(text); })(), details: { text }, ...(replaces !== undefined && { replaces }) });
const textOf = async (name: string) => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of uploads.content((await uploads.find(name))!)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
const conflict = { code: 'version_conflict', status: 409 };

test('an upload that replaces none in particular replaces any', async () => {
  await put('any', 'one');
  await put('any', 'two');
  expect(await textOf('any')).toBe('two');
});

test('one that replaces a certain upload does so while that one is there, and else leaves what is', async () => {
  const one = await put('certain', 'one');
  const two = await put('certain', 'two', one.id);
  await expect(put('certain', 'three', one.id)).rejects.toMatchObject(conflict);
  expect(await uploads.find('certain')).toEqual(two);
  expect(await textOf('certain')).toBe('two');
  await expect(put('absent', 'one', one.id)).rejects.toMatchObject(conflict);
  expect(await uploads.find('absent')).toBeUndefined();
});

test('one that must be the first is so once', async () => {
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((text) => put('first', text, null)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(conflict);
});

test('of several that replace the same upload, one does', async () => {
  const { id } = await put('same', 'before');
  const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => put('same', text, id)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await textOf('same')).toBe(['a', 'b', 'c', 'd'][outcomes.findIndex(({ status }) => status === 'fulfilled')]);
});
