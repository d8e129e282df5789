/** The pages that one can go to, in the order of the menu. */
import type { Permission } from '../api/session.ts';
import type { IconName } from '../components/Icon.tsx';

interface Destination {
  to: '/' | '/connectors' | '/catalog' | '/defaults' | '/tenants' | '/keys' | '/audit' | '/events' | '/webhooks' | '/deliveries';
  label: string;
  icon: IconName;
  needs?: Permission;
}

/** What the page at a path needs; pages that lie below another need no less. */
export function neededAt(path: string): Permission | undefined {
  if (/^\/catalog\/[^/]+$|^\/connectors\/[^/]+\/edit$/.test(path)) return 'connectors:write';
  return destinations.flatMap(({ items }) => items).find(({ to }) => to !== '/' && (path === to || path.startsWith(`${to}/`)))?.needs;
}

/** What a role may not see is not offered. */
export const destinations: { title: string; items: Destination[] }[] = [
  { title: 'Overview', items: [{ to: '/', label: 'Dashboard', icon: 'dashboard' }] },
  {
    title: 'Integrations',
    items: [
      { to: '/connectors', label: 'Connectors', icon: 'plug' },
      { to: '/catalog', label: 'Catalog', icon: 'grid' },
      { to: '/defaults', label: 'Defaults', icon: 'table' },
    ],
  },
  {
    title: 'Events',
    items: [
      { to: '/events', label: 'Events', icon: 'bolt', needs: 'events:read' },
      { to: '/webhooks', label: 'Webhooks', icon: 'send', needs: 'subscriptions:read' },
      { to: '/deliveries', label: 'Deliveries', icon: 'activity', needs: 'subscriptions:read' },
    ],
  },
  {
    title: 'Administration',
    items: [
      { to: '/tenants', label: 'Tenants', icon: 'tenants' },
      { to: '/keys', label: 'Keys', icon: 'key', needs: 'keys:read' },
      { to: '/audit', label: 'Audit log', icon: 'log', needs: 'audit:read' },
    ],
  },
];
