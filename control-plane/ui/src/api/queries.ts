/** What the pages ask for, each question in one place, and what has to be asked again after a change. */
import { infiniteQueryOptions, keepPreviousData, queryOptions, QueryCache, QueryClient } from '@tanstack/react-query';
import { api, ProblemError, unwrap } from './client.ts';
import type { Connector } from './client.ts';
import type { Schemas } from './client.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the caller did wrong is wrong the second time too.
      retry: (count, error) => count < 2 && !(error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
  queryCache: new QueryCache({
    onError(error) {
      if (error instanceof ProblemError && error.problem.status === 401) void queryClient.invalidateQueries({ queryKey: ['session'] });
    },
  }),
});

/** Whatever changed, every list and page that may show it asks again. */
export const refresh = (...subjects: string[]): Promise<unknown> => Promise.all(subjects.map((subject) => queryClient.invalidateQueries({ queryKey: [subject] })));

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: () => unwrap(api.GET('/api/session')), staleTime: 60_000 });

export const catalogQuery = queryOptions({ queryKey: ['catalog'], queryFn: () => unwrap(api.GET('/api/connectors/catalog')), staleTime: 300_000 });
export const categoriesQuery = queryOptions({ queryKey: ['categories'], queryFn: () => unwrap(api.GET('/api/categories')), staleTime: 300_000 });

export const tenantsQuery = (search: string, limit = 50) => queryOptions({
  queryKey: ['tenants', 'search', search, limit],
  queryFn: () => unwrap(api.GET('/api/tenants', { params: { query: { limit, ...(search && { search }) } } })),
  placeholderData: keepPreviousData,
});

export const tenantPagesQuery = (search: string) => infiniteQueryOptions({
  queryKey: ['tenants', 'pages', search], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/tenants', { params: { query: { limit: 200, ...(search && { search }), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
});

export const tenantQuery = (tenant: string) => queryOptions({ queryKey: ['tenants', 'one', tenant], queryFn: () => unwrap(api.GET('/api/tenants/{tenant}', { params: { path: { tenant } } })) });

export interface ConnectorFilter {
  tenant?: string;
  category?: string;
  kind?: string;
  health?: Connector['health'];
  /** Those of the tenants below the tenant too. */
  below?: 'true';
  search?: string;
}

const given = <T extends object>(filter: T): Partial<T> => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== '')) as Partial<T>;

export const connectorPagesQuery = (filter: ConnectorFilter, limit = 500) => infiniteQueryOptions({
  queryKey: ['connectors', 'pages', filter, limit], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/connectors', { params: { query: { limit, ...given(filter), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
});

export const connectorsQuery = (filter: ConnectorFilter, limit = 100) => queryOptions({
  queryKey: ['connectors', 'list', filter, limit],
  queryFn: () => unwrap(api.GET('/api/connectors', { params: { query: { limit, ...given(filter) } } })),
  placeholderData: keepPreviousData,
});

export const connectorQuery = (id: string) => queryOptions({ queryKey: ['connectors', 'one', id], queryFn: () => unwrap(api.GET('/api/connectors/{id}', { params: { path: { id } } })) });

export const checksQuery = (id: string) => infiniteQueryOptions({
  queryKey: ['connectors', 'checks', id], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/connectors/{id}/checks', { params: { path: { id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor,
});

export const modelsQuery = (id: string, search: string) => queryOptions({
  queryKey: ['connectors', 'models', id, search], staleTime: 60_000, retry: false,
  queryFn: ({ signal }) => unwrap(api.GET('/api/connectors/{id}/models', { params: { path: { id }, query: { limit: 200, ...(search && { search }) } }, signal })),
});

export const modelQuery = (id: string, model: string) => queryOptions({
  queryKey: ['connectors', 'model', id, model], staleTime: 60_000, retry: false,
  queryFn: ({ signal }) => unwrap(api.GET('/api/connectors/{id}/models', { params: { path: { id }, query: { model } }, signal })),
});

export const webhookQuery = (id: string) => queryOptions({
  queryKey: ['connectors', 'webhook', id], queryFn: () => unwrap(api.GET('/api/connectors/{id}/webhook', { params: { path: { id } } })),
});

export interface AuditFilter {
  tenant?: string | undefined;
  resource?: string;
  action?: string | undefined;
  actor?: string | undefined;
  /** Not longer ago than so many hours, whenever it is asked. */
  hours?: number | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

export const auditQuery = ({ hours, ...filter }: AuditFilter) => infiniteQueryOptions({
  queryKey: ['audit', filter, hours], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/audit', { params: { query: {
    limit: 100, ...given(filter), ...(hours !== undefined && { since: new Date(Date.now() - hours * 3_600_000).toISOString() }), ...(pageParam && { cursor: pageParam }),
  } } })),
  getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
});

export const keysQuery = (tenant: string | undefined) => infiniteQueryOptions({
  queryKey: ['keys', tenant], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/keys', { params: { query: { limit: 200, ...(tenant !== undefined && { tenant }), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor,
});

export const matrixQuery = (tenant: string | undefined, search: string) => infiniteQueryOptions({
  queryKey: ['defaults', 'matrix', tenant, search], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/defaults/matrix', { params: { query: { limit: 100, ...given({ tenant, search }), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
});

export const resolutionQuery = (tenant: string, category: string) => queryOptions({
  queryKey: ['defaults', 'resolution', tenant, category],
  queryFn: () => unwrap(api.GET('/api/tenants/{tenant}/{category}', { params: { path: { tenant, category } } })),
});

export const fallbacksQuery = (tenant: string, category: string) => queryOptions({
  queryKey: ['defaults', 'fallbacks', tenant, category],
  queryFn: () => unwrap(api.GET('/api/tenants/{tenant}/{category}/fallbacks', { params: { path: { tenant, category } } })),
});

export type StatisticsWindow = '1h' | '24h' | '7d';

export const statisticsQuery = (window: StatisticsWindow, filter: { tenant?: string; connector?: string }) => queryOptions({
  queryKey: ['statistics', window, filter],
  queryFn: () => unwrap(api.GET('/api/statistics', { params: { query: { window, ...given(filter) } } })),
  placeholderData: keepPreviousData, refetchInterval: 15_000,
});

export const eventTypesQuery = queryOptions({ queryKey: ['events', 'types'], queryFn: () => unwrap(api.GET('/api/events/types')), staleTime: 300_000 });

export const eventsQuery = (filter: { tenant?: string; type?: string; connector?: string }) => infiniteQueryOptions({
  queryKey: ['events', 'pages', filter], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/events', { params: { query: { limit: 50, ...given(filter), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
});

export const eventQuery = (id: string) => queryOptions({ queryKey: ['events', 'one', id], queryFn: () => unwrap(api.GET('/api/events/{id}', { params: { path: { id } } })) });

export const subscriptionsQuery = (tenant: string | undefined) => infiniteQueryOptions({
  queryKey: ['subscriptions', tenant], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/subscriptions', { params: { query: { limit: 100, ...given({ tenant }), ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor,
});

export const subscriptionQuery = (id: string) => queryOptions({ queryKey: ['subscriptions', 'one', id], queryFn: () => unwrap(api.GET('/api/subscriptions/{id}', { params: { path: { id } } })) });

export const deliveriesQuery = (filter: { tenant?: string; subscription?: string; event?: string; status?: string }) => infiniteQueryOptions({
  queryKey: ['deliveries', filter], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/deliveries', { params: { query: { limit: 50, ...given(filter) as { status?: 'pending' }, ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor, refetchInterval: 10_000,
});

/** @param known as it stands in a list */
export const deliveryQuery = (id: string, known: Schemas['Delivery'] | undefined) => queryOptions({
  queryKey: ['deliveries', 'one', id], queryFn: () => unwrap(api.GET('/api/deliveries/{id}', { params: { path: { id } } })),
  placeholderData: known, refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 5000 : false),
});

export const usageQuery = (id: string) => infiniteQueryOptions({
  queryKey: ['defaults', 'usage', id], initialPageParam: '',
  queryFn: ({ pageParam }) => unwrap(api.GET('/api/connectors/{id}/usage', { params: { path: { id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } } })),
  getNextPageParam: (last) => last.next_cursor,
});

export const recentOperationsQuery = (id: string) => queryOptions({
  queryKey: ['statistics', 'recent', id], queryFn: () => unwrap(api.GET('/api/connectors/{id}/recent_operations', { params: { path: { id } } })), refetchInterval: 5_000,
});

/** Null for a connector that needs no account. */
export const connectionQuery = (id: string) => queryOptions({
  queryKey: ['connectors', 'connection', id], retry: false,
  queryFn: () => unwrap(api.GET('/api/connectors/{id}/connection', { params: { path: { id } } })).catch((error: unknown) => {
    if (error instanceof ProblemError && error.problem.status < 500) return null;
    throw error;
  }),
});
