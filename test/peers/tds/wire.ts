/** TDS 7.4 on the wire: packets and the tokens of answers ([MS-TDS]). */
export const packets = { batch: 1, rpc: 3, answer: 4, attention: 6, transaction: 14, login: 16, prelogin: 18 } as const;
export const endOfMessage = 1;
const packetSize = 4096;
const headerSize = 8;
const collation = Buffer.from([9, 4, 0xd0, 0, 0x34]);

export const bytes = (...values: number[]): Buffer => Buffer.from(values);
export const u16 = (value: number): Buffer => { const buffer = Buffer.alloc(2); buffer.writeUInt16LE(value); return buffer; };
export const u32 = (value: number): Buffer => { const buffer = Buffer.alloc(4); buffer.writeUInt32LE(value); return buffer; };
export const u64 = (value: bigint): Buffer => { const buffer = Buffer.alloc(8); buffer.writeBigUInt64LE(BigInt.asUintN(64, value)); return buffer; };
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
/** With its length in characters, in one byte. */
const shortText = (text: string): Buffer => Buffer.concat([bytes(text.length), utf16(text)]);
/** With its length in characters, in two bytes. */
const longText = (text: string): Buffer => Buffer.concat([u16(text.length), utf16(text)]);
const sized = (token: number, body: Buffer): Buffer => Buffer.concat([bytes(token), u16(body.length), body]);

function packet(type: number, status: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(headerSize);
  header[0] = type;
  header[1] = status;
  header.writeUInt16BE(payload.length + headerSize, 2);
  header[6] = 1;
  return Buffer.concat([header, payload]);
}

/** Cuts an answer into packets. What does not fill one is kept until the answer ends. */
export class Answer {
  #pending: Buffer[] = [];
  #size = 0;
  readonly #write: (packet: Buffer) => void;
  readonly #type: number;

  constructor(write: (packet: Buffer) => void, type: number = packets.answer) {
    this.#write = write;
    this.#type = type;
  }

  push(...tokens: Buffer[]): void {
    this.#pending.push(...tokens);
    for (const token of tokens) this.#size += token.length;
    if (this.#size > 8 * packetSize) this.#flush(false);
  }

  end(...tokens: Buffer[]): void {
    this.push(...tokens);
    this.#flush(true);
  }

  #flush(last: boolean): void {
    const all = Buffer.concat(this.#pending);
    const room = packetSize - headerSize;
    let at = 0;
    const out: Buffer[] = [];
    for (; all.length - at > room; at += room) out.push(packet(this.#type, 0, all.subarray(at, at + room)));
    const rest = all.subarray(at);
    if (last) out.push(packet(this.#type, endOfMessage, rest));
    this.#pending = last ? [] : [rest];
    this.#size = last ? 0 : rest.length;
    if (out.length > 0) this.#write(Buffer.concat(out));
  }
}

/** Options of a PRELOGIN message by their number. */
export function preloginOptions(message: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 0; message[at] !== 0xff && at + 5 <= message.length; at += 5) {
    const offset = message.readUInt16BE(at + 1);
    options.set(message[at]!, message.subarray(offset, offset + message.readUInt16BE(at + 3)));
  }
  return options;
}

export function prelogin(encryption: number): Buffer {
  const options: [number, Buffer][] = [[0, bytes(16, 0, 0x10, 0, 0, 0)], [1, bytes(encryption)], [2, bytes(0)], [3, Buffer.alloc(0)], [4, bytes(0)]];
  let offset = options.length * 5 + 1;
  const heads = options.map(([option, value]) => {
    const head = Buffer.alloc(5);
    head[0] = option;
    head.writeUInt16BE(offset, 1);
    head.writeUInt16BE(value.length, 3);
    offset += value.length;
    return head;
  });
  return Buffer.concat([...heads, bytes(0xff), ...options.map(([, value]) => value)]);
}

export interface Login {
  username: string;
  password: string;
  database: string;
  application: string;
}

export function readLogin(message: Buffer): Login {
  const field = (index: number) => {
    const offset = message.readUInt16LE(36 + 4 * index);
    return message.subarray(offset, offset + 2 * message.readUInt16LE(38 + 4 * index));
  };
  const scrambled = field(2).map((byte) => { const plain = byte ^ 0xa5; return ((plain & 15) << 4) | (plain >> 4); });
  return {
    username: field(1).toString('utf16le'), password: Buffer.from(scrambled).toString('utf16le'),
    application: field(3).toString('utf16le'), database: field(8).toString('utf16le'),
  };
}

export const tokens = {
  error: (number: number, message: string, severity: number): Buffer =>
    sized(0xaa, Buffer.concat([u32(number), bytes(1, severity), longText(message), shortText('PEER'), shortText(''), u32(1)])),
  loginAck: (): Buffer => sized(0xad, Buffer.concat([bytes(1, 0x74, 0, 0, 4), shortText('Microsoft SQL Server'), bytes(16, 0, 0x10, 0)])),
  environment: (type: number, now: string, before: string): Buffer => sized(0xe3, Buffer.concat([bytes(type), shortText(now), shortText(before)])),
  /** A transaction began (its descriptor is the new value) or ended (it is the old one). */
  transaction: (type: 8 | 9 | 10, descriptor: bigint): Buffer =>
    sized(0xe3, type === 8 ? Buffer.concat([bytes(type, 8), u64(descriptor), bytes(0)]) : Buffer.concat([bytes(type, 0, 8), u64(descriptor)])),
  returnStatus: (): Buffer => Buffer.concat([bytes(0x79), u32(0)]),
  done: (token: 0xfd | 0xfe | 0xff, status: number, rows = 0): Buffer => Buffer.concat([bytes(token), u16(status), u16(0xc1), u64(BigInt(rows))]),
  columns: (columns: { name: string; type: Buffer }[]): Buffer =>
    Buffer.concat([bytes(0x81), u16(columns.length), ...columns.flatMap(({ name, type }) => [u32(0), u16(9), type, shortText(name.slice(0, 128))])]),
};
export const doneStatus = { final: 0, more: 1, error: 2, count: 0x10, attention: 0x20 } as const;

/** Type descriptions of columns. */
export const wireTypes = {
  integer: (size: number): Buffer => bytes(0x26, size),
  bit: bytes(0x68, 1),
  float: (size: number): Buffer => bytes(0x6d, size),
  money: bytes(0x6e, 8),
  decimal: (precision: number, scale: number): Buffer => bytes(0x6c, 17, precision, scale),
  uuid: bytes(0x24, 16),
  date: bytes(0x28),
  time: bytes(0x29, 7),
  datetime2: bytes(0x2a, 7),
  datetimeoffset: bytes(0x2b, 7),
  text: Buffer.concat([bytes(0xe7), u16(0xffff), collation]),
  binary: Buffer.concat([bytes(0xa5), u16(0xffff)]),
};
