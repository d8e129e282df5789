/** `npm start`: the service, with the admin UI built from what is here. */
import path from 'node:path';
import { buildUi } from './build-ui.mjs';

try {
  await buildUi();
} catch (error) {
  // The API does not need it.
  console.error(error.message);
}
process.argv = [process.argv[0], path.resolve(import.meta.dirname, '../src/cli/main.ts'), 'serve', ...process.argv.slice(2)];
await import('../src/cli/main.ts');
