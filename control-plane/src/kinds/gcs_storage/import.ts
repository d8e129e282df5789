/** Config from a `gs://` URL, or from the key file of a service account. */
import type { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { gcsConfig } from './config.ts';
import { parseServiceAccount } from './token.ts';

/** Throws `invalid_request`; its message never quotes the source. A URL may stand before the key file, on a line of its own. */
export function importGcsConfig(source: string): Partial<z.input<typeof gcsConfig>> {
  const text = source.trim();
  const [, bucket, prefix = '', rest = ''] = /^gs:\/\/([^/?#\s]+)(?:\/([^?#\s]*))?\s*([^]*)$/.exec(text) ?? [];
  const key = bucket === undefined ? text : rest;
  if (bucket === undefined && !key.startsWith('{')) throw unreadable();
  if (key !== '') readKey(key);
  return { ...(bucket !== undefined && { bucket }), ...(prefix !== '' && { prefix }), ...(key !== '' && { service_account_json: key }) };
}

function readKey(text: string): void {
  try {
    parseServiceAccount(text);
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_request', 'This Google Cloud Storage configuration cannot be read.', {
    hint: 'Give a gs://bucket/prefix URL, the JSON key file of a service account, or both, the URL first.',
    fields: [{ path: 'source', message: 'is neither a gs:// URL nor a service account’s key file' }], cause,
  });
}
