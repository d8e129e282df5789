/**
 * Mends postgres.js 3.4.9, the latest, after each installation (github.com/porsager/postgres/issues/1154,
 * 1208): a connection that closes while a small write waits for its turn either ends the whole process, by
 * a TypeError that nobody can catch, or never sends anything again. Remove it once a release does without.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const version = '3.4.9';
const require = createRequire(import.meta.url);
const folder = path.resolve(path.dirname(require.resolve('postgres')), '../..');

const patches = [
  [
    `    const x = socket.write(chunk, fn)
    nextWriteTimer !== null && clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    return x
`,
    `    const bytes = chunk
    nextWriteTimer !== null && clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    if (socket === null) {
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    return socket.write(bytes, fn)
`,
  ],
  [
    `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)
`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)
`,
  ],
];

const { version: installed } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
if (installed !== version) throw new Error(`postgres ${installed} is installed: look whether it needs control-plane/scripts/patch-postgres.mjs, written for ${version}, still.`);
const file = path.join(folder, 'src/connection.js');
let text = readFileSync(file, 'utf8');
for (const [before, after] of patches) {
  if (text.includes(after)) continue;
  if (!text.includes(before)) throw new Error(`${file} is not what it was when its patch was written.`);
  text = text.replace(before, () => after);
}
writeFileSync(file, text);
