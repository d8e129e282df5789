/** Lists to choose several from: kinds, categories, connectors. */
import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { accessOf, sendForJson } from './transport';

type Load = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;

async function fetched<T>(functions: ILoadOptionsFunctions, path: string): Promise<T> {
  return (await sendForJson<T>(await accessOf(functions, 'patchbayApi'), { method: 'GET', path })).value;
}

interface Connector {
  id: string;
  name: string;
  kind: string;
  tenant_slug: string;
}

/** More would be no list to choose from; those are given by an expression. */
const most = 10_000;

export const loadOptions = {
  async getCategories() {
    const { categories } = await fetched<{ categories: { category: string; label: string }[] }>(this, '/api/categories');
    return categories.map(({ category, label }) => ({ name: label, value: category }));
  },
  async getKinds() {
    const { kinds } = await fetched<{ kinds: { kind: string; label: string }[] }>(this, '/api/connectors/catalog');
    return kinds.map(({ kind, label }) => ({ name: label, value: kind })).sort((a, b) => a.name.localeCompare(b.name));
  },
  async getConnectors() {
    const found: INodePropertyOptions[] = [];
    let cursor: string | undefined;
    do {
      const page: { connectors: Connector[]; next_cursor?: string } = await fetched(this, `/api/connectors?limit=1000${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...page.connectors.map(({ id, name, kind, tenant_slug: tenant }) => ({ name: `${name} (${kind}, ${tenant})`, value: id })));
      cursor = page.next_cursor;
    } while (cursor !== undefined && found.length < most);
    if (cursor !== undefined) found.unshift({ name: `(There are more than these ${found.length}: Give Others by an Expression With Their IDs)`, value: '' });
    return found;
  },
} satisfies Record<string, Load>;
