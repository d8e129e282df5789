/** `patchbay resolve`: which connector a tenant's category resolves to, and why. */
import { Command } from 'commander';
import { call, printJson, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

interface Resolution { connector: { id: string; name: string; kind: string } | null; explanation: string }

export function resolveCommand(): Command {
  return withApi(new Command('resolve').description('show which connector a tenant’s category resolves to, and why; exit code 1 when to none').argument('<tenant>').argument('<category>'))
    .action(async (tenant: string, category: string, options: ApiOptions) => {
      const resolution = await call<Resolution>(options, 'GET', `/api/tenants/${encodeURIComponent(tenant)}/${encodeURIComponent(category)}`);
      if (!resolution.connector) process.exitCode = 1;
      if (options.json) return printJson(resolution);
      const { connector } = resolution;
      console.log(connector ? `${connector.name} (${connector.kind}, ${connector.id})` : 'none');
      console.log(resolution.explanation);
    });
}
