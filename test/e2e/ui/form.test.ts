/** A kind’s schema as a form, and the form as config: what is sent, what is kept, what is left out. */
import { draftsOf, errorsBelow, errorsLeft, fieldErrorsOf, fieldsOf, isShown, isTold, itemDraft, listAsText, listFromText, readForm, sectionsOf, sentenceOf } from '../../../control-plane/ui/src/form/schema.ts';
import type { Draft, Drafts } from '../../../control-plane/ui/src/form/schema.ts';

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

test('a stored secret that is replaced by nothing is kept; one that another choice has made useless is removed', () => {
  const before = draftsOf(fields, { host: 'h', authentication: 'password', password: { set: true } });
  expect(readForm(fields, write(before, { password: '' }), before).config).toEqual({});
  expect(readForm(fields, write(before, { authentication: 'none' }), before).config).toEqual({ authentication: 'none', password: null });
  expect(readForm(fields, write(before, { authentication: 'none', password: 'typed before' }), before).config).toEqual({ authentication: 'none', password: null });
  const referring = draftsOf(fields, { host: 'h', authentication: 'password', password: { set: true, reference: '$ENV:DB_PASSWORD' } });
  expect(readForm(fields, write(referring, { authentication: 'none' }), referring).config).toEqual({ authentication: 'none', password: null });
  // Nothing to remove, and nothing that this form has hidden.
  const without = draftsOf(fields, { host: 'h', authentication: 'password' });
  expect(readForm(fields, write(without, { authentication: 'none' }), without).config).toEqual({ authentication: 'none' });
  const hidden = draftsOf(fields, { host: 'h', authentication: 'none', password: { set: true } });
  expect(readForm(fields, hidden, hidden).config).toEqual({});
});

test('an error is told by the form where its field is in sight', () => {
  const drafts = draftsOf(fields);
  expect(['config.port', 'config.schemas.0', 'config.password', 'config.unknown', 'config', 'is_default'].map((path) => isTold(path, fields, drafts))).toEqual([true, true, false, false, false, false]);
  const listed = fieldsOf({ properties: { endpoints: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } } } });
  const of = draftsOf(listed, { endpoints: [{ name: 'a' }] });
  expect(['config.endpoints', 'config.endpoints.0', 'config.endpoints.0.name', 'config.endpoints.0.unknown', 'config.endpoints.1.name'].map((path) => isTold(path, listed, of))).toEqual([true, true, true, false, false]);
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
    port: 'is too large', 'endpoints.0.name': 'is required',
  });
  expect(sentenceOf(errorsBelow({ 'headers.X-One': 'is too long', 'headers.X-Two': 'is empty', headersome: 'is another' }, 'headers'))).toBe('X-One: is too long; X-Two: is empty');
  expect(sentenceOf(errorsBelow({ port: 'is too large' }, 'host'))).toBeUndefined();
});

describe('a list of objects', () => {
  const listed = fieldsOf({
    properties: {
      name: { type: 'string' },
      endpoints: {
        type: 'array', items: {
          type: 'object', required: ['name'],
          properties: {
            name: { type: 'string', order: 1 }, size: { type: 'integer', order: 2 }, pages: { enum: ['page', 'cursor'], order: 3 }, from: { type: 'string', order: 4, show_when: { pages: ['cursor', ''] } },
            tags: { type: 'array', items: { type: 'string' }, order: 5 }, rules: { type: 'array', items: { type: 'object', properties: { match: { type: 'string' } } }, order: 6 },
          },
        },
      },
    },
  });
  const field = listed.find(({ name }) => name === 'endpoints')!;
  const stored = { endpoints: [{ name: 'a', size: 5, note: 'of another version' }, { name: 'b', tags: ['x', 'y'], rules: [{ match: '*' }] }] };
  const typed = (draft: Draft, index: number, texts: Record<string, string>): Draft => ({ ...draft, items: draft.items!.map((item, at) => (at === index ? { ...item, drafts: write(item.drafts, texts) } : item)) });

  test('is made of items with fields, lists in them too', () => {
    expect([field.kind, field.fields!.map(({ name, kind, required }) => `${name}: ${kind}${required ? ', required' : ''}`)]).toEqual([
      'list', ['name: text, required', 'size: number', 'pages: choice', 'from: text', 'tags: lines', 'rules: list'],
    ]);
    const { items } = draftsOf(listed, stored)['endpoints']!;
    expect(items!.map(({ drafts, rest }) => [drafts['name']!.text, drafts['tags']!.text, drafts['rules']!.items!.length, rest])).toEqual([['a', '', 0, { note: 'of another version' }], ['b', 'x\ny', 1, {}]]);
    expect(new Set(items!.map(({ key }) => key)).size).toBe(2);
  });

  test('is sent whole when something in it differs, with what the form does not know; and not at all otherwise', () => {
    const before = draftsOf(listed, stored);
    expect(readForm(listed, draftsOf(listed, stored), before).config).toEqual({});
    const changed = { ...before, endpoints: typed(before['endpoints']!, 0, { size: '6', pages: 'page', from: 'hidden now' }) };
    expect(readForm(listed, changed, before).config).toEqual({ endpoints: [{ name: 'a', size: 6, pages: 'page', note: 'of another version' }, stored.endpoints[1]] });
    const [first, second] = before['endpoints']!.items!;
    expect(readForm(listed, { ...before, endpoints: { mode: 'plain', text: '', items: [second!, first!] } }, before).config).toEqual({ endpoints: [stored.endpoints[1], stored.endpoints[0]] });
    expect(readForm(listed, { ...before, endpoints: { mode: 'plain', text: '', items: [] } }, before).config).toEqual({ endpoints: null });
    expect(readForm(listed, draftsOf(listed)).config).toEqual({});
    expect(readForm(listed, { ...draftsOf(listed), endpoints: { mode: 'plain', text: '', items: [itemDraft(field.fields!)] } }).config).toEqual({ endpoints: [{}] });
  });

  test('says at the item and its field what cannot be sent', () => {
    const before = draftsOf(listed, stored);
    const drafts = { ...before, endpoints: typed(before['endpoints']!, 1, { size: 'many' }) };
    const { errors } = readForm(listed, drafts, before);
    expect(errors).toEqual({ 'endpoints.1.size': 'must be a number' });
    expect([errorsBelow(errors, 'endpoints'), errorsBelow(errorsBelow(errors, 'endpoints'), '1')]).toEqual([{ '1.size': 'must be a number' }, { size: 'must be a number' }]);
    // Told until that field is changed, or something else has its place.
    expect(errorsLeft(errors, drafts, { ...drafts, endpoints: typed(drafts['endpoints'], 0, { name: 'c' }) })).toEqual(errors);
    expect(errorsLeft(errors, drafts, { ...drafts, endpoints: typed(drafts['endpoints'], 1, { size: '1' }) })).toEqual({});
    expect(errorsLeft(errors, drafts, { ...drafts, endpoints: { ...drafts['endpoints'], items: drafts['endpoints'].items!.toReversed() } })).toEqual({});
  });

  test('is edited as JSON and back without a change', () => {
    const before = draftsOf(listed, stored);
    const text = listAsText(field, before['endpoints']!);
    expect(JSON.parse(text.text)).toEqual(stored.endpoints);
    expect(readForm(listed, { ...before, endpoints: text }, before)).toEqual({ config: {}, errors: {} });
    expect(readForm(listed, { ...before, endpoints: listFromText(field, text)! }, before)).toEqual({ config: {}, errors: {} });
    expect(readForm(listed, { ...before, endpoints: { mode: 'plain', text: '[{"name":"c"}]' } }, before).config).toEqual({ endpoints: [{ name: 'c' }] });
    expect(readForm(listed, { ...before, endpoints: { mode: 'plain', text: '[' } }, before).errors).toEqual({ endpoints: 'is not valid JSON' });
    expect([listFromText(field, { mode: 'plain', text: '[' }), listFromText(field, { mode: 'plain', text: '{"name":"c"}' }), listFromText(field, { mode: 'plain', text: '[1]' })]).toEqual([undefined, undefined, undefined]);
    expect(listFromText(field, { mode: 'plain', text: ' ' })).toEqual({ mode: 'plain', text: '', items: [] });
    // What a field does not take yet is not lost on the way.
    expect(JSON.parse(listAsText(field, typed(before['endpoints']!, 0, { size: 'many' })).text)).toMatchObject([{ name: 'a', size: 'many' }, { name: 'b' }]);
    // A value that is no list of objects is shown as what it is.
    expect(draftsOf(listed, { endpoints: [1] })['endpoints']).toEqual({ mode: 'plain', text: '[\n  1\n]' });
  });
});
