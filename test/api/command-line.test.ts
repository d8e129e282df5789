/** The `patchbay` command as who uses it sees it: tables and sentences, JSON on demand, exit codes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import type { Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const program = path.resolve(import.meta.dirname, '../../control-plane/src/cli/main.ts');

let service: TestService;
let peer: HttpPeer;
let folder: string;

beforeAll(async () => {
  peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 500, body: {} } : { body: [{ id: 1, name: 'Ada' }, { id: 2, name: 'Grace' }] }));
  service = await startTestService();
  folder = await mkdtemp(path.join(os.tmpdir(), 'patchbay-cli-'));
});
afterAll(async () => {
  await service?.stop();
  await peer?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Printed { code: number; out: string; complaint: string }

const patchbay = (words: string[], environment: Record<string, string> = {}): Promise<Printed> => new Promise((resolve) => {
  const { PATH } = process.env;
  const env = { PATH, PATCHBAY_URL: service.url, PATCHBAY_KEY: service.admin_key, ...environment };
  execFile(process.execPath, [program, ...words], { env, cwd: folder }, (failure, out, complaint) => resolve({ code: failure ? Number(failure.code) : 0, out, complaint }));
});
const json = async (...words: string[]): Promise<Json> => JSON.parse((await patchbay([...words, '--json'])).out) as Json;
/** The cells of a table’s rows, by its headings. */
const table = ({ out }: Printed): Record<string, string>[] => {
  const [head = '', ...lines] = out.trimEnd().split('\n');
  const columns = [...head.matchAll(/\S+\s*/g)].map(({ 0: text, index }) => ({ name: text.trim().toLowerCase(), from: index, to: index + text.length }));
  return lines.map((line) => Object.fromEntries(columns.map(({ name, from, to }, place) => [name, line.slice(from, place === columns.length - 1 ? undefined : to).trim()])));
};

test('from nothing to a row of a tenant’s own backend', async () => {
  expect((await patchbay(['tenants', 'list'])).out).toMatch(/^No tenants yet. Make one: patchbay tenants create acme/);
  expect((await patchbay(['tenants', 'create', 'globex', '--name', 'Globex'])).out).toMatch(/^Created globex \([0-9a-f-]{36}\)\.\n$/);
  await patchbay(['tenants', 'create', 'acme', '--parent', 'globex']);
  expect(table(await patchbay(['tenants']))).toEqual([{ slug: 'globex', name: 'Globex', parent: '' }, { slug: 'acme', name: 'acme', parent: 'globex' }]);
  const file = path.join(folder, 'connectors.json');
  await writeFile(file, JSON.stringify([
    { name: 'Group API', kind: 'api_rest', is_default: true, config: { base_url: peer.url, test_path: '/', endpoints: [{ name: 'people', path: '/people' }] } },
    { name: 'Broken', kind: 'api_rest', config: { base_url: peer.url, test_path: '/broken', retries: 0 } },
  ]));
  expect((await patchbay(['connectors', 'import', file, '--tenant', 'globex'])).out).toMatch(/^Created globex\/group-api \(api_rest, .*\), the default\.\nCreated globex\/broken \(api_rest, [^)]*\)\.\n$/);
  const [group, broken] = await json('connectors', 'list', '--tenant', 'globex');
  expect(table(await patchbay(['connectors', 'list']))).toEqual([
    { tenant: 'globex', slug: 'group-api', kind: 'api_rest', category: 'api', default: 'yes', health: 'untested', id: group.id },
    { tenant: 'globex', slug: 'broken', kind: 'api_rest', category: 'api', default: '', health: 'untested', id: broken.id },
  ]);
  expect(await patchbay(['connectors', 'test', group.id])).toMatchObject({ code: 0, out: expect.stringMatching(/^OK in \d+ ms/) });
  expect(await patchbay(['connectors', 'test', broken.id])).toMatchObject({ code: 1, out: expect.stringMatching(/^FAILED after \d+ ms: .+\n.+/) });
  expect((await json('connectors', 'list', '--health', 'failing')).map(({ id }: Json) => id)).toEqual([broken.id]);
  expect((await patchbay(['resolve', 'acme', 'api'])).out).toBe(`Group API (api_rest, ${group.id})\nacme has no default api; parent globex has: 'Group API'\n`);
  expect(await patchbay(['resolve', 'acme', 'email'])).toMatchObject({ code: 1, out: expect.stringMatching(/^none\n/) });
  expect((await patchbay(['run', 'acme/api', 'read', '--input', '{"model":"people"}'])).out).toBe('{"id":1,"name":"Ada"}\n{"id":2,"name":"Grace"}\n');
});

test('a key is made for a tenant, used, and revoked', async () => {
  const { out } = await patchbay(['keys', 'create', 'n8n', '--role', 'builder', '--tenant', 'acme']);
  const key = { PATCHBAY_KEY: out.trim() };
  expect((await patchbay(['resolve', 'acme', 'api'], key)).code).toBe(0);
  expect(await patchbay(['tenants', 'create', 'other'], key)).toMatchObject({ code: 1, complaint: expect.stringMatching(/Your role does not permit/) });
  const made = (await json('keys', 'list')).find(({ name }: Json) => name === 'n8n');
  expect(await patchbay(['keys', 'revoke', made.id])).toMatchObject({ code: 0, out: 'Revoked.\n' });
  expect((await patchbay(['resolve', 'acme', 'api'], key)).code).toBe(1);
});

test('what goes wrong is said in a sentence, with what to do; as a problem document with --json', async () => {
  const unknown = await patchbay(['resolve', 'nobody', 'api']);
  expect([unknown.code, unknown.out]).toEqual([1, '']);
  expect(unknown.complaint).toMatch(/nobody/);
  expect(JSON.parse((await patchbay(['resolve', 'nobody', 'api', '--json'])).complaint)).toMatchObject({ code: 'tenant_not_found', status: 404, request_id: expect.any(String) });
  expect((await patchbay(['tenants'], { PATCHBAY_URL: 'http://127.0.0.1:9' })).complaint).toBe('Patchbay does not answer at http://127.0.0.1:9. Is it running (npm start)? Give its address with --url or PATCHBAY_URL.\n');
  expect((await patchbay(['tenants'], { PATCHBAY_KEY: '' })).complaint).toBe('No key: give --key, or set PATCHBAY_KEY.\n');
  expect((await patchbay(['run', 'acme/api', 'read', '--input', '{'])).complaint).toBe('--input is not valid JSON.\n');
  expect((await patchbay(['connectors', 'list', '--health', 'ill'])).complaint).toMatch(/health/);
  expect(await patchbay(['keys', 'create', 'x', '--role', 'king'])).toMatchObject({ code: 1, complaint: expect.stringMatching(/Allowed choices are viewer, builder, admin, platform_admin/) });
  expect((await patchbay(['connectors', 'import', 'no-such-file.json'])).complaint).toMatch(/no-such-file\.json/);
});

test('kinds are listed and explained without a running service', async () => {
  const alone = { PATCHBAY_URL: 'http://127.0.0.1:9', PATCHBAY_KEY: '' };
  expect(table(await patchbay(['kinds'], alone))).toContainEqual(expect.objectContaining({ kind: 'postgresql', category: 'database' }));
  expect(table(await patchbay(['kinds', 'rds'], alone)).length).toBeGreaterThan(3);
  expect(JSON.parse((await patchbay(['kinds', 'postgresql', '--json'], alone)).out)).toMatchObject({ properties: { host: { type: 'string' } } });
  expect(await patchbay(['kinds', 'telex'], alone)).toMatchObject({ code: 1, complaint: expect.stringMatching(/telex/) });
});
