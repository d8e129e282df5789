/**
 * Who the embedded PostgreSQL runs as. It refuses to be root, and then has to reach its programs and its
 * data all the same, also below a home directory that nobody else may enter.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, lstat, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../errors.ts';

export interface Account {
  /** For people: `user namespace`. */
  name: string;
  /** Who has to own the files; undefined: who owns them already. */
  owner?: { uid: number; gid: number };
  /** Stands before the program and its arguments. */
  prefix: string[];
  /** Drop to the owner before the program starts. */
  drops: boolean;
}

interface Place {
  /** Folder with `bin/postgres`. */
  native: string;
  /** Holds everything of this server; must exist. */
  directory: string;
  /** False: do as where the kernel or a container refuses user namespaces. */
  userNamespaces?: boolean;
}

const self: Account = { name: 'the current user', prefix: [], drops: false };

/** @throws {PatchbayError} `unavailable` when an ordinary user meets the files of another one */
export async function checkOwnership(directory: string): Promise<void> {
  const self = process.getuid?.();
  if (self === undefined || self === 0 || (await lstat(directory)).uid === self) return;
  throw new PatchbayError('unavailable', `${directory} belongs to another user, so PostgreSQL cannot run on it.`, {
    hint: 'Start Patchbay as the user who did so before, or give the folder to the present one with chown -R.',
  });
}

/** Tries what is there from the most to the least private; the files then belong to the one that was chosen. */
export async function chooseAccount(place: Place): Promise<Account> {
  if (process.getuid?.() !== 0) return self;
  for (const account of await listAccounts(place)) {
    await chownIfNeeded(place.directory, account);
    if (!(await works(account, place))) continue;
    await giveAll(place.directory, account);
    return account;
  }
  throw new PatchbayError('unavailable', 'PostgreSQL refuses to run as root, and no other account can reach its files here.', {
    hint: `Start Patchbay as an ordinary user, put PATCHBAY_DATA_DIRECTORY where others may enter, or set DATABASE_URL. (Folder: ${place.directory})`,
  });
}

async function listAccounts({ directory, userNamespaces = true }: Place): Promise<Account[]> {
  const { uid, gid } = await lstat(directory);
  const accounts: Account[] = [];
  if (uid !== 0) accounts.push({ name: `user ${uid}`, owner: { uid, gid }, prefix: [], drops: true });
  if (userNamespaces) {
    // Root outside, somebody else inside: the files stay root's, and no second account is needed.
    accounts.push({
      name: 'root in a user namespace',
      owner: { uid: 0, gid: 0 },
      prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'],
      drops: false,
    });
  }
  const owner = await findSystemAccount();
  if (owner === undefined) return accounts;
  accounts.push({ name: `user ${owner.uid}`, owner, prefix: [], drops: true });
  accounts.push({
    name: `user ${owner.uid}, let through closed folders`,
    owner,
    // Without no_setuid_fixup access(2), which PostgreSQL asks about its own programs, would ignore the capability.
    prefix: [
      'setpriv', `--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override', '--securebits=+no_setuid_fixup', '--',
    ],
    drops: false,
  });
  return accounts;
}

async function findSystemAccount(): Promise<{ uid: number; gid: number } | undefined> {
  const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([account]) => account === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** How `program` is started as that account; a new session, so that a terminal's Ctrl-C does not reach it. */
export function commandAs(account: Account, program: string, parameters: string[]) {
  const [file = program, ...rest] = [...account.prefix, program, ...parameters];
  return {
    file,
    parameters: rest,
    options: {
      cwd: '/',
      detached: true,
      // Nothing of the service's own environment, which may hold keys.
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      ...(account.drops && account.owner),
    },
  };
}

async function works(account: Account, { native, directory }: Place): Promise<boolean> {
  const script = 'test -w "$1" && test -x "$1" && exec "$2" --version';
  const command = commandAs(account, 'sh', ['-c', script, 'sh', directory, path.join(native, 'bin/postgres')]);
  const child = spawn(command.file, command.parameters, { ...command.options, stdio: 'ignore' });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  } catch {
    return false; // There is no such program as unshare or setpriv.
  }
}

async function chownIfNeeded(file: string, { owner }: Account): Promise<void> {
  const present = await lstat(file).catch(() => undefined); // Another process may be trying to claim the directory.
  if (owner && present && present.uid !== owner.uid) await chown(file, owner.uid, owner.gid);
}

async function giveAll(directory: string, account: Account): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isSymbolicLink()) continue;
    await chownIfNeeded(file, account);
    if (entry.isDirectory()) await giveAll(file, account);
  }
}
