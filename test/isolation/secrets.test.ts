/** A secret opens for its own connector, with its own master key, and an environment variable for its own tenant. */
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { expectProblem, must } from '../setup/client.ts';
import { newMasterKey, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let backend: HttpPeer;
const bearer = (token: string) => ({ kind: 'api_rest', config: { base_url: backend.url, authentication: 'bearer', token } });
/** What the backend was shown in a call of this connector. */
async function shown(of: TestService, id: string): Promise<string | undefined> {
  await must(of.admin.post(`/api/connectors/${id}/request`, {}));
  return backend.received.at(-1)!.headers.authorization;
}

beforeAll(async () => {
  backend = await startHttpPeer(() => ({ body: 'ok' }));
  service = await startTestService({
    settings: { PATCHBAY_ENV_ALLOW: 'globex:GLOBEX_TOKEN, SHARED_*' },
    environment: { GLOBEX_TOKEN: 'only-for-globex', SHARED_TOKEN: 'for-all', GLOBEX_OTHER: 'for-nobody' },
  });
  for (const slug of ['acme', 'globex']) await service.tenant(slug);
  await service.tenant('globex-north', { parent: 'globex' });
});
afterAll(async () => {
  await service.stop();
  await backend.stop();
});

describe('environment references', () => {
  test('a name of one tenant serves that one, and who inherits its connector, and no other', async () => {
    const { id } = await service.connector({ tenant: 'globex', name: 'Own', is_default: true, ...bearer('$ENV:GLOBEX_TOKEN') });
    expect(await shown(service, id)).toBe('Bearer only-for-globex');
    const builder = await service.as('builder', 'globex-north');
    await must(builder.post('/api/tenants/globex-north/api/request', {}));
    expect(backend.received.at(-1)!.headers.authorization).toBe('Bearer only-for-globex');

    for (const tenant of ['acme', 'globex-north']) {
      expectProblem(await service.admin.post('/api/connectors', { tenant, name: 'Theirs', ...bearer('$ENV:GLOBEX_TOKEN') }), 422, 'env_reference_refused', 'config.token');
      expectProblem(await service.admin.post('/api/connectors/catalog/api_rest/request', { tenant, config: bearer('$ENV:GLOBEX_TOKEN').config }), 422, 'env_reference_refused', 'config.token');
    }
  });

  test('a name with a star serves all, one that is not named nobody', async () => {
    const { id } = await service.connector({ tenant: 'acme', name: 'Shared', ...bearer('$ENV:SHARED_TOKEN') });
    expect(await shown(service, id)).toBe('Bearer for-all');
    expectProblem(await service.admin.patch(`/api/connectors/${id}`, { config: { token: '$ENV:GLOBEX_OTHER' } }), 422, 'env_reference_refused', 'config.token');
    expect(await must(service.admin.post(`/api/connectors/${id}/test`, { config: { token: '$ENV:GLOBEX_TOKEN' } }))).toMatchObject({ ok: false, error: { code: 'env_reference_refused' } });
  });

  test('nobody but a platform admin takes the slug that a rule names', async () => {
    await service.tenant('agency');
    await service.tenant('client', { parent: 'agency' });
    const admin = await service.as('admin', 'agency');
    await must(service.admin.patch('/api/tenants/globex', { slug: 'globex-old' }));
    expectProblem(await admin.post('/api/tenants', { slug: 'globex', name: 'Taken', parent: 'agency' }), 403, 'forbidden', 'slug');
    expectProblem(await admin.patch('/api/tenants/client', { slug: 'globex' }), 403, 'forbidden', 'slug');
    await must(service.admin.patch('/api/tenants/globex-old', { slug: 'globex' }));
  });

  test('a builder reads no environment by a config of their own', async () => {
    const builder = await service.as('builder', 'globex');
    for (const tenant of ['globex', undefined]) {
      expectProblem(await builder.post('/api/connectors/catalog/api_rest/request', { tenant, config: bearer('$ENV:GLOBEX_TOKEN').config }), tenant ? 403 : 422, tenant ? 'forbidden' : 'env_reference_refused');
    }
  });
});

describe('ciphertexts', () => {
  test('one that stands elsewhere than where it was made does not open, and can be replaced', async () => {
    const [mine, theirs] = [await service.connector({ tenant: 'acme', name: 'Mine', ...bearer('token-of-mine') }), await service.connector({ tenant: 'acme', name: 'Theirs', ...bearer('token-of-theirs') })];
    expect(await shown(service, mine.id)).toBe('Bearer token-of-mine');
    await service.sql`update connectors set secrets = (select secrets from connectors where id = ${theirs.id}), version = version + 1 where id = ${mine.id}`;
    const problem = expectProblem(await service.admin.post(`/api/connectors/${mine.id}/request`, {}), 422, 'invalid_config', 'config.token');
    expect(problem.detail).toContain('cannot be decrypted');
    expectProblem(await service.admin.patch(`/api/connectors/${mine.id}`, { config: { username: 'x' } }), 422, 'invalid_config', 'config.token');
    await must(service.admin.patch(`/api/connectors/${mine.id}`, { config: { token: 'token-anew' } }));
    expect(await shown(service, mine.id)).toBe('Bearer token-anew');
  });

  test('one of another tenant does not open either', async () => {
    const [mine, theirs] = [await service.connector({ tenant: 'acme', name: 'Here', ...bearer('token-here') }), await service.connector({ tenant: 'globex', name: 'There', ...bearer('token-there') })];
    await service.sql`update connectors set secrets = (select secrets from connectors where id = ${theirs.id}), version = version + 1 where id = ${mine.id}`;
    expectProblem(await service.admin.post(`/api/connectors/${mine.id}/request`, {}), 422, 'invalid_config', 'config.token');
  });

  test('the same secret never gives the same ciphertext', async () => {
    const [one, two] = [await service.connector({ tenant: 'acme', name: 'One', ...bearer('same') }), await service.connector({ tenant: 'acme', name: 'Two', ...bearer('same') })];
    const rows = await service.sql`select secrets->'token'->>'ciphertext' as ciphertext from connectors where id in (${one.id}, ${two.id})`;
    expect(new Set(rows.map(({ ciphertext }) => ciphertext as string)).size).toBe(2);
  });
});

describe('master keys', () => {
  test('a new one takes over from the former, which is then not needed any more', async () => {
    const first = await startTestService();
    try {
      await first.tenant('acme');
      const { id } = await first.connector({ tenant: 'acme', name: 'Kept', ...bearer('kept-through-rotation') });
      const current = newMasterKey();
      const wrong = startTestService({ database_url: first.database_url, master_key: current });
      await expect(wrong).rejects.toThrow(/encrypted with master key [0-9a-f]{8}, which is not the one given .*PATCHBAY_MASTER_KEY/);

      const rotated = await startTestService({ database_url: first.database_url, master_key: current, settings: { PATCHBAY_PREVIOUS_MASTER_KEYS: first.master_key } });
      expect(await shown(rotated, id)).toBe('Bearer kept-through-rotation');
      expect(rotated.logs()).toContain('wrapped data keys with the current master key');
      await rotated.stop();

      const later = await startTestService({ database_url: first.database_url, master_key: current });
      expect(await shown(later, id)).toBe('Bearer kept-through-rotation');
      await later.stop();
      await expect(startTestService({ database_url: first.database_url, master_key: first.master_key })).rejects.toThrow(/PATCHBAY_PREVIOUS_MASTER_KEYS/);
    } finally {
      await first.stop();
    }
  });
});
