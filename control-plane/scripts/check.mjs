/**
 * The static checks: node control-plane/scripts/run.mjs control-plane/scripts/check.mjs [generate] [lint] [lockfile] [typecheck]
 * All of them without a name; each prints a line, and its findings when there are any.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');
const typescript = (project) => [
  'node_modules/typescript/bin/tsc', '-p', project, '--noEmit', '--pretty',
  '--incremental', '--tsBuildInfoFile', `node_modules/.cache/typescript/${project.replaceAll('/', '-')}.tsbuildinfo`,
];

/** What Node.js runs for each check, from the project's root. */
const checks = {
  generate: [['control-plane/src/cli/main.ts', 'generate', '--check']],
  lint: [['node_modules/eslint/bin/eslint.js', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '--max-warnings', '0', '.']],
  lockfile: [['control-plane/scripts/complete-lockfile.mjs', '--check']],
  typecheck: [typescript('control-plane'), typescript('control-plane/ui'), typescript('test'), typescript('tsconfig.json'), typescript('test/nodes'), typescript('test/e2e/ui')],
};

/** @returns the names of those that failed */
export async function runChecks(names = Object.keys(checks)) {
  const failed = await Promise.all(names.map(async (name) => {
    const started = Date.now();
    let isGood = true;
    for (const parameters of checks[name]) isGood = (await runNode(parameters)) && isGood;
    console.log(`${isGood ? 'good' : 'FAILED'}: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return isGood ? [] : [name];
  }));
  return failed.flat();
}

/** Its output appears in one piece, since others run beside it. */
async function runNode(parameters) {
  const child = spawn(process.execPath, parameters, {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
  });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) process.stdout.write(Buffer.concat(output));
  return code === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in checks));
  if (unknown) {
    console.error(`There is no check "${unknown}"; there are: ${Object.keys(checks).join(', ')}.`);
    process.exit(2);
  }
  const failed = await runChecks(names.length > 0 ? names : undefined);
  process.exit(failed.length === 0 ? 0 : 1);
}
