/** A kind’s schema as a form, and the form as config: what is sent, what is kept, what is left out. */
import { draftsOf, fieldErrorsOf, fieldsOf, isShown, readForm, sectionsOf } from '../../../control-plane/ui/src/form/schema.ts';
import type { Drafts } from '../../../control-plane/ui/src/form/schema.ts';

const fields = fieldsOf({
  required: ['host'],
  properties: {
    port: { type: 'integer', default: 5432, order: 2, title: 'Port' },
    host: { type: 'string', order: 1, title: 'Host', destination: true },
    authentication: { enum: ['none', 'password'], default: 'none', order: 3 },
    password: { type: 'string', writeOnly: true, secret: true, order: 4, show_when: { authentication: ['password'] } },
    verify: { type: 'boolean', default: true, order: 5, group: 'Security' },
    headers: { type: 'object', additionalProperties: { type: 'string' }, order: 6, group: 'Requests' },
    schemas: { type: 'array', items: { type: 'string' }, order: 7, advanced: true },
    endpoints: { type: 'array', items: { type: 'object' }, order: 8, advanced: true },
  },
});
const write = (drafts: Drafts, texts: Record<string, string>): Drafts => ({ ...drafts, ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { mode: 'plain' as const, text }])) });

test('fields come in their order, in sections, with what is advanced last', () => {
  expect(sectionsOf(fields).map(({ title, advanced, fields: own }) => [title, advanced, own.map(({ name }) => name)])).toEqual([
    ['Connection', false, ['host', 'port', 'authentication', 'password']], ['Security', false, ['verify']], ['Requests', false, ['headers']], ['Advanced', true, ['schemas', 'endpoints']],
  ]);
  expect(fields.map(({ name, kind, required }) => `${name}: ${kind}${required ? ', required' : ''}`)).toEqual([
    'host: text, required', 'port: number', 'authentication: choice', 'password: text', 'verify: boolean', 'headers: pairs', 'schemas: lines', 'endpoints: json',
  ]);
});

test('a new connector’s config holds what was typed, as the types that the schema wants', () => {
  const drafts = write(draftsOf(fields), {
    host: 'db.example.com', port: '5433', authentication: 'password', password: 'x', verify: 'false', headers: 'X-One: 1\nX-Two: a:b', schemas: 'public\n\n sales ', endpoints: '[{"name":"a"}]',
  });
  expect(readForm(fields, drafts)).toEqual({
    errors: {},
    config: {
      host: 'db.example.com', port: 5433, authentication: 'password', password: 'x', verify: false, headers: { 'X-One': '1', 'X-Two': 'a:b' }, schemas: ['public', 'sales'], endpoints: [{ name: 'a' }],
    },
  });
});

test('what is hidden or empty is not sent', () => {
  const drafts = write(draftsOf(fields), { host: 'h', password: 'typed before another choice', authentication: 'none' });
  expect(isShown(fields.find(({ name }) => name === 'password')!, drafts, fields)).toBe(false);
  expect(readForm(fields, drafts).config).toEqual({ host: 'h', port: 5432, authentication: 'none', verify: true });
});

test('a change sends only what differs; a secret is kept, replaced or removed', () => {
  const before = draftsOf(fields, { host: 'h', port: 5432, authentication: 'password', password: { set: true, updated_at: '2026-01-01T00:00:00Z' }, verify: true, headers: { A: '1' } });
  expect(before['password']).toEqual({ mode: 'keep', text: '' });
  expect(readForm(fields, before, before).config).toEqual({});
  expect(readForm(fields, write(before, { port: '1', headers: '' }), before).config).toEqual({ port: 1, headers: null });
  expect(readForm(fields, write(before, { password: 'new' }), before).config).toEqual({ password: 'new' });
  expect(readForm(fields, { ...before, password: { mode: 'clear', text: '' } }, before).config).toEqual({ password: null });
});

test('references to the environment are shown as such and sent as such', () => {
  const before = draftsOf(fields, { host: '$ENV:DB_HOST', authentication: 'password', password: { set: true, reference: '$ENV:DB_PASSWORD' } });
  expect([before['host'], before['password']]).toEqual([{ mode: 'environment', text: 'DB_HOST' }, { mode: 'environment', text: 'DB_PASSWORD' }]);
  expect(readForm(fields, { ...before, port: { mode: 'environment', text: ' DB_PORT ' } }, before).config).toEqual({ port: '$ENV:DB_PORT' });
});

test('what cannot be sent at all is said at its field, and so is what the server says', () => {
  expect(readForm(fields, write(draftsOf(fields), { port: 'many', headers: 'no separator', endpoints: '{' })).errors).toEqual({
    port: 'must be a number', headers: 'write one “name: value” a line', endpoints: 'is not valid JSON',
  });
  expect(fieldErrorsOf([{ path: 'config.port', message: 'is too large' }, { path: 'config.endpoints.0.name', message: 'is required' }, { path: 'name', message: 'is taken' }])).toEqual({
    port: 'is too large', endpoints: '0.name: is required',
  });
});
