/** `patchbay run`: runs an operation on a tenant's default or on a connector, and prints what comes. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { callRaw, withApi } from './client.ts';
import type { ApiOptions } from './client.ts';

export function runCommand(): Command {
  return withApi(new Command('run').description('run an operation: patchbay run acme/email send --input \'{"to":"ada@example.com","text":"Hello"}\'')
    .argument('<backend>', 'TENANT/CATEGORY for the tenant’s default, or a connector’s id')
    .argument('<operation>', 'read, query, send, …')
    .option('--input <json>', 'the operation’s input', '{}'))
    .action(async (backend: string, operation: string, options: ApiOptions & { input: string }) => {
      let input: unknown;
      try {
        input = JSON.parse(options.input);
      } catch {
        throw new Error('--input is not valid JSON.');
      }
      const target = backend.includes('/') ? `/api/tenants/${backend.split('/').map(encodeURIComponent).join('/')}` : `/api/connectors/${encodeURIComponent(backend)}`;
      const response = await callRaw(options, 'POST', `${target}/${encodeURIComponent(operation)}`, input);
      const name = response.headers.get('patchbay-connector-name');
      if (name && process.stderr.isTTY) console.error(`served by ${decodeURIComponent(name)} (${response.headers.get('patchbay-kind')}, ${response.headers.get('patchbay-resolution')})`);
      if (response.body) await pipeline(Readable.fromWeb(response.body as never), process.stdout, { end: false });
      if (response.headers.get('content-type')?.startsWith('application/json')) process.stdout.write('\n');
    });
}
