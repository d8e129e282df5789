/** What the editor offers to choose one of. */
import type { IDataObject, ILoadOptionsFunctions, INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';
import { searchConnectorsOf, searchTenants } from '../shared/list-search';
import { accessOf, sendForJson } from '../shared/transport';

type Search = (this: ILoadOptionsFunctions, filter?: string, cursor?: string) => Promise<INodeListSearchResult>;

const pageSize = 100;
/** How many pages are looked through before the editor is given what there is, and asks for more when somebody scrolls. */
const pagesAtOnce = 10;

/** A list that the control plane does not search: page after page, until some entries have all words of the filter. */
function searchOf<T>(path: string, member: string, itemOf: (entry: T) => INodeListSearchItems): Search {
  return async function (filter = '', cursor) {
    const access = await accessOf(this, 'patchbayApi');
    const words = filter.toLowerCase().split(/[\s,]+/).filter((word) => word !== '');
    const results: INodeListSearchItems[] = [];
    let next = cursor;
    for (let page = 1; page <= pagesAtOnce; page += 1) {
      const query: IDataObject = { limit: pageSize, ...(next !== undefined && next !== '' && { cursor: next }) };
      const { value } = await sendForJson<Record<string, T[]> & { next_cursor?: string }>(access, { method: 'GET', path, query });
      const items = (value[member] ?? []).map(itemOf);
      results.push(...items.filter(({ name, value }) => value === filter.trim() || words.every((word) => name.toLowerCase().includes(word))));
      next = value.next_cursor;
      if (next === undefined || results.length >= pageSize / 2) break;
    }
    return { results, ...(next !== undefined && { paginationToken: next }) };
  };
}

/** A parameter of the node, as far as it has a value yet: not while it is an expression that none could be found for. */
function chosen(functions: ILoadOptionsFunctions, name: string): string {
  const value = functions.getCurrentNodeParameter(name, { extractValue: true });
  const text = typeof value === 'string' ? value.trim() : '';
  return text.startsWith('=') ? '' : text;
}

export const listSearch = {
  searchTenants,

  /** A tenant's default can only be one of its own, of that category. */
  async searchConnectors(filter, cursor) {
    if (chosen(this, 'resource') !== 'default') return await searchConnectorsOf(this, {}, filter, cursor);
    const tenant = chosen(this, 'tenant') || String((await this.getCredentials('patchbayApi')).defaultTenant ?? '').trim();
    const category = chosen(this, 'category');
    return await searchConnectorsOf(this, { ...(tenant !== '' && { tenant }), ...(category !== '' && { category }) }, filter, cursor);
  },

  searchSubscriptions: searchOf<{ id: string; name: string; url: string }>('/api/subscriptions', 'subscriptions',
    ({ id, name, url }) => ({ name: `${name} (${url})`, value: id })),

  searchEvents: searchOf<{ id: string; type: string; timestamp: string; tenant: { slug: string } | null }>('/api/events', 'events',
    ({ id, type, timestamp, tenant }) => ({ name: `${type}, ${tenant?.slug ?? 'no tenant'}, ${timestamp}`, value: id })),

  searchDeliveries: searchOf<{ id: string; event_type: string; status: string; created_at: string }>('/api/deliveries', 'deliveries',
    ({ id, event_type: type, status, created_at: created }) => ({ name: `${type}, ${status}, ${created}`, value: id })),
} satisfies Record<string, Search>;
