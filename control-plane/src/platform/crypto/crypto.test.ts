import { mkdtemp, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { decrypt, encrypt, newKey } from './envelope.ts';
import { createKeyring, keptSecret, newMasterKey } from './keyring.ts';

describe('envelope encryption', () => {
  const key = newKey();

  test('gives back what it was given', () => {
    expect(decrypt(key, encrypt(key, 'hunter2 ü', 'a|b|c'), 'a|b|c').toString()).toBe('hunter2 ü');
  });

  test('never makes the same ciphertext twice, and never shows the text', () => {
    const made = [1, 2, 3].map(() => encrypt(key, 'hunter2', 'place'));
    expect(new Set(made).size).toBe(3);
    for (const text of made) expect(Buffer.from(text.split('.')[3]!, 'base64url').toString('latin1')).not.toContain('hunter2');
  });

  test('a ciphertext moved to another place, changed, or read with another key is refused', () => {
    const text = encrypt(key, 'hunter2', 'tenant-a|connector|password');
    expect(() => decrypt(key, text, 'tenant-b|connector|password')).toThrow();
    expect(() => decrypt(key, `${text.slice(0, -2)}AA`, 'tenant-a|connector|password')).toThrow();
    expect(() => decrypt(newKey(), text, 'tenant-a|connector|password')).toThrow('Encrypted with key');
  });
});

describe('keyring', () => {
  test('a former master key still opens, and what it wrapped is known as old', () => {
    const [old, current] = [newMasterKey(), newMasterKey()];
    const dataKey = newKey();
    const wrapped = createKeyring(old).wrap(dataKey, 'acme');
    const ring = createKeyring(current, [old]);
    expect(ring.unwrap(wrapped, 'acme')).toEqual(dataKey);
    expect(ring.isCurrent(wrapped)).toBe(false);
    expect(ring.isCurrent(ring.wrap(dataKey, 'acme'))).toBe(true);
    expect(() => ring.unwrap(wrapped, 'globex')).toThrow();
    expect(() => createKeyring(current).unwrap(wrapped, 'acme')).toThrow('PATCHBAY_PREVIOUS_MASTER_KEYS');
  });

  test('a kept secret is made once and readable by its owner alone', async () => {
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'patchbay-')), 'deep', 'key');
    const first = await keptSecret(file, newMasterKey);
    expect(first.made).toBe(true);
    expect(await keptSecret(file, newMasterKey)).toEqual({ value: first.value, made: false });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(first.value);
  });
});
