/** What the editor offers to choose from. */
import type { ILoadOptionsFunctions, INodeListSearchResult, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import { loadOptions } from '../shared/choices';
import { searchAllConnectors, searchTenants } from '../shared/list-search';
import { accessOf, sendForJson } from '../shared/transport';
import { fetchKind, kindOfConnector, typeOf } from './kinds';
import type { ConfigProperty } from './kinds';

interface Listed {
  next_cursor?: string;
}

const listSearch = {
  searchTenants,
  searchConnectors: searchAllConnectors,

  async searchSubscriptions(this: ILoadOptionsFunctions, filter?: string, cursor?: string): Promise<INodeListSearchResult> {
    const access = await accessOf(this, 'patchbayApi');
    const { value } = await sendForJson<Listed & { subscriptions: { id: string; name: string; url: string }[] }>(access, {
      method: 'GET', path: '/api/subscriptions', query: { limit: 100, ...(cursor && { cursor }) },
    });
    const wanted = (filter ?? '').toLowerCase();
    return {
      results: value.subscriptions.filter(({ name, url }) => `${name} ${url}`.toLowerCase().includes(wanted)).map(({ id, name, url }) => ({ name: `${name} (${url})`, value: id })),
      ...(value.next_cursor !== undefined && { paginationToken: value.next_cursor }),
    };
  },

  async searchEvents(this: ILoadOptionsFunctions, filter?: string, cursor?: string): Promise<INodeListSearchResult> {
    const access = await accessOf(this, 'patchbayApi');
    const { value } = await sendForJson<Listed & { events: { id: string; type: string; timestamp: string; tenant: { slug: string } | null }[] }>(access, {
      method: 'GET', path: '/api/events', query: { limit: 100, ...(cursor && { cursor }) },
    });
    const wanted = (filter ?? '').toLowerCase();
    return {
      results: value.events.map(({ id, type, timestamp, tenant }) => ({ name: `${type}, ${tenant?.slug ?? 'no tenant'}, ${timestamp}`, value: id })).filter(({ name }) => name.includes(wanted)),
      ...(value.next_cursor !== undefined && { paginationToken: value.next_cursor }),
    };
  },
};

const resourceMapping = {
  /** The fields of the chosen kind's config. */
  async configFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
    const access = await accessOf(this, 'patchbayApi');
    const located = (name: string): string => String(this.getCurrentNodeParameter(name, { extractValue: true }) ?? '');
    const isUpdate = this.getCurrentNodeParameter('operation') === 'update';
    const kind = isUpdate ? await kindOfConnector(access, located('connector')) : located('kind');
    if (kind === '' || kind.startsWith('=')) return { fields: [], emptyFieldsNotice: 'Choose a kind first, or map automatically: fields of the item that are called like those of the config.' };
    const { config_schema: schema } = await fetchKind(access, kind);
    const required = new Set(isUpdate ? [] : schema.required);
    const ordered = Object.entries(schema.properties ?? {}).sort(([, a], [, b]) => (a.order ?? Infinity) - (b.order ?? Infinity) || 0);
    const fields = ordered.map(([name, property]) => fieldOf(name, property, required.has(name)));
    return { fields: fields.sort((a, b) => Number(a.removed) - Number(b.removed)) };
  },
};

function fieldOf(id: string, property: ConfigProperty, required: boolean): ResourceMapperField {
  const { title = id, secret, advanced } = property;
  return {
    id, required, display: true, defaultMatch: false, canBeUsedToMatch: false,
    displayName: secret ? `${title} (secret: an expression or $ENV:NAME)` : title,
    removed: !required && (advanced === true || property.default !== undefined),
    ...typeOf(property),
  };
}

export const methods = { listSearch, loadOptions, resourceMapping };
