/** Remote procedure calls: the name of the procedure and its parameters. */
export interface Call {
  procedure: string | number;
  parameters: { name: string; value: Value }[];
}
export type Value = string | number | bigint | boolean | Buffer | null;

const long = 0xffff;

/** @throws on types that no client of these tests sends */
export function readCall(message: Buffer, start: number): Call {
  let at = start;
  const take = (size: number): Buffer => message.subarray(at, (at += size));
  const byte = () => take(1)[0]!;
  const word = () => take(2).readUInt16LE();
  const nameLength = word();
  const procedure = nameLength === 0xffff ? word() : take(2 * nameLength).toString('utf16le');
  take(2);
  const chunks = (): Buffer | null => {
    if (take(8).readBigUInt64LE() === 0xffffffffffffffffn) return null;
    const all: Buffer[] = [];
    for (let size = take(4).readUInt32LE(); size > 0; size = take(4).readUInt32LE()) all.push(take(size));
    return Buffer.concat(all);
  };
  const value = (type: number): Value => {
    if (type === 0x1f) return null;
    if (type === 0xe7 || type === 0xa7 || type === 0xa5) {
      const most = word();
      if (type !== 0xa5) take(5);
      const size = most === long ? undefined : word();
      const content = size === undefined ? chunks() : size === 0xffff ? null : take(size);
      return content === null || type === 0xa5 ? content && Buffer.from(content) : content.toString(type === 0xe7 ? 'utf16le' : 'latin1');
    }
    byte();
    const content = take(byte());
    if (content.length === 0) return null;
    if (type === 0x68) return content[0] !== 0;
    if (type === 0x6d) return content.length === 8 ? content.readDoubleLE() : content.readFloatLE();
    if (type === 0x26) return content.length === 8 ? content.readBigInt64LE() : content.readIntLE(0, content.length);
    throw new Error(`a parameter of type 0x${type.toString(16)}`);
  };
  const parameters: Call['parameters'] = [];
  while (at < message.length) {
    const name = take(2 * byte()).toString('utf16le');
    byte();
    parameters.push({ name: name.replace('@', '').toLowerCase(), value: value(byte()) });
  }
  return { procedure, parameters };
}
