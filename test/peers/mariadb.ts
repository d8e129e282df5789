/** A private MariaDB, from Debian's packages. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { canMakeCertificates, testCertificate } from './certificate.ts';
import { findProgram, freePort, runProgram, startServer } from './process.ts';

export interface MariadbPeer {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  /** PEM: the authority of the server's certificate. */
  ca_certificate: string;
  /** Runs SQL as root and returns what it printed, one row a line, columns separated by tabs. */
  run(sql: string): Promise<string>;
  /** Ends the server as a crash would, and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const serverProgram = findProgram('mariadbd');
const installProgram = findProgram('mariadb-install-db');
const clientProgram = findProgram('mariadb');

export const hasMariadb = Boolean(serverProgram && installProgram && clientProgram) && canMakeCertificates;

export async function startMariadb(): Promise<MariadbPeer> {
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-mariadb-'));
  const file = (name: string) => path.join(directory, name);
  const { ca, certificate, key } = await testCertificate();
  await Promise.all([writeFile(file('ca.pem'), ca), writeFile(file('server.pem'), certificate), writeFile(file('server.key'), key, { mode: 0o600 })]);
  await Promise.all([mkdir(file('files')), mkdir(file('temporary'))]);
  // In the common /tmp two servers that start at the same moment take each other's temporary tables.
  const env = { ...process.env, TMPDIR: file('temporary') };
  // It refuses root's account only where nobody asked for it.
  const user = `--user=${userInfo().username}`;
  const data = `--datadir=${file('data')}`;
  await runProgram(installProgram!, ['--no-defaults', data, user, '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-flush-log-at-trx-commit=0'], { env });
  const port = await freePort();
  const start = () =>
    startServer(serverProgram!, [
      '--no-defaults', data, user, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${file('socket')}`, `--pid-file=${file('pid')}`,
      `--ssl-ca=${file('ca.pem')}`, `--ssl-cert=${file('server.pem')}`, `--ssl-key=${file('server.key')}`,
      '--skip-log-bin', '--character-set-server=utf8mb4', '--skip-name-resolve', '--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0', '--max-connections=60',
      `--secure-file-priv=${file('files')}`,
    ], { port, env });
  let server = await start();
  const run = (sql: string, database = 'shop') =>
    runProgram(clientProgram!, ['--no-defaults', `--socket=${file('socket')}`, '-u', 'root', '-N', '-B', '--default-character-set=utf8mb4', database], { input: sql });
  const password = 'Canary-mariadb-91bd';
  await run(`create database shop; create user app@'%' identified by '${password}'; grant all on *.* to app@'%'`, 'mysql');
  return {
    host: '127.0.0.1', port, database: 'shop', username: 'app', password, ca_certificate: ca,
    run: (sql) => run(sql),
    async restart() {
      await server.kill();
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
