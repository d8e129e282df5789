/** `patchbay tenants`: list and create tenants. */
import { Command } from 'commander';
import { call, pages, printJson, printTable, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

interface Tenant { id: string; slug: string; name: string; parent_id: string | null; inherits_defaults: boolean }

export function tenantsCommand(): Command {
  const command = new Command('tenants').description('list and create tenants');
  withApi(command.command('list', { isDefault: true }).description('list tenants').option('--search <text>', 'only those whose slug or name contains this'))
    .action(async (options: ApiOptions & { search?: string }) => {
      const tenants: Tenant[] = [];
      const query = new URLSearchParams({ limit: '1000', ...(options.search !== undefined && { search: options.search }) });
      for await (const page of pages<{ tenants: Tenant[] }>(options, `/api/tenants?${query}`)) tenants.push(...page.tenants);
      if (options.json) return printJson(tenants);
      const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]));
      printTable(tenants.map(({ slug, name, parent_id }) => ({ slug, name, parent: slugs.get(parent_id ?? '') ?? '' })), 'No tenants yet. Make one: patchbay tenants create acme');
    });
  withApi(command.command('create').description('create a tenant').argument('<slug>').option('--name <name>', 'the slug when absent').option('--parent <tenant>', 'the tenant above it'))
    .action(async (slug: string, options: ApiOptions & { name?: string; parent?: string }) => {
      const made = await call<Tenant>(options, 'POST', '/api/tenants', { slug, name: options.name ?? slug, ...(options.parent !== undefined && { parent: options.parent }) });
      if (options.json) return printJson(made);
      console.log(`Created ${made.slug} (${made.id}).`);
    });
  return command;
}
