/** `kinds/index.ts`: the list of built-in kinds that nobody writes by hand. */
import type { FoundKind } from './load-kinds.ts';
import { camelCase } from './names.ts';
import { header } from './credential.ts';

export function kindsIndexFile(kinds: FoundKind[]): string {
  const names = kinds.map(({ folder }) => ({ folder, name: camelCase(folder) }));
  return `${header}import type { Registry } from './registry.ts';
${names.map(({ folder, name }) => `import ${name} from './${folder}/index.ts';\n`).join('')}
/** Registers each kind that has a folder here. */
export function registerBuiltInKinds(registry: Registry): void {
${names.map(({ name }) => `  registry.register(${name});\n`).join('')}}
`;
}
