/** Who is signed in, and what they may do. */
import { useQuery } from '@tanstack/react-query';
import { api, unwrap } from './client.ts';
import type { Schemas } from './client.ts';
import { queryClient, sessionQuery } from './queries.ts';

export type Session = Schemas['Session'];
export type Permission = Session['permissions'][number];

/** Only below the shell, where somebody is signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  return data?.session ?? { id: '', name: '', role: 'viewer', tenant: null, permissions: [], expires_at: '' };
}

export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

export async function signOut(): Promise<void> {
  await unwrap(api.DELETE('/api/session'));
  // Nothing that was seen stays for whoever comes next.
  queryClient.clear();
  window.location.assign('/sign-in');
}

export const roleNames: Record<Session['role'], string> = { viewer: 'Viewer', builder: 'Builder', admin: 'Admin', platform_admin: 'Platform admin' };
