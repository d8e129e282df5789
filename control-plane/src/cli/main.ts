#!/usr/bin/env node
/** The `patchbay` command: one file per subcommand. */
import { Command } from 'commander';
import { generateCommand } from './generate.ts';
import { serveCommand } from './serve.ts';

await new Command('patchbay')
  .description('A connector control plane for n8n: one workflow, every tenant’s own backend')
  .addCommand(serveCommand())
  .addCommand(generateCommand())
  .showHelpAfterError()
  .parseAsync();
