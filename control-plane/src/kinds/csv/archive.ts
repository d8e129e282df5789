/** The parts of a ZIP file, unpacked as they are read: how large one is shows only then, since what a ZIP says of itself may be a lie. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';

const mostParts = 10_000;

export interface Archive {
  has(name: string): boolean;
  /**
   * The content of a part, chunk by chunk.
   * @param most in bytes, unpacked
   * @throws {NotReadable} when it is not there, cannot be unpacked, or is larger
   */
  read(name: string, most: number): AsyncGenerator<Buffer>;
}

/** Why a workbook is refused. */
export class NotReadable extends Error {
  readonly reason: 'broken' | 'password' | 'too large' | 'sheet' | 'empty';

  constructor(reason: NotReadable['reason'], cause?: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

interface Part {
  /** 0: as it is, 8: deflate. */
  method: number;
  packed: number;
  /** Where its own header begins. */
  offset: number;
}

/** @throws {NotReadable} for what is no ZIP */
export async function openArchive(file: string): Promise<Archive> {
  const parts = await withFile(file, directoryOf);
  return {
    has: (name) => parts.has(name.toLowerCase()),
    async *read(name, most) {
      const part = parts.get(name.toLowerCase());
      if (!part) throw new NotReadable('broken');
      const start = await withFile(file, async (handle) => {
        const header = await readAt(handle, part.offset, 30);
        if (header.readUInt32LE(0) !== 0x04034b50) throw new NotReadable('broken');
        return part.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      });
      if (part.packed === 0) return;
      let size = 0;
      for await (const chunk of unpacked(file, start, part)) {
        size += chunk.length;
        if (size > most) throw new NotReadable('too large');
        yield chunk;
      }
    },
  };
}

async function* unpacked(file: string, start: number, { method, packed }: Part): AsyncGenerator<Buffer> {
  const content = createReadStream(file, { start, end: start + packed - 1, highWaterMark: 256 * 1024 });
  const inflate = method === 8 ? createInflateRaw({ chunkSize: 256 * 1024 }) : undefined;
  content.on('error', (error) => inflate?.destroy(error));
  try {
    for await (const chunk of inflate ? content.pipe(inflate) : content) yield chunk as Buffer;
  } catch (error) {
    throw new NotReadable('broken', error);
  } finally {
    content.destroy();
    inflate?.destroy();
  }
}

async function directoryOf(handle: FileHandle): Promise<Map<string, Part>> {
  const { size } = await handle.stat();
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > tail.length) throw new NotReadable('broken');
  const [count, length, offset] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (count > mostParts || offset + length > size) throw new NotReadable('broken');
  const directory = await readAt(handle, offset, length);
  const parts = new Map<string, Part>();
  for (let at = 0, index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw new NotReadable('broken');
    const [flags, method, nameLength] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10), directory.readUInt16LE(at + 28)];
    if ((flags & 1) !== 0) throw new NotReadable('password');
    if (method !== 0 && method !== 8) throw new NotReadable('broken');
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/').toLowerCase();
    parts.set(name, { method, packed: directory.readUInt32LE(at + 20), offset: directory.readUInt32LE(at + 42) });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
}

async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw new NotReadable('broken');
  return buffer;
}
