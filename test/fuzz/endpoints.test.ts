/**
 * Every endpoint, by whatever its schemas allow and whatever they do not: the answer is of the kind that is
 * declared, or a problem document that blames whose fault it is. Never the service's.
 */
import fc from 'fast-check';
import type { Endpoint } from '../../control-plane/src/modules/access/index.ts';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { arbitraryOf } from '../setup/arbitrary.ts';
import type { Answer, Json } from '../setup/client.ts';
import { schemaOf } from '../setup/samples.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const runsEach = 30;

let service: TestService;
let backend: HttpPeer;
let given: Record<string, unknown[]>;
let parameters: Record<string, string[]>;

beforeAll(async () => {
  backend = await startHttpPeer(({ url }) => ({ body: [{ path: url.pathname }] }));
  service = await startTestService({ settings: { PATCHBAY_ENV_ALLOW: 'FUZZ_*' }, environment: { FUZZ_TOKEN: 'x' } });
  await service.tenant('acme');
  await service.tenant('acme-below', { parent: 'acme' });
  const config = { base_url: backend.url, timeout: 2 };
  const connectors: Json[] = [];
  for (const name of ['One', 'Two', 'Three']) connectors.push(await service.connector({ tenant: 'acme', name, kind: 'api_rest', config, is_default: name === 'One' }));
  const ids = connectors.map(({ id }) => id as string);
  given = {
    tenant: ['acme', 'acme-below'], organization_id: ['acme'], parent: ['acme', 'acme-below', null], connector: ids, successor: [...ids, 'none'],
    kind: ['api_rest', 's3'], type: ['api_rest', 'rds'], config: [config, { ...config, authentication: 'bearer', token: '$ENV:FUZZ_TOKEN' }, {}], category: ['api'],
    slug: ['fresh', 'fresher'], cursor: [Buffer.from(ids[0]!).toString('base64url')], role: ['viewer', 'builder'],
  };
  const odd = ['%00', '..%2f', '__proto__', 'constructor', 'x'.repeat(300), '%F0%9F%A6%86', ' ', '-'];
  parameters = {
    tenant: ['acme', 'acme', 'acme-below', 'nobody', ...odd], id: [...ids, ids[0]!.toUpperCase(), '00000000-0000-0000-0000-000000000000', ...odd],
    kind: ['api_rest', 'api_rest', 's3', 'rds', 'fax', ...odd], category: ['api', 'api', 'email', 'fax', ...odd], operation: ['request', 'read', 'discover', 'send', 'test', ...odd],
  };
});
afterAll(async () => {
  await service.stop();
  await backend.stop();
});

function inputOf(endpoint: Endpoint) {
  const names = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const path = fc.tuple(...names.map((name) => fc.constantFrom(...(parameters[name] ?? ['sample']))))
    .map((values) => values.reduce((text, value, index) => text.replace(`{${names[index]}}`, value.startsWith('%') ? value : encodeURIComponent(value)), endpoint.path));
  const query = endpoint.query
    ? arbitraryOf(schemaOf(endpoint.query), given).map((value) => (typeof value === 'object' && value !== null
      ? new URLSearchParams(Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : String(JSON.stringify(one))] as [string, string])).toString() : encodeURIComponent(String(value).toWellFormed())))
    : fc.constant('');
  const body = endpoint.body ? fc.oneof(
    { weight: 8, arbitrary: arbitraryOf(schemaOf(endpoint.body), given).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string() },
  ) : fc.constant(undefined);
  return fc.record({ path, query, body });
}

function check(endpoint: Endpoint, answer: Answer): void {
  const type = answer.headers.get('content-type') ?? '';
  if (answer.status < 400) {
    if (answer.text !== '') expect(type).toMatch(/^(application\/(json|x-ndjson|octet-stream)|text\/)/);
    return;
  }
  // A page is for the person whose browser was sent there.
  if (endpoint.answer_types?.includes('text/html') && type.startsWith('text/html') && answer.status < 500) return;
  expect(type).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status: answer.status, code: expect.any(String), detail: expect.any(String), request_id: answer.headers.get('x-request-id') });
  // A 5xx is a backend's or a connector's, of those operations that reach one.
  if (answer.status >= 500) expect([endpoint.path, answer.body]).toEqual([endpoint.path, expect.objectContaining({ fault: expect.stringMatching(/^(backend|connector)$/) })]);
  if (answer.body.code === 'invalid_request') expect(answer.body.errors).toEqual(expect.arrayContaining([{ path: expect.any(String), message: expect.any(String) }]));
}

test('no input to any endpoint is answered by an error of the service', async () => {
  // Signing out and whatever redirects is tried where sessions are.
  const endpoints = service.patchbay.endpoints.filter(({ path }) => !path.startsWith('/api/session'));
  expect(endpoints.length).toBeGreaterThan(35);
  const statuses = new Set<number>();
  for (const endpoint of endpoints) {
    await fc.assert(fc.asyncProperty(inputOf(endpoint), async ({ path, query, body }) => {
      const answer = await service.admin.send(endpoint.method.toUpperCase(), query === '' ? path : `${path}?${query}`, body === undefined ? {} : { body });
      statuses.add(answer.status);
      check(endpoint, answer);
    }), { numRuns: runsEach, seed: 20261121, endOnFailure: true });
  }
  // Not only refusals: some of what was made up was right.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 404, 409]));
}, 300_000);

test('and none was logged', () => {
  expect(service.logs().split('\n').filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
