#!/usr/bin/env node
/**
 * The `patchbay` command. What Node.js makes of the sources is kept from one start to the next, which halves the
 * start's time and spares the memory of doing it again; it lies beside the packages, where nobody else may write.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/patchbay-compiled', import.meta.url)));
// Only what is loaded from here on is kept.
await import('./program.ts');
