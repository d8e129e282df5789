/** POST /test → {ok, latency_ms, error?}: with and without saving, and the history. */
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Client } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
let shop: HttpPeer;
let id: string;
beforeAll(async () => {
  service = await startTestService();
  admin = service.admin;
  shop = await startHttpPeer(({ headers }) => (headers.authorization === 'Bearer right' ? { body: 'ok' } : { status: 401, body: 'no' }));
  await service.tenant('acme');
  ({ id } = await service.connector({ tenant: 'acme', name: 'Shop', kind: 'api_rest', config: { base_url: shop.url, authentication: 'bearer', token: 'right' } }));
});
afterAll(async () => {
  await service.stop();
  await shop.stop();
});

const latency_ms = expect.any(Number);
const refused = { ok: false, latency_ms, error: expect.objectContaining({ code: 'backend_authentication_failed', fault: 'connector', detail: expect.any(String), request_id: expect.any(String) }) };

test('a good one is ok, and is kept', async () => {
  const answer = await must(admin.post(`/api/connectors/${id}/test`));
  expect(answer).toEqual({ ok: true, latency_ms, message: expect.stringContaining('HTTP 200') });
  expect((await must(admin.get(`/api/connectors/${id}`))).last_check).toEqual({ ok: true, latency_ms: answer.latency_ms, checked_at: expect.any(String) });
});

test('a changed config is tested without being saved, nor its outcome', async () => {
  const before = await must(admin.get(`/api/connectors/${id}`));
  expect(await must(admin.post(`/api/connectors/${id}/test`, { config: { token: 'wrong' } }))).toEqual(refused);
  expect(await must(admin.post(`/api/connectors/${id}/test`, { config: { timeout: 5 } }))).toMatchObject({ ok: true });
  expect(await must(admin.get(`/api/connectors/${id}`))).toEqual(before);
});

test('a config that is not saved at all', async () => {
  const before = await service.rows();
  expect(await must(admin.post('/api/connectors/catalog/api_rest/test', { config: { base_url: shop.url, authentication: 'bearer', token: 'right' } }))).toEqual({ ok: true, latency_ms, message: expect.any(String) });
  expect(await must(admin.post('/api/connectors/catalog/api_rest/test', { config: { base_url: shop.url } }))).toEqual(refused);
  expectProblem(await admin.post('/api/connectors/catalog/api_rest/test', { config: {} }), 400, 'invalid_request', 'config.base_url');
  expect(await service.rows()).toEqual(before);
});

test('an address that may not be reached is an outcome that says how to allow it', async () => {
  const config = { base_url: 'http://169.254.169.254' };
  expect(await must(admin.post('/api/connectors/catalog/api_rest/test', { config }))).toMatchObject({ ok: false, error: { code: 'egress_denied', hint: expect.stringContaining('PATCHBAY_EGRESS_ALLOW') } });
});

test('the history is a page of outcomes, the newest first', async () => {
  await must(admin.patch(`/api/connectors/${id}`, { config: { token: 'wrong' } }));
  await must(admin.post(`/api/connectors/${id}/test`, {}));
  await must(admin.patch(`/api/connectors/${id}`, { config: { token: 'right' } }));
  await must(admin.post(`/api/connectors/${id}/test`, {}));
  const kept = { id: expect.any(String), latency_ms, checked_at: expect.any(String) };
  const first = await must(admin.get(`/api/connectors/${id}/checks?limit=2`));
  expect(first).toEqual({ checks: [{ ...kept, ok: true, message: expect.any(String) }, { ...kept, ...refused }], next_cursor: expect.any(String) });
  expect(await must(admin.get(`/api/connectors/${id}/checks?limit=2&cursor=${first.next_cursor}`))).toEqual({ checks: [expect.objectContaining({ ok: true })] });
});

test('a builder tests what is saved, and only an admin what it would be', async () => {
  const builder = await service.as('builder', 'acme');
  expect((await must(builder.post(`/api/connectors/${id}/test`, {}))).ok).toBe(true);
  expectProblem(await builder.post(`/api/connectors/${id}/test`, { config: { base_url: shop.url } }), 403, 'forbidden');
  const viewer = await service.as('viewer', 'acme');
  expectProblem(await viewer.post(`/api/connectors/${id}/test`, {}), 403, 'forbidden');
  expect((await viewer.get(`/api/connectors/${id}/checks`)).status).toBe(200);
});
