/** `patchbay keys`: create and list API keys. */
import { Command, Option } from 'commander';
import { call, printJson, printTable, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

interface Key { id: string; name: string; role: string; prefix: string; tenant_id: string | null; last_used_at: string | null }

export function keysCommand(): Command {
  const command = new Command('keys').description('list, create and revoke API keys');
  withApi(command.command('list', { isDefault: true }).description('list keys'))
    .action(async (options: ApiOptions) => {
      const { keys } = await call<{ keys: Key[] }>(options, 'GET', '/api/keys?limit=1000');
      if (options.json) return printJson(keys);
      printTable(keys.map((key) => ({ name: key.name, role: key.role, prefix: `${key.prefix}…`, used: key.last_used_at ?? 'never', id: key.id })), 'No keys.');
    });
  withApi(command.command('create').description('create a key; it is shown this once').argument('<name>')
    .addOption(new Option('--role <role>').choices(['viewer', 'builder', 'admin', 'platform_admin']).default('builder'))
    .option('--tenant <tenant>', 'the tenant that it is for, with all below it; your own when absent'))
    .action(async (name: string, options: ApiOptions & { role: string; tenant?: string }) => {
      const made = await call<Key & { key: string }>(options, 'POST', '/api/keys', { name, role: options.role, ...(options.tenant !== undefined && { tenant: options.tenant }) });
      if (options.json) return printJson(made);
      console.log(made.key);
    });
  withApi(command.command('revoke').description('revoke a key').argument('<id>'))
    .action(async (id: string, options: ApiOptions) => {
      await call(options, 'DELETE', `/api/keys/${id}`);
      if (options.json) return printJson({ revoked: true });
      console.log('Revoked.');
    });
  return command;
}
