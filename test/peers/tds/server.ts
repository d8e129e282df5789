/**
 * A protocol peer for SQL Server: TDS 7.4 with TLS inside of it, logins, batches, sp_executesql with bound
 * parameters, transactions, attentions and the errors that clients tell apart, over DuckDB. It follows
 * [MS-TDS]; what it makes of Transact-SQL is no more than the tests need.
 */
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { testCertificate } from '../certificate.ts';
import { createDatabase } from '../duckdb/database.ts';
import { serveConnection } from './connection.ts';
import type { ReceivedCall } from './connection.ts';
import { catalog } from './sql.ts';

export interface TdsPeer {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  ca_certificate: string;
  /** Every statement that came with its parameters, to look at. */
  received: ReceivedCall[];
  /** How many attentions stopped a statement. */
  attentions(): number;
  connections(): number;
  /** Runs DuckDB's SQL beside the protocol. */
  run(sql: string): Promise<(string | null)[][]>;
  /** Cuts all connections and listens again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTds({ tls = true } = {}): Promise<TdsPeer> {
  const database = await createDatabase();
  await database.run(catalog);
  const certificate = await testCertificate();
  const sockets = new Set<Socket>();
  const received: ReceivedCall[] = [];
  let attentions = 0;
  const login = { username: 'shop', password: 'Pass-word-1', database: 'master' };
  const listen = async (port: number) => {
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serveConnection(socket, { database, login, received, onAttention: () => (attentions += 1), ...(tls && { certificate }) });
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    host: '127.0.0.1', port, ...login, ca_certificate: certificate.ca, received,
    attentions: () => attentions,
    connections: () => sockets.size,
    run: database.run,
    async restart() {
      await close();
      server = await listen(port);
    },
    async stop() {
      await close();
      database.close();
    },
  };
}
