import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { refresh } from '../api/queries.ts';
import { toast } from '../components/Toasts.tsx';

export interface SettingDefault {
  /** The id of the connector that is being made the default, or `none`. */
  busy: string | undefined;
  problem: Problem | undefined;
  /** Null leaves the tenant without a default of its own. */
  apply(connector: { id: string; name: string } | null): Promise<void>;
}

export function useSettingDefault(tenant: string, category: string): SettingDefault {
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const path = { params: { path: { tenant, category } } };
  const set = (connector: string) => unwrap(api.PUT('/api/tenants/{tenant}/{category}/default', { ...path, body: { connector } }));
  return {
    busy, problem,
    async apply(connector) {
      setBusy(connector?.id ?? 'none');
      setProblem(undefined);
      try {
        const { replaced } = await (connector ? set(connector.id) : unwrap(api.DELETE('/api/tenants/{tenant}/{category}/default', path)));
        await refresh('defaults', 'connectors', 'audit');
        toast(connector ? `${tenant} uses “${connector.name}” now` : `${tenant} has no default ${category.replaceAll('_', ' ')} of its own now`, replaced ? {
          description: `It was “${replaced.name}”.`, undo: () => set(replaced.id).then(() => refresh('defaults', 'connectors')),
        } : {});
      } catch (error) {
        setProblem(problemOf(error));
      } finally {
        setBusy(undefined);
      }
    },
  };
}
