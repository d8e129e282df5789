/** `patchbay nodes generate`: writes the n8n node pack of a running Patchbay, with all kinds that it knows. */
import path from 'node:path';
import { Command } from 'commander';
import type { CatalogCategory, CatalogKind } from '../codegen/extension.ts';
import { call, printJson, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

export function nodesCommand(): Command {
  const command = new Command('nodes').description('the n8n nodes of a running Patchbay');
  withApi(command.command('generate').description('write a loadable n8n extension with a node and a credential type for each kind that this Patchbay knows')
    .requiredOption('--out <folder>', 'an empty folder, or one that this command wrote before'))
    .action(async (options: ApiOptions & { out: string }) => {
      const { kinds } = await call<{ kinds: CatalogKind[] }>(options, 'GET', '/api/connectors/catalog');
      const { categories } = await call<{ categories: CatalogCategory[] }>(options, 'GET', '/api/categories');
      const { writeExtension } = await import('../codegen/extension.ts');
      const directory = path.resolve(options.out);
      const written = await writeExtension(directory, kinds, categories);
      if (options.json) return printJson({ directory, ...written });
      console.log(`Wrote ${written.nodes.length} nodes and ${written.credentials.length} credential types to ${directory}.`);
      console.log(`Put it where n8n looks for community nodes, and restart n8n:\n  ln -sfn ${directory} ~/.n8n/nodes/node_modules/n8n-nodes-patchbay`);
    });
  return command;
}
