/** What the editor offers to choose from: tenants, connectors and the models of a backend. */
import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { backendOf } from './backend';
import type { Choice } from './backend';
import { failure } from './problem';
import { accessOf, sendForJson } from './transport';
import type { NodeTarget } from './types';

type Search = (this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) => Promise<INodeListSearchResult>;

const pageSize = 100;

interface Page {
  next_cursor?: string;
}

interface Tenant {
  slug: string;
  name: string;
}

interface Connector {
  id: string;
  name: string;
  kind: string;
  tenant_slug: string;
  active: boolean;
}

interface Model {
  name: string;
  label?: string;
  type: string;
}

function pageQuery(filter?: string, cursor?: string): IDataObject {
  return { limit: pageSize, ...(filter && { search: filter }), ...(cursor && { cursor }) };
}

const paged = ({ next_cursor: cursor }: Page): { paginationToken?: string } => (cursor === undefined ? {} : { paginationToken: cursor });

export async function searchTenants(this: ILoadOptionsFunctions, filter?: string, cursor?: string): Promise<INodeListSearchResult> {
  const access = await accessOf(this, 'patchbayApi');
  const { value } = await sendForJson<Page & { tenants: Tenant[] }>(access, { method: 'GET', path: '/api/tenants', query: pageQuery(filter, cursor) });
  return { results: value.tenants.map(({ slug, name }) => ({ name: name === slug ? name : `${name} (${slug})`, value: slug })), ...paged(value) };
}

/** @param only what else the list is narrowed down to */
export async function searchConnectorsOf(functions: ILoadOptionsFunctions, only: IDataObject, filter?: string, cursor?: string): Promise<INodeListSearchResult> {
  const access = await accessOf(functions, 'patchbayApi');
  const { value } = await sendForJson<Page & { connectors: Connector[] }>(access, { method: 'GET', path: '/api/connectors', query: { ...pageQuery(filter, cursor), ...only } });
  return {
    results: value.connectors.map(({ id, name, kind, tenant_slug: tenant }) => ({ name: `${name} (${only.kind === undefined ? `${kind}, ` : ''}${tenant})`, value: id })),
    ...paged(value),
  };
}

export function listSearch(target: NodeTarget): Record<'searchTenants' | 'searchConnectors' | 'searchModels', Search> {
  return {
    searchTenants,

    async searchConnectors(filter, cursor) {
      return await searchConnectorsOf(this, { active: true, category: target.category, ...(target.kind !== undefined && { kind: target.kind }) }, filter, cursor);
    },

    async searchModels(filter, cursor) {
      const { access, path, query, extra } = await backendOf(this, target, editorChoice(this));
      const { value } = await sendForJson<Page & { models: Model[] }>(access, {
        method: 'POST', path: path('discover'), query, body: { ...pageQuery(filter, cursor), ...extra }, repeatable: true,
      });
      return {
        results: value.models.map(({ name, label, type }) => ({ name: label ?? name, value: name, description: type })),
        ...paged(value),
      };
    },
  };
}

/** The editor hands over the parameters with their expressions resolved, where it could. */
export function editorChoice(functions: ILoadOptionsFunctions): Choice {
  const located = (name: string): string => {
    const value = functions.getCurrentNodeParameter(name, { extractValue: true });
    const text = typeof value === 'string' ? value.trim() : '';
    if (!text.startsWith('=')) return text;
    throw failure(functions.getNode(), 'expression_unresolved', `The expression under ${name === 'tenant' ? 'Tenant' : 'Connector'} has no value yet.`,
      'Run the nodes before this one, or enter the model by its name.');
  };
  const backend = (functions.getCurrentNodeParameter('backend') as string | undefined) ?? 'tenantDefault';
  return {
    backend,
    tenant: backend === 'tenantDefault' ? located('tenant') : '',
    connector: backend === 'connector' ? located('connector') : '',
  };
}
