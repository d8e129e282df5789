/** A DNS server (RFC 1035, over UDP) that knows the records it was given, and SRV and TXT alone. */
import dgram from 'node:dgram';
import { once } from 'node:events';

export interface Zone {
  /** By full name: where the service is. */
  SRV?: Record<string, { name: string; port: number }[]>;
  TXT?: Record<string, string[]>;
  /** Names that are answered with SERVFAIL, or not at all. */
  broken?: string[];
  silent?: string[];
}

export interface DnsServer {
  /** As `dns.setServers` takes it. */
  address: string;
  /** May be changed at any time. */
  zone: Zone;
  /** What was asked, `SRV name`, in lower case. */
  questions: Set<string>;
  stop(): Promise<void>;
}

const types: Record<number, 'SRV' | 'TXT'> = { 16: 'TXT', 33: 'SRV' };

export async function startDns(zone: Zone): Promise<DnsServer> {
  const socket = dgram.createSocket('udp4');
  const server: DnsServer = {
    address: '', zone, questions: new Set(),
    async stop() {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, from) => {
    const { name, end } = nameAt(query, 12);
    const type = types[query.readUInt16BE(end)];
    server.questions.add(`${type ?? 'other'} ${name}`);
    if (server.zone.silent?.includes(name)) return;
    const records = (type === 'SRV' ? server.zone.SRV?.[name]?.map(srv) : type === 'TXT' ? server.zone.TXT?.[name]?.map(txt) : undefined) ?? [];
    const isKnown = records.length > 0 || [server.zone.SRV, server.zone.TXT].some((all) => all && name in all);
    const code = server.zone.broken?.includes(name) ? 2 : isKnown ? 0 : 3;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(code === 0 ? records.length : 0, 6);
    socket.send(Buffer.concat([header, query.subarray(12, end + 4), ...(code === 0 ? records.map((data) => record(query.readUInt16BE(end), data)) : [])]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}

function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** Of the question's own name, which a pointer refers to; kept by nobody. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function srv({ name, port }: { name: string; port: number }): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(port, 4);
  return Buffer.concat([head, ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
}

const txt = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
