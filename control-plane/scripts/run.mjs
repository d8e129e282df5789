/**
 * Runs a script on this project's own Node.js, after installing what is missing:
 *
 *   node control-plane/scripts/run.mjs [NODE OPTIONS] SCRIPT [ARGUMENTS…]
 *
 * It is what makes `npm start` and `npm test` work on a fresh clone, so it must itself run on Node.js 20
 * without any package. Without a script it only installs.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const minimumMajor = 24;
const ownNode = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Does node_modules hold what the lockfile says? npm writes its own list there last, so half an installation has none. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  // Optional packages of other platforms are rightly absent.
  return Object.entries(wanted).every(([folder, entry]) =>
    folder === '' || !folder.includes('node_modules/') || entry.link || (entry.optional && !present[folder]) || present[folder]?.version === entry.version);
}

function install() {
  const isFirst = !existsSync(path.join(root, 'node_modules'));
  console.error(`${isFirst ? 'Installing' : 'Updating'} packages with npm; this takes a minute or two …`);
  // Scripts are on whatever the user's npm settings say: Node.js and PostgreSQL come by them.
  const parameters = ['ci', '--include=dev', '--include=optional', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const started = Date.now();
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const result = npm && /\.c?js$/.test(npm)
    ? spawnSync(process.execPath, [npm, ...parameters], options)
    : spawnSync('npm', parameters, { ...options, shell: process.platform === 'win32' });
  if (result.error) fail(`npm could not be started (${result.error.message}). Install npm, which comes with Node.js, and try again.`);
  if (result.signal) fail(`The installation was stopped by ${result.signal}. Run the same command again to go on.`);
  if (result.status !== 0) fail(`npm ci failed with exit code ${result.status}; its messages are above. Once that is solved, run the same command again.`);
  console.error(`Packages are installed (${Math.round((Date.now() - started) / 1000)} s).`);
}

function chooseNode() {
  // The binary may be there and not start, as on a Linux without glibc.
  if (existsSync(ownNode) && spawnSync(ownNode, ['--version']).status === 0) return ownNode;
  if (Number(process.versions.node.split('.')[0]) >= minimumMajor) return process.execPath;
  return fail(`Node.js ${minimumMajor} could not be started from node_modules/node. Run "npm ci" and look for its messages, or install Node.js ${minimumMajor} yourself.`);
}

function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Scripts are named from the project's root, wherever the command was given. */
function resolveScript(parameters) {
  const position = parameters.findIndex((parameter) => !parameter.startsWith('-'));
  return parameters.map((parameter, index) => (index === position && existsSync(path.join(root, parameter)) ? path.join(root, parameter) : parameter));
}

function run(parameters) {
  const node = chooseNode();
  const child = spawn(node, resolveScript(parameters), {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(root, 'node_modules/.cache/node'),
    },
  });
  const isInteractive = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    // A terminal sends Ctrl-C to the child as well; once is enough.
    process.on(signal, () => { if (!(isInteractive && signal === 'SIGINT')) child.kill(signal); });
  }
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node.js 20 or newer is needed to begin; this is ${process.version}.`);
if (!isInstalled()) install();
if (process.argv.length > 2) run(process.argv.slice(2));
