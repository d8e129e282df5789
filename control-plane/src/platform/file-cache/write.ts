/** Writes a stream to a file, asking before each chunk whether there is room for it. */
import { open } from 'node:fs/promises';

/**
 * @param reserve gets the size in bytes that the file is about to have; throws when that is too much
 * @returns the size in bytes
 */
export async function writeWithin(file: string, content: AsyncIterable<Uint8Array>, reserve: (bytes: number) => Promise<void>, signal: AbortSignal): Promise<number> {
  const handle = await open(file, 'wx');
  let size = 0;
  try {
    for await (const chunk of content) {
      signal.throwIfAborted();
      await reserve(size + chunk.length);
      for (let written = 0; written < chunk.length;) written += (await handle.write(chunk, written)).bytesWritten;
      size += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return size;
}
