/**
 * Looks into a ZIP file before anything unpacks it: how large its parts are is found out by unpacking them
 * to nowhere, since what a ZIP says of itself may be a lie.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { PatchbayError } from '../../platform/errors.ts';
import { notThat } from './upload.ts';

/** In bytes: all parts together, unpacked. */
export const largestUnpacked = 512 * 1024 * 1024;
const mostParts = 10_000;

interface Part {
  /** 0: as it is, 8: deflate. */
  method: number;
  packed: number;
  /** Where its own header begins. */
  offset: number;
}

/** @throws {PatchbayError} `payload_too_large` for a workbook that is too large unpacked, `invalid_request` for what is no ZIP */
export async function checkArchive(file: string, signal: AbortSignal): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let left = largestUnpacked;
    let end = 0;
    const parts = (await directoryOf(handle, size)).sort((a, b) => a.offset - b.offset);
    for (const part of parts) {
      const header = await readAt(handle, part.offset, 30);
      if (header.readUInt32LE(0) !== 0x04034b50 || part.offset < end) throw broken();
      const start = part.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
      end = start + part.packed;
      if (end > size) throw broken();
      if (part.packed > 0) left -= part.method === 0 ? part.packed : await unpackedSize(file, start, end, left, signal);
      if (left < 0) throw tooLarge();
    }
  } finally {
    await handle.close();
  }
}

async function directoryOf(handle: FileHandle, size: number): Promise<Part[]> {
  const tail = await readAt(handle, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > tail.length) throw broken();
  const [count, length, offset] = [tail.readUInt16LE(end + 10), tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (count > mostParts || offset + length > size) throw broken();
  const directory = await readAt(handle, offset, length);
  const parts: Part[] = [];
  for (let at = 0, index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw broken();
    const [flags, method] = [directory.readUInt16LE(at + 8), directory.readUInt16LE(at + 10)];
    if ((flags & 1) !== 0) throw notThat('It has a password.', 'Save it without one and upload that.');
    if (method !== 0 && method !== 8) throw broken();
    parts.push({ method, packed: directory.readUInt32LE(at + 20), offset: directory.readUInt32LE(at + 42) });
    at += 46 + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
}

async function unpackedSize(file: string, start: number, end: number, most: number, signal: AbortSignal): Promise<number> {
  let size = 0;
  const counter = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > most ? tooLarge() : null);
    },
  });
  try {
    await pipeline(createReadStream(file, { start, end: end - 1 }), createInflateRaw(), counter, { signal });
    return size;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw PatchbayError.is(error) ? error : broken(error);
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw broken();
  return buffer;
}

function broken(cause?: unknown): PatchbayError {
  return notThat('It is no workbook that can be read.', 'Save it anew in Excel, or as CSV, and upload that.', cause);
}

function tooLarge(): PatchbayError {
  return new PatchbayError('payload_too_large', `The workbook has more than ${largestUnpacked / 1_048_576} MB when it is unpacked; nothing was kept.`, {
    hint: 'Save its sheet as CSV and upload that.',
  });
}
