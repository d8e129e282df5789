/** The master key and its forerunners: wraps and unwraps data keys. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { decrypt, deriveKey, encrypt, keyFrom, keyIdOf } from './envelope.ts';
import type { Key } from './envelope.ts';

export interface Keyring {
  currentId: string;
  /** @param place what the data key belongs to: the tenant's id */
  wrap(dataKey: Key, place: string): string;
  /** Throws an Error that says which master key is missing. */
  unwrap(wrapped: string, place: string): Key;
  isCurrent(wrapped: string): boolean;
}

/** @param current @param previous 32 bytes each, in Base64 */
export function createKeyring(current: string, previous: readonly string[] = []): Keyring {
  const keys = [current, ...previous].map((text) => deriveKey(keyFrom(Buffer.from(text, 'base64')), 'wrap'));
  const byId = new Map(keys.map((key) => [key.id, key]));
  const first = keys[0]!;
  return {
    currentId: first.id,
    wrap: (dataKey, place) => encrypt(first, dataKey.bytes, `data-key|${place}`),
    unwrap(wrapped, place) {
      const key = byId.get(keyIdOf(wrapped) ?? '');
      if (!key) {
        throw new Error(`The data was encrypted with master key ${keyIdOf(wrapped)}, which is not the one given (${first.id}). Set PATCHBAY_MASTER_KEY to it, or add it to PATCHBAY_PREVIOUS_MASTER_KEYS.`);
      }
      return keyFrom(decrypt(key, wrapped, `data-key|${place}`));
    },
    isCurrent: (wrapped) => keyIdOf(wrapped) === first.id,
  };
}

/** The text of a file that only this user may read, made by `make` on the first call. */
export async function keptSecret(file: string, make: () => string): Promise<{ value: string; made: boolean }> {
  try {
    return { value: (await readFile(file, 'utf8')).trim(), made: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const value = make();
  await writeFile(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(file, 0o600);
  return { value, made: true };
}

export function newMasterKey(): string {
  return randomBytes(32).toString('base64');
}
