/** Bodies: how a request's is written, and how much of an answer's is read. */
import { PatchbayError } from '../../platform/errors.ts';
import { addQuery } from './address.ts';
import type { QueryValue } from './address.ts';

/** At most one of these. */
export interface RequestBody {
  /** Sent as `application/json`. */
  json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`; a list repeats its name. */
  form?: Record<string, QueryValue>;
  /** Sent as it is. A stream is sent once: such a request is never retried. */
  raw?: { content: string | Uint8Array | AsyncIterable<Uint8Array>; content_type?: string };
}

export interface EncodedBody {
  content: string | Uint8Array | AsyncIterable<Uint8Array>;
  content_type?: string;
}

export function encodeBody({ json, form, raw }: RequestBody): EncodedBody | undefined {
  if (json !== undefined) return { content: JSON.stringify(json), content_type: 'application/json' };
  if (form !== undefined) {
    const parameters = new URLSearchParams();
    addQuery(parameters, form);
    return { content: parameters.toString(), content_type: 'application/x-www-form-urlencoded' };
  }
  return raw;
}

export function isRepeatable(body: EncodedBody | undefined): boolean {
  return body === undefined || typeof body.content === 'string' || body.content instanceof Uint8Array;
}

/**
 * Reads a whole answer, but no more than so many bytes (counted after decompression).
 * Throws `backend_error` when there are more; the rest is not fetched.
 */
export async function readBounded(response: Response, limit: number, backend: string): Promise<Buffer> {
  const tooLarge = () =>
    new PatchbayError('backend_error', `${backend} answered with more than ${limit} bytes, which is more than is taken at once.`, {
      hint: 'Ask for less: a smaller page, fewer fields, a filter.',
      details: { limit_bytes: limit },
    });
  if (!response.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body as unknown as AsyncIterable<Uint8Array>;
  // Leaving the loop cancels the body, and with it the connection.
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
