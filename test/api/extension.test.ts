/** `patchbay nodes generate`: the node pack of one Patchbay, made from its catalog. */
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeExtension } from '../../control-plane/src/codegen/extension.ts';
import type { CatalogCategory, CatalogKind } from '../../control-plane/src/codegen/extension.ts';
import { startTestService } from '../setup/service.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('holds a loadable node and credential for each kind that the catalog lists, those from outside too', async () => {
  const service = await startTestService({ settings: { PATCHBAY_KINDS: path.join(root, 'test/outside-kinds/pigeon') } });
  // Below the project's own modules, where the nodes find n8n-workflow as they do in n8n.
  const cache = path.join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(path.join(cache, 'patchbay-extension-'));
  try {
    const { kinds } = (await service.admin.get('/api/connectors/catalog')).body as unknown as { kinds: CatalogKind[] };
    const { categories } = (await service.admin.get('/api/categories')).body as unknown as { categories: CatalogCategory[] };
    const written = await writeExtension(directory, kinds, categories);
    expect(written.nodes).toEqual(expect.arrayContaining(['Pigeon', 'Postgresql', 'Email', 'Patchbay', 'PatchbayTrigger']));
    expect(written.credentials).toHaveLength(kinds.length + 1);

    const require = createRequire(path.join(directory, 'package.json'));
    const manifest = require('./package.json') as { name: string; n8n: { nodes: string[]; credentials: string[] } };
    expect(manifest.name).toBe('n8n-nodes-patchbay');
    for (const file of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
      const name = path.basename(file).split('.')[0]!;
      const made = new (require(`./${file}`) as Record<string, new () => { name?: string; description?: { name: string } }>)[name]!();
      expect(made.description?.name ?? made.name).toEqual(expect.any(String));
    }
    // What is built in comes out as in the published pack.
    const published = require(path.join(root, 'package.json')) as { n8n: { nodes: string[]; credentials: string[] } };
    expect(manifest.n8n.nodes).toEqual(expect.arrayContaining(published.n8n.nodes));
    expect(manifest.n8n.credentials).toEqual(expect.arrayContaining(published.n8n.credentials));
    await writeExtension(directory, kinds, categories);
  } finally {
    await rm(directory, { recursive: true, force: true });
    await service.stop();
  }
}, 120_000);

test('a folder that holds something else is left alone', async () => {
  const directory = await mkdtemp(path.join(root, 'node_modules/.cache/patchbay-extension-'));
  await writeFile(path.join(directory, 'precious.txt'), 'mine');
  await expect(writeExtension(directory, [], [])).rejects.toThrow('holds something else');
  await rm(directory, { recursive: true });
});
