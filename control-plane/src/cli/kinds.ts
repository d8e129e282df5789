/** `patchbay kinds`: the catalog, or one kind's config schema. Needs no running service. */
import { Command } from 'commander';

export function kindsCommand(): Command {
  return new Command('kinds')
    .description('list the kinds of connector, or show what one of them is configured with')
    .argument('[kind]', 'a kind or an alias')
    .option('--json', 'print JSON (of one kind: the JSON Schema of its config)')
    .action(async (name: string | undefined, { json = false }: { json?: boolean }) => {
      const { printKinds } = await import('./print-kinds.ts');
      await printKinds(name, json);
    });
}
