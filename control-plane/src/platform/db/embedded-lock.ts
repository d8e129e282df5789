/** Whether a PostgreSQL serves a data directory already, and whether anybody still needs it. */
import { randomBytes } from 'node:crypto';
import { link, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PatchbayError } from '../errors.ts';

interface Owner {
  process_id: number;
  /** When the process began, as the kernel counts: a process id alone may be in use again. */
  started: string;
}

const ownerFile = (directory: string) => path.join(directory, 'owner.json');
const pidFile = (directory: string) => path.join(directory, 'data/postmaster.pid');

/** The lines of postmaster.pid: the process id first, `ready` in the eighth. */
export async function readServer(directory: string): Promise<{ processId: number; status: string } | undefined> {
  const lines = (await readFile(pidFile(directory), 'utf8').catch(() => '')).split('\n');
  const processId = Number(lines[0]);
  return processId > 0 ? { processId, status: lines[7]?.trim() ?? '' } : undefined;
}

/**
 * Makes this process the only one to serve the directory, and leaves no server in it: one that outlived its
 * Patchbay (both were killed, say) is shut down, one whose Patchbay lives is not touched.
 * @returns what gives the directory up again
 * @throws {PatchbayError} `unavailable` when it is in use
 */
export async function claim(directory: string): Promise<() => Promise<void>> {
  const file = ownerFile(directory);
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  const self: Owner = { process_id: process.pid, started: await readStart(process.pid) };
  await writeFile(draft, JSON.stringify(self), { mode: 0o600 });
  const release = () => rm(file, { force: true });
  try {
    // A link is made by one process alone, and with its content.
    while (!(await linkNew(draft, file))) {
      const owner = await readOwner(file);
      if (owner !== undefined) throw inUse(directory, `process ${owner.process_id}`);
      await discard(file, directory);
    }
    await endOrphan(directory).catch(async (error: unknown) => {
      await release();
      throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return release;
}

/** Moves a dead owner's record away; whoever is second finds nothing, or puts back the record of the first. */
async function discard(file: string, directory: string): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const owner = await readOwner(aside);
  if (owner !== undefined) await linkNew(aside, file);
  await rm(aside);
  if (owner !== undefined) throw inUse(directory, `process ${owner.process_id}`);
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function endOrphan(directory: string): Promise<void> {
  const server = await readServer(directory);
  if (server === undefined) return;
  if (!(await isServing(server.processId, directory))) {
    // PostgreSQL cleans up after a dead process by itself, but refuses when another one got the same id.
    if (isAlive(server.processId)) await rm(pidFile(directory), { force: true });
    return;
  }
  const end = (signal: NodeJS.Signals, milliseconds: number) => endServer(server.processId, directory, signal, milliseconds);
  if (!(await end('SIGINT', 30_000)) && !(await end('SIGQUIT', 10_000))) {
    throw inUse(directory, `a PostgreSQL that does not stop (process ${server.processId})`);
  }
}

function inUse(directory: string, who: string): PatchbayError {
  return new PatchbayError('unavailable', `The database in ${directory} is already used by ${who}.`, {
    hint: 'Stop that Patchbay first, give this one another PATCHBAY_DATA_DIRECTORY, or let both use one server by DATABASE_URL.',
  });
}

async function endServer(processId: number, directory: string, signal: NodeJS.Signals, milliseconds: number): Promise<boolean> {
  if (isAlive(processId)) process.kill(processId, signal);
  for (const until = Date.now() + milliseconds; Date.now() < until; await sleep(50)) {
    if (!(await isServing(processId, directory))) return true;
  }
  return false;
}

/** @returns the one in the record, if it still lives */
async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const owner = JSON.parse(text) as Owner;
    return isAlive(owner.process_id) && (await readStart(owner.process_id)) === owner.started ? owner : undefined;
  } catch {
    return undefined; // Nothing of ours.
  }
}

async function isServing(processId: number, directory: string): Promise<boolean> {
  if (!isAlive(processId)) return false;
  if (process.platform !== 'linux') return true;
  // A postmaster's working directory is its data directory.
  const folder = await readlink(`/proc/${processId}/cwd`).catch(() => undefined);
  return folder === (await realpath(path.join(directory, 'data')));
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Empty where the kernel does not tell. */
async function readStart(processId: number): Promise<string> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => '');
  // The name, in parentheses, may hold spaces; the start is the twentieth field after it.
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
