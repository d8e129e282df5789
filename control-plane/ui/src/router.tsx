/** Every address of the UI. Pages are loaded when they are gone to; what they show is in the address. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, retainSearchParams } from '@tanstack/react-router';
import { Failed, NotFound } from './layout/Failed.tsx';
import { Shell } from './layout/Shell.tsx';
import { queryClient, sessionQuery } from './api/queries.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
/** Those of the named parameters that are there. */
const pick = <K extends string>(search: Record<string, unknown>, ...names: K[]): { [P in K]?: string } =>
  Object.fromEntries(names.map((name) => [name, text(search[name])]).filter(([, value]) => value !== undefined)) as { [P in K]?: string };

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Failed });

const signIn = createRoute({
  getParentRoute: () => root, path: '/sign-in',
  validateSearch: (search: Record<string, unknown>) => pick(search, 'return_to', 'problem'),
  component: lazyRouteComponent(() => import('./pages/SignIn.tsx'), 'SignIn'),
});

const shell = createRoute({
  getParentRoute: () => root, id: 'shell', component: Shell, errorComponent: Failed,
  // The chosen tenant goes along wherever one goes.
  validateSearch: (search: Record<string, unknown>) => pick(search, 'tenant'),
  search: { middlewares: [retainSearchParams(['tenant'])] },
  async beforeLoad({ location }) {
    const { session } = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { return_to: location.href } });
  },
});

const dashboard = createRoute({
  getParentRoute: () => shell, path: '/', validateSearch: (search: Record<string, unknown>) => pick(search, 'window'),
  component: lazyRouteComponent(() => import('./pages/Dashboard.tsx'), 'Dashboard'),
});
const connectors = createRoute({
  getParentRoute: () => shell, path: '/connectors', validateSearch: (search: Record<string, unknown>) => pick(search, 'category', 'kind', 'health', 'search'),
  component: lazyRouteComponent(() => import('./pages/Connectors.tsx'), 'Connectors'),
});
const connector = createRoute({
  getParentRoute: () => shell, path: '/connectors/$id', validateSearch: (search: Record<string, unknown>) => pick(search, 'tab', 'model'),
  component: lazyRouteComponent(() => import('./pages/ConnectorPage.tsx'), 'ConnectorPage'),
});
const editConnector = createRoute({
  getParentRoute: () => shell, path: '/connectors/$id/edit', component: lazyRouteComponent(() => import('./pages/EditConnector.tsx'), 'EditConnector'),
});
const catalog = createRoute({
  getParentRoute: () => shell, path: '/catalog', validateSearch: (search: Record<string, unknown>) => pick(search, 'category', 'search'),
  component: lazyRouteComponent(() => import('./pages/Catalog.tsx'), 'Catalog'),
});
const newConnector = createRoute({
  getParentRoute: () => shell, path: '/catalog/$kind', component: lazyRouteComponent(() => import('./pages/NewConnector.tsx'), 'NewConnector'),
});
const defaults = createRoute({
  getParentRoute: () => shell, path: '/defaults', validateSearch: (search: Record<string, unknown>) => pick(search, 'search', 'of', 'category'),
  component: lazyRouteComponent(() => import('./pages/Defaults.tsx'), 'Defaults'),
});
const tenants = createRoute({
  getParentRoute: () => shell, path: '/tenants', validateSearch: (search: Record<string, unknown>) => pick(search, 'search'),
  component: lazyRouteComponent(() => import('./pages/Tenants.tsx'), 'Tenants'),
});
const keys = createRoute({ getParentRoute: () => shell, path: '/keys', component: lazyRouteComponent(() => import('./pages/Keys.tsx'), 'Keys') });
const audit = createRoute({
  getParentRoute: () => shell, path: '/audit', validateSearch: (search: Record<string, unknown>) => pick(search, 'what', 'who', 'when', 'from', 'to'),
  component: lazyRouteComponent(() => import('./pages/Audit.tsx'), 'Audit'),
});
const events = createRoute({
  getParentRoute: () => shell, path: '/events', validateSearch: (search: Record<string, unknown>) => pick(search, 'type', 'event', 'connector'),
  component: lazyRouteComponent(() => import('./pages/Events.tsx'), 'Events'),
});
const webhooks = createRoute({
  getParentRoute: () => shell, path: '/webhooks', validateSearch: (search: Record<string, unknown>) => pick(search, 'webhook'),
  component: lazyRouteComponent(() => import('./pages/Webhooks.tsx'), 'Webhooks'),
});
const deliveries = createRoute({
  getParentRoute: () => shell, path: '/deliveries', validateSearch: (search: Record<string, unknown>) => pick(search, 'subscription', 'event', 'status', 'delivery'),
  component: lazyRouteComponent(() => import('./pages/Deliveries.tsx'), 'Deliveries'),
});

// Below the shell, so that one finds the way from there.
const anythingElse = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const routeTree = root.addChildren([
  signIn,
  shell.addChildren([dashboard, connectors, connector, editConnector, catalog, newConnector, defaults, tenants, keys, audit, events, webhooks, deliveries, anythingElse]),
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true, defaultPendingMs: 300 });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
