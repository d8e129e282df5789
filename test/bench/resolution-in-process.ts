/** Times `resolve` where it happens, on a database of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { categories } from '../../control-plane/src/categories/index.ts';
import { createKeyring, newMasterKey } from '../../control-plane/src/platform/crypto/keyring.ts';
import { listenForChanges } from '../../control-plane/src/platform/db/changes.ts';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';
import { openStore } from '../../control-plane/src/platform/db/index.ts';
import { applyMigrations } from '../../control-plane/src/platform/db/migrate.ts';
import { createMetrics } from '../../control-plane/src/platform/telemetry/metrics.ts';
import type { Principal } from '../../control-plane/src/modules/access/index.ts';
import { createResolutions } from '../../control-plane/src/modules/resolution/index.ts';
import { createTenants } from '../../control-plane/src/modules/tenants/index.ts';
import { median, round } from './service.ts';

const admin: Principal = { id: 'bench', name: 'Bench', role: 'platform_admin', tenant_id: null };

export async function measureResolution(): Promise<{ in_process_p50_ms: number; in_process_cold_p50_ms: number }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-bench-'));
  const postgres = await startEmbeddedPostgres({ directory, durable: false });
  await applyMigrations(postgres.url);
  const store = openStore(postgres.url, { pool_size: 4 });
  const changes = await listenForChanges(store.sql);
  const tenants = createTenants({ db: store.db, keyring: createKeyring(newMasterKey()), changes });
  const resolutions = createResolutions({ db: store.db, changes, categories, metrics: createMetrics() });
  await tenants.create(admin, { slug: 'agency', name: 'Agency' }, 'bench');
  for (let index = 0; index < 500; index += 1) await tenants.create(admin, { slug: `tenant-${index}`, name: 'Tenant', parent: 'agency' }, 'bench');

  const time = async (index: number): Promise<number> => {
    const started = performance.now();
    await resolutions.resolve(admin, `tenant-${index % 500}`, 'api', 'connectors:use');
    return performance.now() - started;
  };
  for (let index = 0; index < 50; index += 1) await time(index);
  const cold: number[] = [];
  for (let index = 50; index < 500; index += 1) cold.push(await time(index));
  const warm: number[] = [];
  for (let index = 0; index < 20_000; index += 1) warm.push(await time(index));
  await changes.close();
  await store.close();
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
  return { in_process_p50_ms: round(median(warm), 4), in_process_cold_p50_ms: round(median(cold), 2) };
}
