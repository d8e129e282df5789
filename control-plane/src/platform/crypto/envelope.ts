/**
 * Envelope encryption: a data key per tenant, wrapped by the master key; AES-256-GCM for both. The
 * additional data binds a ciphertext to its place, so that it cannot be moved to another row.
 *
 * Format: `v1.<key id>.<iv>.<ciphertext and tag>`, in Base64url. Source: NIST SP 800-38D.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

export interface Key {
  /** First eight hex digits of the key's hash: tells which key made a ciphertext, not the key. */
  id: string;
  bytes: Buffer;
}

export function keyFrom(bytes: Buffer): Key {
  if (bytes.length !== 32) throw new Error('A key is 32 bytes');
  return { id: createHash('sha256').update('patchbay key id').update(bytes).digest('hex').slice(0, 8), bytes };
}

export function newKey(): Key {
  return keyFrom(randomBytes(32));
}

/** @param place what the ciphertext is bound to: `tenant|connector|field` */
export function encrypt(key: Key, plaintext: Buffer | string, place: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, iv);
  cipher.setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return ['v1', key.id, iv.toString('base64url'), sealed.toString('base64url')].join('.');
}

/** Throws when the key is another, the text was changed, or it stands in another place. */
export function decrypt(key: Key, ciphertext: string, place: string): Buffer {
  const [version, id, iv, sealed] = ciphertext.split('.');
  if (version !== 'v1' || iv === undefined || sealed === undefined) throw new Error('Not a ciphertext of this version');
  if (id !== key.id) throw new Error(`Encrypted with key ${id}, not with ${key.id}`);
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(iv, 'base64url'));
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
}

export function keyIdOf(ciphertext: string): string | undefined {
  return ciphertext.split('.')[1];
}

/** A key for another purpose, so that the master key itself is used for wrapping alone. */
export function deriveKey(master: Key, purpose: string): Key {
  return keyFrom(Buffer.from(hkdfSync('sha256', master.bytes, '', `patchbay ${purpose}`, 32)));
}
