/** A kind from outside passes the suite, and the service takes it like any other. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadOutsideKinds } from '../../control-plane/src/kinds/outside.ts';
import { createRegistry } from '../../control-plane/src/kinds/registry.ts';
import { startHttpPeer } from '../peers/http.ts';
import { startTestService } from '../setup/service.ts';
import { testKind } from './test-kind.ts';

const folder = path.resolve(import.meta.dirname, '../outside-kinds/pigeon');
const token = 'coo-coo-canary';
const [pigeon] = await loadOutsideKinds(createRegistry(), [folder]);

/** A loft: three pigeons, and letters that are numbered. */
async function startLoft() {
  const letters: unknown[] = [];
  const peer = await startHttpPeer(({ headers, url, body }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: {} };
    if (url.pathname === '/pigeons') return { body: { pigeons: 3 } };
    letters.push(JSON.parse(body.toString()));
    return { body: { letter: `letter-${letters.length}` } };
  });
  return { ...peer, letters };
}

testKind(pigeon!.kind, {
  folder: pigeon!.folder,
  async start() {
    const loft = await startLoft();
    return {
      config: { loft_url: loft.url, token },
      backend: loft,
      stop: loft.stop,
    };
  },
  wrong_configs: { loft_url: { loft_url: 'loft' } },
  faults: {
    at: (port) => ({ loft_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { token: 'wrong' },
    tls: (port) => ({ loft_url: `https://127.0.0.1:${port}` }),
  },
  long_operations: [{ operation: 'send', input: { to: 'ada@example.com', text: 'All of it. '.repeat(20_000) }, expect: ({ accepted }) => expect(accepted).toEqual(['ada@example.com']) }],
  operations: {
    send: [{ input: { to: 'ada@example.com', text: 'Hello' }, expect: (result) => expect(result).toEqual({ message_id: expect.stringMatching(/^letter-\d+$/), accepted: ['ada@example.com'], rejected: [] }) }],
  },
  refusals: [{ operation: 'send', input: { to: 'ada@example.com' }, code: 'invalid_request', says: /text or an HTML body/ }],
});

describe('the service with a kind from outside', () => {
  test('lists it, makes it a default and sends by it', async () => {
    const loft = await startLoft();
    const service = await startTestService({ settings: { PATCHBAY_KINDS: folder } });
    try {
      expect((await service.admin.get('/api/connectors/catalog/pigeon')).body).toMatchObject({ kind: 'pigeon', category: 'email', operations: ['test', 'send'] });
      await service.admin.post('/api/tenants', { slug: 'acme', name: 'Acme' });
      await service.admin.post('/api/connectors', { tenant: 'acme', name: 'Loft', kind: 'pigeon', is_default: true, config: { loft_url: loft.url, token } });
      const sent = await service.admin.post('/api/tenants/acme/email/send', { to: 'ada@example.com', subject: 'Hi', text: 'Hello' });
      expect([sent.status, sent.body]).toEqual([200, { message_id: 'letter-1', accepted: ['ada@example.com'], rejected: [] }]);
      expect(loft.letters).toEqual([{ to: ['ada@example.com'], subject: 'Hi', text: 'Hello' }]);
    } finally {
      await service.stop();
      await loft.stop();
    }
  });
});

describe('what cannot be used stops the start, and says why', () => {
  let directory: string;
  beforeAll(async () => { directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-kinds-')); });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const load = async (source: string) => {
    const file = path.join(directory, `kind-${Math.random().toString(36).slice(2)}.mjs`);
    await writeFile(file, source);
    return loadOutsideKinds(createRegistry(), [file]);
  };
  const config = 'config: z.strictObject({ timeout: timeoutField })';

  test.each([
    ['export const nothing = 1;', 'is not a function'],
    ['export default () => ({});', 'has a name'],
    [`export default ({ z, timeoutField, defineKind, categories }) => defineKind({ kind: 'a', category: categories.email, ${config} });`, 'has no open()'],
    [`export default ({ z, timeoutField, defineKind }) => defineKind({ kind: 'a', category: { category: 'own' }, ${config}, open() {} });`, 'of no category'],
    [`export default ({ z, defineKind, categories }) => defineKind({ kind: 'a', category: categories.email, config: z.strictObject({}), open() {} });`, 'has no "timeout"'],
    [`export default ({ z, timeoutField, secret, defineKind, categories }) => defineKind({ kind: 'a', category: categories.email, config: z.strictObject({ password: secret(z.string().meta({ title: 'P' })), timeout: timeoutField }), open() {} });`, 'their destination'],
  ])('%s', async (source, message) => {
    await expect(load(source)).rejects.toThrow(message);
  });

  test('a package is found by what it exports for import, or by its main file', async () => {
    const source = (kind: string) => `export default ({ z, timeoutField, defineKind, categories }) => defineKind({ kind: '${kind}', label: 'A', category: categories.email, ${config}, open() {} });`;
    const manifests = { conditions: { exports: { '.': { import: './kind.js' } } }, text: { exports: './kind.js' }, main: { main: 'kind.js' } };
    for (const [name, manifest] of Object.entries(manifests)) {
      const place = path.join(directory, 'node_modules', `kind-by-${name}`);
      await mkdir(place, { recursive: true });
      await writeFile(path.join(place, 'package.json'), JSON.stringify({ name: `kind-by-${name}`, type: 'module', ...manifest }));
      await writeFile(path.join(place, 'kind.js'), source(`by_${name}`));
      expect((await loadOutsideKinds(createRegistry(), [`kind-by-${name}`], directory)).map(({ kind }) => kind.kind)).toEqual([`by_${name}`]);
    }
    const typed = path.join(directory, 'node_modules/typed');
    await mkdir(typed);
    await writeFile(path.join(typed, 'index.ts'), source('typed'));
    await expect(loadOutsideKinds(createRegistry(), ['typed'], directory)).rejects.toThrow('compile the package');
  });

  test('a source that is not there, and a name that is taken', async () => {
    await expect(loadOutsideKinds(createRegistry(), ['./nowhere'], directory)).rejects.toThrow('PATCHBAY_KINDS: "./nowhere" cannot be used: there is no');
    await expect(loadOutsideKinds(createRegistry(), [folder, folder])).rejects.toThrow('is registered already');
  });
});
