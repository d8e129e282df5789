/** `patchbay generate`: writes what is made from the kinds; with `--check`, fails when something drifted. */
import { Command } from 'commander';

export function generateCommand(): Command {
  return new Command('generate')
    .description('write the n8n nodes, credentials and tables that are made from the kinds')
    .option('--check', 'change nothing; exit with 1 and name each file that differs')
    .action(async ({ check = false }: { check?: boolean }) => {
      const { generate } = await import('../codegen/index.ts');
      const { written, removed } = await generate({ check });
      const verbs = check ? { written: 'differs', removed: 'is left over' } : { written: 'written', removed: 'removed' };
      for (const file of written) console.log(`${verbs.written}: ${file}`);
      for (const file of removed) console.log(`${verbs.removed}: ${file}`);
      const changed = written.length + removed.length;
      if (changed === 0) console.log('Everything generated is up to date.');
      if (check && changed > 0) {
        console.error(`${changed} generated file${changed === 1 ? '' : 's'} drifted. Run: npm run generate`);
        process.exitCode = 1;
      }
    });
}
