/** A private PostgreSQL: Debian's, or the one that npm brings for the embedded database. */
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { chooseAccount, commandAs } from '../../control-plane/src/platform/db/embedded-account.ts';
import { findBinaries } from '../../control-plane/src/platform/db/embedded-binaries.ts';
import { canMakeCertificates, testCertificate } from './certificate.ts';
import { findProgram, freePort, runProgram, startServer } from './process.ts';

export interface PostgresqlPeer {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  /** PEM: the authority of the server's certificate. */
  ca_certificate: string;
  version: string;
  /** Runs SQL as the superuser and returns the last statement's rows, one a line, their values between bars. */
  run(sql: string): Promise<string>;
  /** Ends the server as a crash would, and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Of the server while it recovers, and of the way to it. */
const notReady = new Set(['57P03', 'ECONNREFUSED', 'CONNECTION_CLOSED']);

const debian = '/usr/lib/postgresql';
const folders = (() => {
  try {
    return readdirSync(debian).sort((a, b) => Number(b) - Number(a)).map((version) => path.join(debian, version));
  } catch {
    return [];
  }
})();
const installed = folders.find((folder) => findProgram(path.join(folder, 'bin/initdb')));
const embedded = await findBinaries().catch(() => undefined);

/** Whether `startPostgresql` can start one here. */
export const hasPostgresql = (installed ?? embedded) !== undefined && canMakeCertificates;

export async function startPostgresql(): Promise<PostgresqlPeer> {
  const native = (installed ?? embedded)!;
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-postgresql-'));
  await chmod(directory, 0o755);
  const { ca, certificate, key } = await testCertificate();
  const password = 'Canary-postgresql-7f3a';
  await writeFile(path.join(directory, 'password'), `${password}\n`);
  await writeFile(path.join(directory, 'server.pem'), certificate);
  await writeFile(path.join(directory, 'server.key'), key, { mode: 0o600 });
  const account = await chooseAccount({ native, directory });
  const data = path.join(directory, 'data');
  const initdb = commandAs(account, path.join(native, 'bin/initdb'), [
    '-D', data, '--no-sync', '-E', 'UTF8', '--locale=C', '-U', 'owner', '-A', 'scram-sha-256', '--pwfile', path.join(directory, 'password'),
  ]);
  await runProgram(initdb.file, initdb.parameters, initdb.options);
  const port = await freePort();
  const start = () => {
    const settings = {
      port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off', max_connections: 120, ssl: 'on',
      ssl_cert_file: path.join(directory, 'server.pem'), ssl_key_file: path.join(directory, 'server.key'),
      max_prepared_transactions: 4,
    };
    const { file, parameters, options } = commandAs(account, path.join(native, 'bin/postgres'), [
      '-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    return startServer(file, parameters, { ...options, port, stop_signal: 'SIGINT' });
  };
  const run = async (text: string, database = 'shop'): Promise<string> => {
    const sql = postgres({ host: '127.0.0.1', port, database, username: 'owner', password, ssl: false, max: 1, fetch_types: false, onnotice: () => undefined });
    try {
      const results = (await sql.unsafe(text).values()) as unknown as unknown[][] | unknown[][][];
      const last = (Array.isArray(results[0]?.[0]) ? results.at(-1) : results) as unknown[][];
      return last.map((row) => row.map((value) => (value === null ? '' : String(value))).join('|')).join('\n');
    } finally {
      await sql.end();
    }
  };
  let server = await start();
  const ready = async () => {
    // It accepts TCP a moment before it lets anybody in.
    for (let tries = 0; ; tries += 1) {
      try {
        return await run('show server_version', 'postgres');
      } catch (error) {
        if (tries >= 50 || !notReady.has(String((error as { code?: unknown }).code))) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const version = await ready();
  await run('create database shop', 'postgres');
  return {
    host: '127.0.0.1', port, database: 'shop', username: 'owner', password, ca_certificate: ca, version,
    run: (sql) => run(sql),
    async restart() {
      await server.kill();
      server = await start();
      await ready();
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
