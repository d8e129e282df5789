/** Finds the built-in kinds: a folder of `kinds/` whose `index.ts` has a kind as its default export. */
import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { operationsOf } from '../kinds/contract.ts';
import type { AnyKind } from '../kinds/contract.ts';

export interface FoundKind {
  /** The folder's own name, which is the kind's. */
  folder: string;
  kind: AnyKind;
}

/** Throws when a folder and its kind differ in name: the name is what a reader looks for. */
export async function loadKinds(kindsFolder: string): Promise<FoundKind[]> {
  const entries = await readdir(kindsFolder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  const found: FoundKind[] = [];
  for (const folder of folders) {
    const file = path.join(kindsFolder, folder, 'index.ts');
    if (!existsSync(file)) continue;
    const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
    if (!isKind(module.default)) continue;
    if (module.default.kind !== folder) {
      throw new Error(`kinds/${folder}/index.ts defines the kind "${module.default.kind}": name the folder like the kind.`);
    }
    found.push({ folder, kind: module.default });
  }
  return found;
}

function isKind(value: unknown): value is AnyKind {
  return typeof value === 'object' && value !== null && 'kind' in value && 'category' in value && 'open' in value;
}

/** The operations of a kind that a node offers: `test` belongs to its credential. */
export function nodeOperationsOf(kind: AnyKind): string[] {
  return operationsOf(kind).filter((name) => name !== 'test');
}
