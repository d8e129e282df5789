/** Stores one object from a stream: in parts when it is large, and not at all when it is interrupted. */
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { PutInput } from '../objects/store.ts';
import { PatchbayError } from '../../platform/errors.ts';

/** In bytes; at 10,000 parts, an object of unknown size may have 80 GB. */
const smallestPart = 8 * 1024 * 1024;
const mostParts = 10_000;
/** Each holds a part in memory. */
const partsAtOnce = 3;

/** @returns the whole size in bytes. Resolves or rejects only after the parts of a failed upload were removed. */
export async function upload(client: S3Client, bucket: string, input: PutInput, signal: AbortSignal): Promise<{ etag?: string; size: number }> {
  const { Upload } = await import('@aws-sdk/lib-storage');
  const { AbortMultipartUploadCommand } = await import('@aws-sdk/client-s3');
  const counted = { size: 0 };
  // The library lets a request in flight finish when it is told to stop: then a small object is stored all
  // the same. So the signal goes to each request, and not to the one that removes the parts.
  const cancellable = {
    config: client.config,
    send: (command: never) => client.send(command, (command as object) instanceof AbortMultipartUploadCommand ? {} : { abortSignal: signal }),
  } as unknown as S3Client;
  const uploading = new Upload({
    client: cancellable,
    params: {
      Bucket: bucket,
      Key: input.key,
      Body: Readable.from(countedBytes(input, counted, signal), { objectMode: true, highWaterMark: 1 }),
      ...(input.content_type !== undefined && { ContentType: input.content_type }),
    },
    partSize: Math.max(smallestPart, Math.ceil((input.size ?? 0) / mostParts)),
    queueSize: partsAtOnce,
  });
  const { ETag } = await uploading.done();
  return { size: counted.size, ...(ETag !== undefined && { etag: ETag.replaceAll('"', '') }) };
}

/** Throws when the caller goes away, also while it is silent, and when it sends less or more than it said. */
async function* countedBytes({ content, size }: PutInput, counted: { size: number }, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = content[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await nextUnlessAborted(iterator, signal);
      if (next.done) break;
      counted.size += next.value.length;
      yield next.value;
    }
    ended = true;
  } finally {
    // Not awaited: a source that is silent would keep the clean-up waiting.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
  if (size !== undefined && size !== counted.size) {
    throw new PatchbayError('invalid_request', `The body has ${counted.size} bytes, ${size} were announced; nothing was stored.`, {
      hint: 'Send the whole body again.',
    });
  }
}

/** A promise of its own for each wait: one that lived as long as the upload would keep every chunk alive. */
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
