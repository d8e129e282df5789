/**
 * Copies of remote bytes on disk, for programs that read files. A copy is named by what it is a copy of,
 * so it never has to be checked again; the longest unused go first when the limit is reached, and none
 * while it is used. Each scope (a tenant) has a folder of its own: nothing is shared between scopes.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PatchbayError } from '../errors.ts';
import { createDownloads } from './downloads.ts';
import { writeWithin } from './write.ts';

export interface CachedFile {
  path: string;
  /** In bytes. */
  size: number;
  /** It may be removed from now on. Can be called twice. */
  release(): void;
}

export interface Wanted {
  /** What it is a copy of, with everything that a change of its content changes. */
  key: readonly string[];
  /** Of the file's name, with its dot, for programs that go by it. */
  ending: string;
  /** Of the folders right above the file, likewise: `year=2026/month=1`. */
  folder?: string;
  /** In bytes, when known. */
  size?: number;
  /** Called when there is no copy. The signal is aborted when nobody waits any more. */
  fetch(signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export interface FileCache {
  /** Everything that it holds is below this folder. */
  directory: string;
  /** Throws `invalid_request` when the files in use leave no room for it. Those who want the same at once share one download. */
  acquire(wanted: Wanted, signal: AbortSignal): Promise<CachedFile>;
  /** A new folder for what is written meanwhile; whoever asked removes it. */
  scratch(): Promise<string>;
}

export interface FileCaches {
  /** @param scope letters, digits, hyphens and underscores */
  of(scope: string): FileCache;
}

interface Entry {
  size: number;
  /** How many use it now. */
  users: number;
}

const partial = '.part';
/** In milliseconds: what is unfinished for so long, nobody finishes any more. */
const abandonedAfter = 24 * 3_600_000;
const scratchPrefix = 'scratch-';

/** @param limit in bytes, of all scopes together. One process alone may use the directory. */
export function createFileCaches({ directory, limit }: { directory: string; limit: number }): FileCaches {
  /** The longest unused first. */
  const entries = new Map<string, Entry>();
  const downloads = createDownloads<number>();
  let total = 0;
  let scanned: Promise<void> | undefined;

  /** Takes over what an earlier process left, and removes what was never finished. */
  const scan = async (): Promise<void> => {
    const found: { file: string; size: number; used: number }[] = [];
    for (const scope of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      if (!scope.isDirectory()) continue;
      for (const { name } of await readdir(path.join(directory, scope.name), { withFileTypes: true })) {
        const place = path.join(directory, scope.name, name);
        const facts = await stat(place).catch(() => undefined);
        if (!facts) continue;
        if (name.endsWith(partial) || name.startsWith(scratchPrefix)) {
          // What is younger may be another process's, which was given the same directory.
          if (facts.mtimeMs < Date.now() - abandonedAfter) await rm(place, { recursive: true, force: true });
          continue;
        }
        for (const file of facts.isDirectory() ? await filesBelow(place) : [place]) {
          const { size, mtimeMs } = file === place ? facts : await stat(file);
          found.push({ file, size, used: mtimeMs });
        }
      }
    }
    for (const { file, size } of found.sort((a, b) => a.used - b.used)) {
      entries.set(file, { size, users: 0 });
      total += size;
    }
  };

  /** Throws when all that is left is in use. */
  const makeRoom = async (bytes: number): Promise<void> => {
    for (const [file, entry] of entries) {
      if (total + bytes <= limit) return;
      if (entry.users > 0) continue;
      entries.delete(file);
      total -= entry.size;
      await rm(topOf(file), { recursive: true, force: true });
    }
    if (total + bytes > limit) throw full(limit);
  };

  const download = async (file: string, { size, fetch }: Wanted, signal: AbortSignal): Promise<number> => {
    let reserved = 0;
    const reserve = async (bytes: number) => {
      if (bytes <= reserved) return;
      const more = bytes - reserved;
      await makeRoom(more);
      reserved += more;
      total += more;
    };
    const temporary = `${topOf(file)}.${randomUUID()}${partial}`;
    try {
      await reserve(size ?? 0);
      await mkdir(path.dirname(temporary), { recursive: true });
      const written = await writeWithin(temporary, fetch(signal), reserve, signal);
      await mkdir(path.dirname(file), { recursive: true });
      await rename(temporary, file);
      entries.set(file, { size: written, users: 0 });
      total += written - reserved;
      return written;
    } catch (error) {
      total -= reserved;
      await rm(temporary, { force: true });
      throw error;
    }
  };

  /** What is below the scope's folder: the file, or the outermost folder that is its alone. */
  const topOf = (file: string): string => path.join(directory, ...path.relative(directory, file).split(path.sep).slice(0, 2));

  const hold = (file: string, entry: Entry): CachedFile => {
    entries.delete(file);
    entries.set(file, entry);
    entry.users += 1;
    let released = false;
    return {
      path: file,
      size: entry.size,
      release() {
        if (!released) entry.users -= 1;
        released = true;
      },
    };
  };

  return {
    of(scope) {
      if (!/^[\w-]+$/.test(scope)) throw new Error(`"${scope}" is no name of a scope`);
      const own = path.join(directory, scope);
      return {
        directory: own,
        async acquire(wanted, signal) {
          await (scanned ??= scan());
          const { key, folder, ending } = wanted;
          const hash = createHash('sha256').update(JSON.stringify(folder === undefined ? key : [key, folder])).digest('hex');
          const file = path.join(own, ...(folder === undefined ? [] : [hash, folder]), `${hash}${ending}`);
          for (;;) {
            const entry = entries.get(file);
            if (entry) {
              const held = hold(file, entry);
              const now = new Date();
              if (await utimes(file, now, now).then(() => true, () => false)) return held;
              // Somebody emptied the folder.
              held.release();
              if (entries.get(file) === entry) {
                entries.delete(file);
                total -= entry.size;
              }
            }
            await downloads.join(file, signal, (shared) => download(file, wanted, shared));
          }
        },
        async scratch() {
          await (scanned ??= scan());
          await mkdir(own, { recursive: true });
          return mkdtemp(path.join(own, scratchPrefix));
        },
      };
    },
  };
}

/** A cache for one session that may keep nothing: gone when it is disposed of. @param limit in bytes */
export async function createTemporaryFileCache(limit: number): Promise<{ cache: FileCache; dispose(): Promise<void> }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-files-'));
  return {
    cache: createFileCaches({ directory, limit }).of('session'),
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

function full(limit: number): PatchbayError {
  return new PatchbayError('invalid_request', `This needs more files at once than the cache may hold (${Math.floor(limit / 1_048_576)} MB).`, {
    hint: 'Name a smaller model, or conditions on partitions; the operator can raise PATCHBAY_CACHE_LIMIT_MB.',
  });
}
