/** Stores one object from a stream: at once when it is small, piece by piece in a resumable session when it is not. */
import type { HttpClient } from '../../engines/http/index.ts';
import type { PutInput } from '../../engines/objects/store.ts';
import { PatchbayError } from '../../platform/errors.ts';

/** In bytes, a multiple of 256 KiB as Google demands. One is held in memory. */
const pieceSize = 8 * 1024 * 1024;
/** In milliseconds: how long to try to take back a session whose upload failed. */
const cancelWithin = 10_000;

/** The object is there once its last piece is, and not before. @param address of the bucket's uploads */
export async function upload(client: HttpClient, address: URL, { key, content, content_type = 'application/octet-stream', size }: PutInput, signal: AbortSignal): Promise<{ etag?: string; size: number }> {
  let sent = 0;
  let session: URL | undefined;
  const pieces = inPieces(content, signal);
  try {
    for (;;) {
      const { bytes, last } = await pieces.next().then(({ value }) => value as Piece);
      const total = sent + bytes.length;
      if (last && size !== undefined && size !== total) {
        throw new PatchbayError('invalid_request', `The body has ${total} bytes, ${size} were announced; nothing was stored.`, { hint: 'Send the whole body again.' });
      }
      if (last && !session) return { size: total, ...etagOf(await client.request({ method: 'POST', path: address, query: { uploadType: 'media', name: key }, raw: { content: bytes, content_type }, signal })) };
      session ??= await begin(client, address, key, content_type, signal);
      const range = bytes.length === 0 ? `bytes */${total}` : `bytes ${sent}-${total - 1}/${last ? total : '*'}`;
      const answer = await client.request({
        method: 'PUT', path: session, headers: { 'content-range': range }, raw: { content: bytes, content_type }, signal,
        accepts: (status) => (last ? status === 200 || status === 201 : status === 308),
      });
      if (last) return { size: total, ...etagOf(answer) };
      if (answer.headers.get('range') !== `bytes=0-${total - 1}`) throw new PatchbayError('backend_unavailable', 'Google kept only a part of what was sent; nothing was stored.', { hint: 'Try again.' });
      sent = total;
    }
  } catch (error) {
    if (session) {
      // Not by the caller's signal, which may be what ended it. A session that stays ends by itself after a week.
      await client.request({ method: 'DELETE', path: session, signal: AbortSignal.timeout(cancelWithin), accepts: () => true }).catch(() => undefined);
    }
    throw signal.aborted ? signal.reason : error;
  } finally {
    void pieces.return(undefined).catch(() => undefined);
  }
}

async function begin(client: HttpClient, address: URL, key: string, contentType: string, signal: AbortSignal): Promise<URL> {
  const { headers } = await client.request({
    method: 'POST', path: address, query: { uploadType: 'resumable', name: key }, headers: { 'x-upload-content-type': contentType }, json: {}, signal,
  });
  const location = URL.parse(headers.get('location') ?? '');
  if (!location) throw new PatchbayError('backend_error', 'Google began an upload without saying where.', { hint: 'Check that the endpoint is one of Google Cloud Storage.' });
  return location;
}

function etagOf(answer: { json(): unknown }): { etag?: string } {
  const { etag } = answer.json() as { etag?: string };
  return etag === undefined ? {} : { etag };
}

interface Piece {
  bytes: Buffer;
  last: boolean;
}

/** Whole pieces but for the last one, which may be empty. Throws when the caller goes away, also while it is silent. */
async function* inPieces(content: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Piece> {
  const iterator = content[Symbol.asyncIterator]();
  let gathered: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  try {
    for (;;) {
      const next = await nextUnlessAborted(iterator, signal);
      if (next.done) break;
      gathered.push(next.value);
      size += next.value.length;
      while (size > pieceSize) {
        const all = Buffer.concat(gathered);
        yield { bytes: all.subarray(0, pieceSize), last: false };
        gathered = [all.subarray(pieceSize)];
        size -= pieceSize;
      }
    }
    ended = true;
    yield { bytes: Buffer.concat(gathered), last: true };
  } finally {
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

async function nextUnlessAborted<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([iterator.next(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
