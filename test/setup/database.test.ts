import postgres from 'postgres';
import { createTestDatabase } from './database.ts';

test('each database is migrated, empty, and apart from the next', async () => {
  const [left, right] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const first = postgres(left.url, { max: 1 });
  const second = postgres(right.url, { max: 1 });
  try {
    const [{ tables }] = await first<[{ tables: number }]>`select count(*)::int as tables from pg_tables where schemaname = 'public'`;
    expect(tables).toBeGreaterThan(0);
    await first`create table only_here (word text)`;
    expect(await second`select to_regclass('only_here') as found`).toMatchObject([{ found: null }]);
  } finally {
    await Promise.all([first.end(), second.end()]);
    await Promise.all([left.drop(), right.drop()]);
  }
  const gone = postgres(left.url, { max: 1 });
  await expect(gone`select 1`).rejects.toMatchObject({ code: '3D000' });
  await gone.end();
});
