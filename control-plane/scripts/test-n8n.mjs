/** `npm run test:n8n`: installs n8n beside its tests where it is not, and runs them. `--install` ends there; further arguments go to jest. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const { ensureInstalled } = await import(path.join(root, 'test/e2e/n8n/n8n.ts'));
await ensureInstalled();
if (process.argv.includes('--install')) process.exit(0);
const child = spawn(process.execPath, [
  '--experimental-vm-modules', path.join(root, 'node_modules/jest/bin/jest.js'), '--config', path.join(root, 'test/e2e/n8n/jest.config.cjs'), '--runInBand', '--forceExit', ...process.argv.slice(2),
], { cwd: root, stdio: 'inherit' });
const [code] = await once(child, 'exit');
process.exit(code ?? 1);
