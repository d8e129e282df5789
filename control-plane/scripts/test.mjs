/**
 * `npm test`: the static checks and all tests. `npm test -- ARGUMENTS` hands them to jest and leaves the
 * checks out. The last line is `N passed, N failed, N skipped`; a failed check counts as a failed test.
 *
 * Many tests start servers of their own. A file that failed beside others on a busy machine is run once
 * more, alone, and named: what fails then has failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runChecks } from './check.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const parameters = process.argv.slice(2);

/** @returns jest's exit code, and what each file came to; undefined when it broke down before it knew */
async function runJest(parameters) {
  const folder = await mkdtemp(path.join(tmpdir(), 'patchbay-results-'));
  const file = path.join(folder, 'counts.json');
  const child = spawn(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), ...parameters], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
      PATCHBAY_COUNTS_FILE: file,
      // Where .ci/run has installed everything, a peer that is missing is a mistake.
      ...(isOn(process.env.CI) && { PATCHBAY_REQUIRE_PEERS: process.env.PATCHBAY_REQUIRE_PEERS ?? '1' }),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  const files = await readFile(file, 'utf8').then(JSON.parse).catch(() => undefined);
  await rm(folder, { recursive: true });
  return { code, files };
}

function isOn(value) {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

const failedChecks = parameters.length === 0 ? await runChecks() : [];
let { code, files } = await runJest(parameters);
const again = Object.entries(files ?? {}).filter(([, { failed }]) => failed > 0).map(([file]) => file);
if (again.length > 0 && again.length <= 8) {
  console.log(`\nOnce more, alone: ${again.map((file) => path.relative(root, file)).join(', ')}\n`);
  const second = await runJest(['--runInBand', '--runTestsByPath', ...again]);
  code = second.code;
  files = { ...files, ...second.files };
}
const sum = (figure) => Object.values(files ?? {}).reduce((total, counts) => total + counts[figure], 0);
if (failedChecks.length > 0) console.log(`\nFailed before the tests: ${failedChecks.join(', ')}; see the top.`);
const failed = sum('failed') + failedChecks.length + (files ? 0 : 1);
console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`);
process.exitCode = code === 0 && failed === 0 ? 0 : 1;
