/** `patchbay connectors`: list, test and import connectors. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Problem } from '../platform/errors.ts';
import { call, pages, printJson, printTable, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

interface Connector { id: string; slug: string; name: string; kind: string; category: string; tenant_slug: string; health: string; is_default: boolean }

export function connectorsCommand(): Command {
  const command = new Command('connectors').description('list, test and import connectors');
  withApi(command.command('list', { isDefault: true }).description('list connectors').option('--tenant <tenant>').option('--category <category>').option('--kind <kind>').option('--search <text>')
    .option('--health <health>', 'healthy, failing, untested or inactive').option('--below', 'with --tenant: those of the tenants below it too'))
    .action(async (options: ApiOptions & Record<'tenant' | 'category' | 'kind' | 'search' | 'health', string | undefined> & { below?: boolean }) => {
      const query = new URLSearchParams({ limit: '1000' });
      for (const name of ['tenant', 'category', 'kind', 'search', 'health'] as const) if (options[name] !== undefined) query.set(name, options[name]);
      if (options.below) query.set('below', 'true');
      const connectors: Connector[] = [];
      for await (const page of pages<{ connectors: Connector[] }>(options, `/api/connectors?${query}`)) connectors.push(...page.connectors);
      if (options.json) return printJson(connectors);
      printTable(connectors.map((connector) => ({
        tenant: connector.tenant_slug, slug: connector.slug, kind: connector.kind, category: connector.category,
        default: connector.is_default ? 'yes' : '', health: connector.health, id: connector.id,
      })), 'No connectors.');
    });
  withApi(command.command('test').description('test a connector; exit code 1 when it fails').argument('<id>'))
    .action(async (id: string, options: ApiOptions) => {
      const outcome = await call<{ ok: boolean; latency_ms: number; message?: string; error?: Problem }>(options, 'POST', `/api/connectors/${id}/test`, {});
      if (!outcome.ok) process.exitCode = 1;
      if (options.json) return printJson(outcome);
      console.log(outcome.ok ? `OK in ${outcome.latency_ms} ms${outcome.message ? `: ${outcome.message}` : ''}` : `FAILED after ${outcome.latency_ms} ms: ${outcome.error?.detail}\n${outcome.error?.hint ?? ''}`);
    });
  withApi(command.command('import').description('create connectors from a data file: XML records of ir.connector, or JSON').argument('<file>').option('--tenant <tenant>', 'for records that name no organization'))
    .action(async (file: string, options: ApiOptions & { tenant?: string }) => {
      const { connectors } = await call<{ connectors: Connector[] }>(options, 'POST', '/api/connectors/import', {
        source: await readFile(file, 'utf8'), ...(options.tenant !== undefined && { tenant: options.tenant }),
      });
      if (options.json) return printJson(connectors);
      for (const connector of connectors) console.log(`Created ${connector.tenant_slug}/${connector.slug} (${connector.kind}, ${connector.id})${connector.is_default ? ', the default' : ''}.`);
    });
  return command;
}
