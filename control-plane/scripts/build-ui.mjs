/**
 * Builds the admin UI when it is missing or out of date: node control-plane/scripts/build-ui.mjs
 * What it was built from is kept as a hash beside it, so that a start with nothing to do costs milliseconds.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const controlPlane = path.resolve(import.meta.dirname, '..');
const ui = path.join(controlPlane, 'ui');
const built = path.join(ui, 'dist');

async function listFiles(folder, wanted) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && wanted(entry.name)).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Wherever npm put it. */
export const vite = path.join(path.dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js');

/** Everything that decides what the build looks like: the sources, the icons, and the packages by the lockfile. */
async function hashSources() {
  const files = [
    ...(await listFiles(path.join(ui, 'src'), () => true)), ...(await listFiles(path.join(ui, 'public'), () => true)),
    ...(await listFiles(path.join(controlPlane, 'src/kinds'), (name) => name.endsWith('.svg'))),
    ...(await listFiles(path.join(controlPlane, 'src/categories'), (name) => name.endsWith('.svg'))),
    ...['index.html', 'vite.config.ts'].map((name) => path.join(ui, name)),
    path.join(controlPlane, 'package.json'),
  ].sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(controlPlane, file)).update('\0').update(await readFile(file)).update('\0');
  return hash.digest('hex');
}

/** Beside each text file, the same as Brotli and gzip: done once here, not for each reader. */
async function compress(folder) {
  const files = await listFiles(folder, (name) => /\.(js|css|svg)$/.test(name));
  for (const file of files) {
    const content = await readFile(file);
    await writeFile(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** @returns whether it had to be built */
export async function buildUi() {
  const wanted = await hashSources();
  const present = await readFile(path.join(built, '.built-from'), 'utf8').catch(() => undefined);
  if (present === wanted) return false;
  console.error('Building the admin UI …');
  const started = Date.now();
  // Apart, and put in place at the end: who is being served meanwhile sees the old one or the new one.
  const fresh = path.join(ui, `.building-${process.pid}`);
  const child = spawn(process.execPath, [vite, 'build', '--config', path.join(ui, 'vite.config.ts'), '--logLevel', 'warn'], {
    cwd: ui, stdio: ['ignore', 2, 2], env: { ...process.env, PATCHBAY_UI_OUT: fresh, NODE_ENV: 'production', NODE_OPTIONS: '' },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new Error('The admin UI could not be built; the messages are above.');
  }
  await compress(path.join(fresh, 'assets'));
  await writeFile(path.join(fresh, '.built-from'), wanted);
  await mkdir(built, { recursive: true });
  await rm(built, { recursive: true, force: true });
  await rename(fresh, built);
  console.error(`The admin UI is built (${((Date.now() - started) / 1000).toFixed(1)} s).`);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildUi();
