import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, lstat, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import postgres from 'postgres';
import { completeLinks, findBinaries } from './embedded-binaries.ts';
import { startEmbeddedPostgres } from './embedded.ts';
import type { EmbeddedPostgres } from './embedded.ts';

let root: string;
const servers: EmbeddedPostgres[] = [];

beforeAll(async () => {
  // mkdtemp makes it 0700: a place that other users may not enter, as a home directory can be.
  root = await realpath(await mkdtemp(path.join(tmpdir(), 'patchbay-embedded-')));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function start(name: string, options: object = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory: path.join(root, name), durable: false, ...options });
  servers.push(server);
  return server;
}

async function query<Row>({ url }: { url: string }, text: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe<Row[] & object[]>(text))];
  } finally {
    await sql.end();
  }
}

test('serves a UTF-8 cluster to its one user, and to nobody without the password', async () => {
  const server = await start('fresh', { durable: true });
  expect(await query(server, `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync, current_setting('listen_addresses') as address, upper('äöü') as upper`))
    .toEqual([{ encoding: 'UTF8', fsync: 'on', address: '127.0.0.1', upper: 'ÄÖÜ' }]);
  const { mode } = await stat(path.join(root, 'fresh/password'));
  expect(mode & 0o777).toBe(0o600);
  const guess = new URL(server.url);
  guess.password = 'guess';
  await expect(query({ url: guess.href }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('keeps what was written over a stop, another port and the death of the server', async () => {
  const first = await start('kept');
  await query(first, 'create table kept (word text)');
  await query(first, `insert into kept values ('stopped')`);
  await first.stop();
  await first.stop(); // Twice does no harm.

  const second = await start('kept', { settings: { fsync: 'on', synchronous_commit: 'on' } });
  await query(second, `insert into kept values ('killed')`);
  process.kill(second.process_id, 'SIGKILL');
  await second.ended;

  const third = await start('kept');
  expect(await query(third, 'select word from kept order by word')).toEqual([{ word: 'killed' }, { word: 'stopped' }]);
});

test('a directory that is served is refused, and goes on being served', async () => {
  const server = await start('busy');
  await expect(start('busy')).rejects.toMatchObject({
    code: 'unavailable',
    message: `The database in ${path.join(root, 'busy')} is already used by process ${process.pid}.`,
    hint: expect.stringContaining('PATCHBAY_DATA_DIRECTORY'),
  });
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('two that begin together make one cluster, which one of them serves', async () => {
  const results = await Promise.allSettled([start('race'), start('race')]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { message: expect.stringContaining(`is already used by process ${process.pid}`) } });
  expect(await query(servers[0]!, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a server without its Patchbay is shut down by the next one', async () => {
  const orphan = await start('orphan');
  await query(orphan, 'create table kept (word text)');
  await writeFile(path.join(root, 'orphan/owner.json'), JSON.stringify({ process_id: process.pid, started: 'before' }));
  const server = await start('orphan');
  await orphan.ended;
  expect(await query(server, 'select * from kept')).toEqual([]);
});

test('kill -9 of its Patchbay ends the server', async () => {
  const directory = path.join(root, 'killed');
  const module = pathToFileURL(path.join(import.meta.dirname, 'embedded.ts')).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)}, durable: false });
    console.log(server.process_id);
    setInterval(() => undefined, 1000);`;
  const patchbay = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(patchbay.stdout, 'data');
  expect((await stat(path.join(directory, 'data/postmaster.pid'))).isFile()).toBe(true);
  patchbay.kill('SIGKILL');
  // The server removes the file as the last thing it does.
  while (await stat(path.join(directory, 'data/postmaster.pid')).catch(() => undefined)) await sleep(20);
  expect(await readFile(path.join(directory, 'server.log'), 'utf8')).toContain('database system is shut down');
});

test('a process id in use by somebody else does not keep it from starting', async () => {
  await (await start('stale')).stop();
  await writeFile(path.join(root, 'stale/data/postmaster.pid'), `${process.pid}\n${path.join(root, 'stale/data')}\n0\n1\n\n127.0.0.1\n\nready\n`);
  expect(await query(await start('stale'), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('what a killed initdb left is thrown away', async () => {
  await mkdir(path.join(root, 'half/data.new/base'), { recursive: true });
  await start('half');
  expect((await readdir(path.join(root, 'half'))).sort()).toEqual(['data', 'owner.json', 'password', 'server.log']);
});

test('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(start('port', { port })).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(`port ${port} is taken`) });
  other.close();
});

test('a cluster of another PostgreSQL version is refused before the server touches it', async () => {
  await (await start('old')).stop();
  await writeFile(path.join(root, 'old/data/PG_VERSION'), '12\n');
  await expect(start('old')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('was made by PostgreSQL 12') });
});

test('a setting that PostgreSQL does not know is told in its own words', async () => {
  await expect(start('setting', { settings: { colour: 'blue' } })).rejects.toMatchObject({
    message: expect.stringContaining('unrecognized configuration parameter "colour"'),
    hint: expect.stringContaining('server.log'),
  });
});

describe('below a folder that nobody else may enter, programs and data', () => {
  let native: string;

  beforeAll(async () => {
    // As npm leaves the package when it was told not to run install scripts.
    native = path.join(root, 'native');
    await cp(await findBinaries(), native, { recursive: true, filter: async (file) => !(await lstat(file)).isSymbolicLink() });
    await completeLinks(native);
  });

  test.each([true, false])('are served, with user namespaces: %s', async (userNamespaces) => {
    const server = await start(`closed-${userNamespaces}`, { native, userNamespaces });
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('are served again when user namespaces came or went', async () => {
    await (await start('moved', { native, userNamespaces: true })).stop();
    await (await start('moved', { native, userNamespaces: false })).stop();
    expect(await query(await start('moved', { native, userNamespaces: true }), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});
