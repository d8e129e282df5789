/** What two processes of ours tell each other over a socket: messages in JSON, and bytes with the number of what is in them. */
import type { Socket } from 'node:net';

export type Frame = { message: unknown } | { bytes: Buffer; count: number };

/** Before each: its length in bytes, and the count, which is 0 for a message. */
const headerLength = 8;
/** In bytes: what is longer is not ours. */
const longest = 128 * 1024 * 1024;

export function writeMessage(socket: Socket, message: unknown): void {
  write(socket, Buffer.from(JSON.stringify(message)), 0);
}

/** @param count at least 1 */
export function writeBytes(socket: Socket, bytes: Uint8Array, count: number): void {
  write(socket, bytes, count);
}

function write(socket: Socket, bytes: Uint8Array, count: number): void {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32LE(bytes.length, 0);
  header.writeUInt32LE(count, 4);
  socket.cork();
  socket.write(header);
  socket.write(bytes);
  socket.uncork();
}

/** What is not as it should be destroys the socket, and nothing else: one of the two may have gone astray. */
export function readFrames(socket: Socket, take: (frame: Frame) => void): void {
  const header = Buffer.alloc(headerLength);
  let headerFilled = 0;
  let body: Buffer | undefined;
  let bodyFilled = 0;
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      if (!body) {
        const taken = chunk.copy(header, headerFilled, at, at + headerLength - headerFilled);
        headerFilled += taken;
        at += taken;
        if (headerFilled < headerLength) return;
        const length = header.readUInt32LE(0);
        if (length === 0 || length > longest) return void socket.destroy(new Error(`a frame of ${length} bytes`));
        [headerFilled, body, bodyFilled] = [0, Buffer.allocUnsafeSlow(length), 0];
      }
      const taken = chunk.copy(body, bodyFilled, at, at + body.length - bodyFilled);
      bodyFilled += taken;
      at += taken;
      if (bodyFilled < body.length) return;
      const [bytes, count] = [body, header.readUInt32LE(4)];
      body = undefined;
      try {
        take(count > 0 ? { bytes, count } : { message: JSON.parse(bytes.toString()) });
      } catch (error) {
        return void socket.destroy(error as Error);
      }
    }
  });
}
