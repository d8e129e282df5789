/** A protocol peer of MongoDB: OP_MSG, SCRAM-SHA-256, cursors, TLS and, as a replica set, transactions; documents are matched by mingo. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import tls from 'node:tls';
import { BSON } from 'mongodb';
import { Aggregator, Query, updateOne } from 'mingo';
import type { TestCertificate } from './certificate.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- commands are read as the protocol has them
type Document = Record<string, any>;
interface Client { bare?: string; first?: string; signed_in: boolean; before?: Map<string, Document[]> }
export interface MongodbPeer {
  /** With its port. */
  host: string;
  port: number;
  /** `database.collection` → documents. */
  collections: Map<string, Document[]>;
  cursors: Map<string, Document[]>;
  commands: string[];
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const iterations = 15_000;
const salt = randomBytes(16);
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const failure = (code: number, errmsg: string) => ({ ok: 0, code, errmsg });

export async function startMongodb(options: { password: string; certificate?: TestCertificate; replica_set?: boolean; collections: Record<string, Document[]> }): Promise<MongodbPeer> {
  const collections = new Map(Object.entries(options.collections));
  const cursors: MongodbPeer['cursors'] = new Map();
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const salted = pbkdf2Sync(options.password, salt, iterations, 32, 'sha256');
  let next = 1;
  let port = 0;

  const page = (documents: Document[], ns: string, size = 101, known?: string): Document => {
    const batch = documents.splice(0, size);
    const id = documents.length > 0 ? (known ?? String(next++)) : '0';
    if (documents.length > 0) cursors.set(id, documents);
    else if (known) cursors.delete(known);
    return { ok: 1, cursor: { id: BSON.Long.fromString(id), ns, [known ? 'nextBatch' : 'firstBatch']: batch } };
  };

  const signIn = (command: Document, client: Client): Document => {
    const text = Buffer.from(command['payload'].buffer).toString();
    if (command['saslStart']) {
      client.bare = text.slice(3);
      client.first = `r=${/r=(.+)$/.exec(text)![1]}${randomBytes(12).toString('base64')},s=${salt.toString('base64')},i=${iterations}`;
      return { ok: 1, conversationId: 1, done: false, payload: Buffer.from(client.first) };
    }
    if (client.signed_in) return { ok: 1, conversationId: 1, done: true, payload: Buffer.alloc(0) };
    const [, rest = '', proof = ''] = /^(c=biws,r=.+),p=(.+)$/.exec(text)!;
    const message = `${client.bare},${client.first},${rest}`;
    const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
    const signature = hmac(stored, message);
    const key = Buffer.from(Buffer.from(proof, 'base64').map((byte, index) => byte ^ signature[index]!));
    if (!createHash('sha256').update(key).digest().equals(stored)) return failure(18, 'Authentication failed.');
    client.signed_in = true;
    return { ok: 1, conversationId: 1, done: true, payload: Buffer.from(`v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`) };
  };

  const plain = (value: unknown): number => Number(value ?? Infinity);
  const handle = (command: Document, client: Client): Document => {
    const name = Object.keys(command)[0]!;
    commands.push(name);
    if (/^(hello|ismaster)$/i.test(name)) {
      const hello: Document = {
        ok: 1, helloOk: true, isWritablePrimary: true, ismaster: true, maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000,
        localTime: new Date(), logicalSessionTimeoutMinutes: 30, minWireVersion: 0, maxWireVersion: 25, readOnly: false,
        ...(options.replica_set && { setName: 'rs', hosts: [`127.0.0.1:${port}`], primary: `127.0.0.1:${port}`, me: `127.0.0.1:${port}`, setVersion: 1, electionId: new BSON.ObjectId('7fffffff0000000000000001') }),
      };
      if (command['saslSupportedMechs']) hello['saslSupportedMechs'] = ['SCRAM-SHA-256'];
      if (command['speculativeAuthenticate']) hello['speculativeAuthenticate'] = signIn(command['speculativeAuthenticate'], client);
      return hello;
    }
    if (name.startsWith('sasl')) return signIn(command, client);
    if (!client.signed_in) return failure(13, `command ${name} requires authentication`);
    const database = String(command['$db']);
    const ns = `${database}.${command[name]}`;
    const documents = collections.get(ns) ?? [];
    const target = () => collections.set(ns, documents) && documents;
    // One transaction at a time is all that a test needs.
    if (command['startTransaction']) transaction = new Map([...collections].map(([key, list]) => [key, list.map((document) => ({ ...document }))]));
    switch (name) {
      case 'ping': case 'endSessions': return { ok: 1 };
      case 'buildInfo': return { ok: 1, version: '7.0.0' };
      case 'commitTransaction': return { ok: 1 };
      case 'abortTransaction':
        collections.clear();
        for (const [key, list] of transaction) collections.set(key, list);
        return { ok: 1 };
      case 'killCursors': for (const id of command['cursors']) cursors.delete(String(id)); return { ok: 1, cursorsKilled: command['cursors'] };
      case 'listDatabases': return { ok: 1, databases: [...new Set([...collections.keys()].map((key) => key.split('.')[0]))].map((each) => ({ name: each })) };
      case 'listCollections': {
        const names = [...collections.keys()].filter((key) => key.startsWith(`${database}.`)).map((key) => key.slice(database.length + 1));
        const wanted = command['filter']?.name as string | undefined;
        return page(names.filter((each) => wanted === undefined || each === wanted).map((each) => ({ name: each, type: 'collection' })), `${database}.$cmd.listCollections`);
      }
      case 'count': return { ok: 1, n: documents.length };
      case 'find': {
        let found = new Query(command['filter'] ?? {}).find<Document>(documents, command['projection']);
        if (command['sort']) found = found.sort(command['sort'] instanceof Map ? Object.fromEntries(command['sort']) : command['sort']);
        if (command['skip']) found = found.skip(plain(command['skip']));
        if (command['limit']) found = found.limit(plain(command['limit']));
        return page(found.all(), ns, plain(command['batchSize']));
      }
      case 'aggregate': return page(new Aggregator(command['pipeline']).run<Document>(documents), ns, plain(command['cursor'].batchSize));
      case 'getMore': {
        const id = String(command['getMore']);
        const left = cursors.get(id);
        return left ? page(left, ns, plain(command['batchSize']), id) : failure(43, `cursor id ${id} not found`);
      }
      case 'insert': {
        for (const [index, document] of (command['documents'] as Document[]).entries()) {
          if (documents.some(({ _id }) => String(_id) === String(document['_id']))) return { ok: 1, n: index, writeErrors: [{ index, code: 11000, errmsg: `E11000 duplicate key error collection: ${ns}` }] };
          target().push(document);
        }
        return { ok: 1, n: command['documents'].length };
      }
      case 'update': return update(target(), command['updates']);
      case 'delete': {
        let n = 0;
        for (const { q } of command['deletes'] as Document[]) {
          const place = documents.findIndex((document) => new Query(q).test(document));
          if (place >= 0) { documents.splice(place, 1); n += 1; }
        }
        return { ok: 1, n };
      }
      default: return failure(59, `no such command: '${name}'`);
    }
  };
  let transaction = new Map<string, Document[]>();

  const accept = (socket: Socket) => {
    sockets.add(socket);
    const client: Client = { signed_in: false };
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket)).on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0));
        rest = rest.subarray(message.length);
        let answer: Document;
        const command = commandOf(message);
        try {
          answer = handle(command, client);
        } catch (error) {
          answer = failure(2, (error as Error).message);
        }
        socket.write(answerOf(message, answer));
      }
    });
  };
  const make = () => (options.certificate ? tls.createServer({ cert: options.certificate.certificate, key: options.certificate.key }, accept).on('tlsClientError', () => undefined) : net.createServer(accept));
  let server = make().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return {
    host: `127.0.0.1:${port}`, port, collections, cursors, commands, stop,
    async restart() {
      await stop();
      cursors.clear();
      server = make().listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

function update(documents: Document[], updates: Document[]): Document {
  const upserted: Document[] = [];
  let n = 0;
  for (const [index, { q, u, upsert }] of updates.entries()) {
    const found = documents.find((document) => new Query(q).test(document));
    n += found || upsert ? 1 : 0;
    if (found) updateOne([found], {}, Object.fromEntries(Object.entries(u).filter(([name]) => name !== '$setOnInsert')) as never);
    else if (upsert) {
      const made = { _id: new BSON.ObjectId(), ...u.$setOnInsert, ...u.$set };
      documents.push(made);
      upserted.push({ index, _id: made._id });
    }
  }
  return { ok: 1, n, nModified: n - upserted.length, ...(upserted.length > 0 && { upserted }) };
}

const opMessage = 2013;

/** OP_MSG with its sections, or the OP_QUERY that a driver greets with. */
function commandOf(message: Buffer): Document {
  const read = (bytes: Buffer) => BSON.deserialize(bytes, { promoteLongs: false });
  if (message.readInt32LE(12) !== opMessage) return read(message.subarray(message.indexOf(0, 20) + 9));
  const command: Document = {};
  for (let at = 20; at < message.length;) {
    const kind = message[at]!;
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    at += 1 + size;
    if (kind === 0) {
      for (const [name, value] of Object.entries(read(section))) command[name] = value;
      continue;
    }
    const end = section.indexOf(0, 4);
    const list: Document[] = (command[section.toString('utf8', 4, end)] = []);
    for (let place = end + 1; place < size; place += section.readInt32LE(place)) list.push(read(section.subarray(place, place + section.readInt32LE(place))));
  }
  return command;
}

function answerOf(message: Buffer, answer: Document): Buffer {
  const body = BSON.serialize(answer, { ignoreUndefined: true });
  const modern = message.readInt32LE(12) === opMessage;
  const head = Buffer.alloc(modern ? 21 : 36);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(modern ? opMessage : 1, 12);
  if (!modern) head.writeInt32LE(1, 32);
  return Buffer.concat([head, body]);
}
