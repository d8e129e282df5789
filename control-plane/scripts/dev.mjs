/** `npm run dev`: the service, started again when its sources change, and Vite for the admin UI, which reloads by itself. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { vite } from './build-ui.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const port = process.env.PATCHBAY_PORT ?? '7400';
const start = (parameters, environment = {}) => spawn(process.execPath, parameters, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });

const children = [
  start(['--watch', '--watch-preserve-output', 'control-plane/src/cli/main.ts', 'serve'], { PATCHBAY_PORT: port }),
  start([vite, '--config', 'control-plane/ui/vite.config.ts', '--clearScreen', 'false'], { PATCHBAY_DEV_SERVICE: `http://127.0.0.1:${port}` }),
];
const stop = (signal) => children.forEach((child) => child.kill(signal));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
for (const child of children) {
  child.on('exit', (code) => {
    process.exitCode ??= code ?? 0;
    stop('SIGTERM');
  });
}
