/** What `patchbay kinds` prints. Apart from the command, so that no other has to load the kinds. */
import { readConfig } from '../config.ts';
import { operationsOf } from '../kinds/contract.ts';
import { configFields, inputJsonSchema } from '../kinds/fields.ts';
import { registerBuiltInKinds } from '../kinds/index.ts';
import { loadOutsideKinds } from '../kinds/outside.ts';
import { createRegistry } from '../kinds/registry.ts';
import { printJson, printTable } from './client.ts';

export async function printKinds(name: string | undefined, json: boolean): Promise<void> {
  const registry = createRegistry();
  registerBuiltInKinds(registry);
  await loadOutsideKinds(registry, readConfig(process.env).PATCHBAY_KINDS);
  if (name === undefined) {
    const kinds = registry.list().map((kind) => ({ kind: kind.kind, category: kind.category.category as string, operations: operationsOf(kind).join(' '), label: kind.label }));
    return json ? printJson(kinds) : printTable(kinds, 'No kinds.');
  }
  const kind = registry.get(name);
  if (json) return printJson(inputJsonSchema(kind.config));
  console.log(`${kind.label}: ${kind.description}\n`);
  printTable(configFields(kind.config).map(({ name: field, meta, required }) => ({
    field, required: required ? 'yes' : '', secret: meta.secret ? 'yes' : '', title: meta.title ?? '', help: meta.description ?? '',
  })), 'Nothing to configure.');
}
