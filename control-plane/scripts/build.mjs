/** `npm run build`: the node pack, compiled and with its icons, in dist/. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
for (const parameters of [['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], ['node_modules/gulp/bin/gulp.js', 'assets']]) {
  const { status } = spawnSync(process.execPath, parameters, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
