/** What the pages make of a problem: words for a reader, not for a program. */
import { ProblemError, problemOf, readRecords, unwrap } from '../../../control-plane/ui/src/api/client.ts';
import type { Problem } from '../../../control-plane/ui/src/api/client.ts';
import { inWords } from '../../../control-plane/ui/src/api/words.ts';

const problem = (code: string, more: Partial<Problem> = {}): Problem => ({ title: 'T', status: 400, code, detail: 'D', ...more });

test('a hint for programs gives way to one for readers; one for both stays', () => {
  const hintOf = (code: string, hint: string) => inWords(problem(code, { hint })).hint;
  expect(hintOf('unauthenticated', 'Send "Authorization: Bearer KEY" with a valid API key or JWT.')).toBe('Sign in, then do it again.');
  expect(hintOf('version_conflict', 'Fetch it again, apply your change to what is there now, and send that version.')).toBe('Reload it to see what was changed, then make your change again.');
  expect(hintOf('destination_changed', 'A stored secret is never sent to a new place. Send it with this request, or null to clear it.')).toBe('A stored secret is never sent to a new place. Enter it again, or remove it.');
  expect(hintOf('forbidden', 'Programs send a key (Authorization: Bearer KEY) and no cookie. Behind a proxy, set PATCHBAY_PUBLIC_URL.')).toBe('Behind a proxy, set PATCHBAY_PUBLIC_URL.');
  expect(hintOf('connector_inactive', 'Activate it (POST /api/connectors/x/activate) or choose another default.')).toBe('Activate it, or choose another default.');
  expect(hintOf('tenant_not_found', 'Check the slug or id. GET /api/tenants lists those you may see.')).toBe('Check the slug or id. It may have been deleted, or your role does not reach it.');
  expect(hintOf('backend_unreachable', 'Check host and port.')).toBe('Check host and port.');
});

test('fields are named as a reader knows them, and a mistyped address is one', () => {
  expect(inWords(problem('invalid_request', { detail: 'A field is not valid: name: must not be empty.', errors: [{ path: 'name', message: 'must not be empty' }, { path: 'config.base_url', message: 'is required' }] })).detail).toBe('Name must not be empty. Base url is required.');
  expect(inWords(problem('invalid_request', { detail: 'path.id: must be a UUID', hint: 'Correct the fields named and send the request again.', errors: [{ path: 'path.id', message: 'must be a UUID' }] }))).toMatchObject({ title: 'There is nothing at this address', detail: expect.stringContaining('mistyped') });
});

describe('what is no answer of the service', () => {
  const html = '<html><body>502 Bad Gateway</body></html>';
  const received = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = received;
  });
  const caught = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => problemOf(error));

  test('a page of a proxy is named as such, and nothing of it is shown', async () => {
    const answer = { status: 502, code: 'no_answer', title: 'Patchbay did not answer' };
    expect(await caught(unwrap(Promise.resolve({ error: html, response: new Response(html, { status: 502 }) })))).toMatchObject(answer);
    expect(await caught(unwrap(Promise.reject(new SyntaxError("Unexpected token '<'"))))).toMatchObject({ ...answer, status: 200 });
    globalThis.fetch = () => Promise.resolve(new Response(html, { status: 502 }));
    expect(await caught(readRecords('/api/x', {}, new AbortController().signal))).toMatchObject(answer);
  });

  test('no network, a part of the page that is gone, and our own mistakes are told apart', () => {
    for (const words of ['Failed to fetch', 'NetworkError when attempting to fetch resource.', 'Load failed']) expect(problemOf(new TypeError(words)).code).toBe('offline');
    for (const words of ['Failed to fetch dynamically imported module: https://x/assets/Keys-1.js', 'error loading dynamically imported module: x', 'Importing a module script failed.']) expect(problemOf(new TypeError(words)).code).toBe('outdated');
    expect(problemOf(new TypeError('undefined is not a function')).code).toBe('internal');
    expect(problemOf(new ProblemError(problem('conflict'))).code).toBe('conflict');
  });
});
