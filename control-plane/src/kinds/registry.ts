/** The kinds that this process knows, by name and alias. Kinds register here, and nowhere else. */
import { PatchbayError } from '../platform/errors.ts';
import type { AnyKind, Category } from './contract.ts';

export interface Registry {
  /** Throws when the name or an alias is taken: two kinds of one name are a mistake at start, never at run time. */
  register(kind: AnyKind): void;
  /** By name or alias; `kind_not_found` when there is none. */
  get(name: string): AnyKind;
  find(name: string): AnyKind | undefined;
  /** All kinds in the order of their category and label. */
  list(): AnyKind[];
}

/** Throws `category_not_found`, with those that there are. */
export function requireCategory(categories: Record<string, Category>, name: string): void {
  if (Object.hasOwn(categories, name)) return;
  throw new PatchbayError('category_not_found', `There is no category "${name}".`, { hint: `There are: ${Object.keys(categories).join(', ')}.` });
}

export function createRegistry(): Registry {
  const byName = new Map<string, AnyKind>();
  const kinds: AnyKind[] = [];
  return {
    register(kind) {
      for (const name of [kind.kind, ...kind.aliases]) {
        if (byName.has(name)) throw new Error(`The kind or alias "${name}" is registered already`);
      }
      for (const name of [kind.kind, ...kind.aliases]) byName.set(name, kind);
      kinds.push(kind);
    },
    find: (name) => byName.get(name),
    get(name) {
      const kind = byName.get(name);
      if (kind) return kind;
      throw new PatchbayError('kind_not_found', `There is no kind "${name}".`, {
        hint: `Choose one of the catalog: ${kinds.map(({ kind: known }) => known).join(', ')}.`,
        fields: [{ path: 'kind', message: 'unknown kind' }],
      });
    },
    list: () =>
      [...kinds].sort((a, b) => a.category.category.localeCompare(b.category.category) || a.label.localeCompare(b.label)),
  };
}
