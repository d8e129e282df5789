/** `npm run scan`: builds and packs the node pack, and lets n8n's own scanner look at the tarball. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'test/scan');
const run = (program, args, cwd = root) => {
  const { status, stdout } = spawnSync(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (status !== 0) {
    console.error(stdout);
    process.exit(status ?? 1);
  }
  return stdout.trim();
};

if (!existsSync(path.join(folder, 'node_modules'))) run('npm', ['ci', '--ignore-scripts'], folder);
run(process.execPath, [path.join(root, 'control-plane/scripts/build.mjs')]);
const place = mkdtempSync(path.join(os.tmpdir(), 'patchbay-pack-'));
try {
  const tarball = run('npm', ['pack', '--silent', '--pack-destination', place]);
  run('tar', ['-xzf', path.join(place, tarball), '-C', place]);
  console.log(run(process.execPath, [path.join(folder, 'scan.mjs'), path.join(place, 'package')]));
} finally {
  rmSync(place, { recursive: true, force: true });
}
