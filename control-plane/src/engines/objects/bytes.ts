/** Streams of bytes: unpacking, byte order marks, and the error of a file that is not what its name says. */
import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PatchbayError } from '../../platform/errors.ts';

/** A record may not be longer, in bytes: it has to be held whole. */
export const longestRecord = 16 * 1024 * 1024;

/** @param what is wrong, as the end of a sentence: `line 3 is not a JSON object` */
export function malformed(file: string, what: string, cause?: unknown): PatchbayError {
  return new PatchbayError('backend_error', `${file} cannot be read: ${what}.`, {
    hint: 'Correct the file, or read a prefix that does not hold it.',
    cause,
  });
}

/**
 * The bytes as text: gunzipped when they begin as gzip does, whatever the name (an object may be stored
 * with `Content-Encoding: gzip`), and without a UTF-8 byte order mark.
 */
export async function* plainText(content: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Buffer> {
  const source = await peek(content);
  if (source.head[0] === 0x1f && source.head[1] === 0x8b) {
    yield* withoutMark(await peek(gunzip(source.all, file)));
  } else {
    yield* withoutMark(source);
  }
}

interface Peeked {
  /** The first bytes: three, or fewer when there are no more. */
  head: Buffer;
  all: AsyncGenerator<Buffer>;
}

async function peek(content: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = content[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < 3 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      while (!ended) {
        const next = await iterator.next();
        if (next.done) ended = true;
        else yield asBuffer(next.value);
      }
    } finally {
      if (!ended) await iterator.return?.();
    }
  }
  return { head, all: all() };
}

async function* withoutMark({ head, all }: Peeked): AsyncGenerator<Buffer> {
  let skip = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  for await (const chunk of all) {
    yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = 0;
  }
}

async function* gunzip(content: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: 64 * 1024 });
  // Its error arrives at `unpacked` too, where the loop below meets it.
  pipeline(Readable.from(content, { objectMode: false, highWaterMark: 64 * 1024 }), unpacked, () => undefined);
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? '');
    throw code.startsWith('Z_') ? malformed(file, 'it is not valid gzip, or it ends too early', error) : error;
  }
}

/** The same bytes, seen as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
