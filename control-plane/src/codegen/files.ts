/** Compares what ought to be with what is on disk, and writes or names the difference. */
import { mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { header } from './credential.ts';

/** Path from the repository's root → content. */
export type Files = Map<string, string>;

export interface Outcome {
  /** Files that differed from what they ought to be, or were missing. */
  written: string[];
  /** Files of nodes and credentials whose kind or category is gone. */
  removed: string[];
}

export async function readText(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** @param check only compare; nothing is written or removed */
export async function reconcile(root: string, files: Files, check: boolean): Promise<Outcome> {
  const written: string[] = [];
  for (const [file, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if ((await readText(path.join(root, file))) === content) continue;
    written.push(file);
    if (check) continue;
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content);
  }
  const removed = [...(await staleNodeFiles(root, files)), ...(await staleCredentials(root, files))].sort();
  if (!check) {
    for (const file of removed) await rm(path.join(root, file));
    for (const folder of new Set(removed.map((file) => path.dirname(file)))) {
      await rmdir(path.join(root, folder)).catch(() => undefined); // not empty: it holds something by hand
    }
  }
  return { written, removed };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort();
}

/** Everything in a folder whose node was generated, but is not any more. */
async function staleNodeFiles(root: string, files: Files): Promise<string[]> {
  const stale: string[] = [];
  for (const folder of await namesIn(path.join(root, 'nodes'))) {
    const node = path.join('nodes', folder, `${folder}.node.ts`);
    if (!(await readText(path.join(root, node)).catch(() => undefined))?.startsWith(header)) continue;
    const names = await namesIn(path.join(root, 'nodes', folder));
    stale.push(...names.map((name) => path.join('nodes', folder, name)).filter((file) => !files.has(file)));
  }
  return stale;
}

async function staleCredentials(root: string, files: Files): Promise<string[]> {
  const stale: string[] = [];
  for (const name of await namesIn(path.join(root, 'credentials'))) {
    const file = path.join('credentials', name);
    if (!name.endsWith('.credentials.ts') || files.has(file)) continue;
    if ((await readText(path.join(root, file)))?.startsWith(header)) stale.push(file);
  }
  return stale;
}

/** The nodes and credentials that are written by hand: they are registered as well. */
export async function handwritten(root: string): Promise<{ nodes: string[]; credentials: string[] }> {
  const isByHand = async (file: string): Promise<boolean> => {
    const text = await readText(path.join(root, file)).catch(() => undefined);
    return text !== undefined && !text.startsWith(header);
  };
  const nodes: string[] = [];
  for (const folder of await namesIn(path.join(root, 'nodes'))) {
    const file = path.join('nodes', folder, `${folder}.node.ts`);
    if (await isByHand(file)) nodes.push(file);
  }
  const credentials: string[] = [];
  for (const name of await namesIn(path.join(root, 'credentials'))) {
    const file = path.join('credentials', name);
    if (name.endsWith('.credentials.ts') && (await isByHand(file))) credentials.push(file);
  }
  return { nodes, credentials };
}
