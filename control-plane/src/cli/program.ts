/** The subcommands of `patchbay`: one file each. */
import { Command } from 'commander';
import { PatchbayError } from '../platform/errors.ts';
import { ApiError } from './client.ts';
import { connectorsCommand } from './connectors.ts';
import { generateCommand } from './generate.ts';
import { keysCommand } from './keys.ts';
import { kindsCommand } from './kinds.ts';
import { nodesCommand } from './nodes.ts';
import { resolveCommand } from './resolve.ts';
import { runCommand } from './run.ts';
import { serveCommand } from './serve.ts';
import { tenantsCommand } from './tenants.ts';

const program = new Command('patchbay')
  .description('A connector control plane for n8n: one workflow, every tenant’s own backend')
  .addCommand(serveCommand())
  .addCommand(kindsCommand())
  .addCommand(tenantsCommand())
  .addCommand(connectorsCommand())
  .addCommand(resolveCommand())
  .addCommand(runCommand())
  .addCommand(keysCommand())
  .addCommand(nodesCommand())
  .addCommand(generateCommand())
  .showHelpAfterError();

try {
  await program.parseAsync();
} catch (error) {
  const wantsJson = process.argv.includes('--json');
  if (wantsJson && error instanceof ApiError) console.error(JSON.stringify(error.problem));
  else console.error(`${(error as Error).message}${PatchbayError.is(error) && error.hint ? `\n${error.hint}` : ''}`);
  process.exitCode = 1;
}
