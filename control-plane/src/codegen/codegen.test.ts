/** Generation into a copy of the repository's outline, with kinds of the test's own. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { propertyName } from './credential.ts';
import { fill } from './docs.ts';
import { generate } from './index.ts';
import { described } from './names.ts';
import { print } from './printer.ts';

const sources = path.resolve(import.meta.dirname, '..');
/** The service's own zod; n8n brings another. */
const zod = pathToFileURL(path.join(path.dirname(createRequire(import.meta.url).resolve('zod/package.json')), 'index.js')).href;

const icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h16v16H4z"/></svg>\n';

const packageJson = `{
  "name": "n8n-nodes-example", "homepage": "https://example.com",
  "keywords": ["kept", "as it is"],
  "n8n": { "n8nNodesApiVersion": 1, "nodes": [], "credentials": [] }
}
`;

/** A kind as its folder's index.ts; it imports from the repository, since the copy is elsewhere. */
const kindSource = (kind: string, label: string): string => `
import { z } from ${JSON.stringify(zod)};
import { defineKind, secret } from ${JSON.stringify(pathToFileURL(path.join(sources, 'kinds/contract.ts')).href)};
import { email } from ${JSON.stringify(pathToFileURL(path.join(sources, 'categories/email.ts')).href)};
export default defineKind({
  kind: '${kind}', label: '${label}', description: 'Sends what it is given', category: email, aliases: ['${kind}_alias'],
  documentation_url: 'https://example.com/${kind}', peer: { class: 'real server', name: 'a server' },
  config: z.strictObject({
    retries: z.int().max(9).optional().meta({ title: 'Retries', advanced: true, order: 1 }),
    host: z.string().meta({ title: 'Host', description: 'It’s where | it goes', destination: true, order: 2, placeholder: 'mail.example.com' }),
    mode: z.enum(['plain', 'api_key']).default('plain').meta({ title: 'Mode', order: 3 }),
    api_key: secret(z.string().optional()).meta({ title: 'API key', order: 4, show_when: { mode: ['api_key'] } }),
    ca_certificate: z.string().optional().meta({ title: 'CA certificate', multiline: true, order: 5 }),
    strict: z.boolean().optional().meta({ title: 'Strict', order: 6 }),
    tags: z.array(z.string()).default([]).meta({ title: 'Tags', order: 7 }),
    headers: z.record(z.string(), z.string()).optional().meta({ title: 'Headers', order: 8 }),
  }),
  async open() { return { test: async () => undefined, close: async () => undefined, send: async () => ({ message_id: '1', accepted: [], rejected: [] }) }; },
});
`;

describe('generate', () => {
  let root: string;
  const at = (file: string): string => path.join(root, file);
  const text = (file: string): Promise<string> => readFile(at(file), 'utf8');

  const addKind = async (kind: string, label: string): Promise<void> => {
    const folder = at(`control-plane/src/kinds/${kind}`);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'index.ts'), kindSource(kind, label));
    for (const name of ['icon.svg', 'icon.dark.svg']) await writeFile(path.join(folder, name), icon);
    await writeFile(path.join(folder, 'README.md'), `# ${label}\n\nBy hand.\n`);
  };

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'patchbay-generate-'));
    await cp(path.join(sources, 'categories/icons'), at('control-plane/src/categories/icons'), { recursive: true });
    await mkdir(at('control-plane/src/kinds/shared'), { recursive: true });
    await writeFile(at('control-plane/README.md'), '# Title\n\n<!-- generated:kinds -->\n<!-- /generated:kinds -->\n\nThe end.\n');
    await writeFile(at('package.json'), packageJson);
    await mkdir(at('credentials'));
    await writeFile(at('credentials/HandmadeApi.credentials.ts'), 'export class HandmadeApi {}\n');
    await addKind('pigeon_post', 'Pigeon Post');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  test('makes everything from one folder, and nothing more the second time', async () => {
    const { written, removed } = await generate({ root });
    expect(removed).toEqual([]);
    expect(written).toEqual([
      'control-plane/README.md', 'control-plane/src/kinds/index.ts', 'control-plane/src/kinds/pigeon_post/README.md',
      'credentials/PatchbayPigeonPostApi.credentials.ts',
      'nodes/Email/Email.node.json', 'nodes/Email/Email.node.ts', 'nodes/Email/email.dark.svg', 'nodes/Email/email.svg',
      'nodes/Patchbay/own-credentials.ts',
      'nodes/PigeonPost/PigeonPost.node.json', 'nodes/PigeonPost/PigeonPost.node.ts', 'nodes/PigeonPost/pigeonPost.dark.svg', 'nodes/PigeonPost/pigeonPost.svg',
      'package.json',
    ]);
    expect(await generate({ root })).toEqual({ written: [], removed: [] });
  });

  test('with check, names what differs and changes nothing', async () => {
    await generate({ root });
    await writeFile(at('nodes/Email/Email.node.ts'), 'edited');
    await rm(at('nodes/PigeonPost/pigeonPost.svg'));
    expect(await generate({ root, check: true })).toEqual({ written: ['nodes/Email/Email.node.ts', 'nodes/PigeonPost/pigeonPost.svg'], removed: [] });
    expect(await text('nodes/Email/Email.node.ts')).toBe('edited');
  });

  test('removes what belongs to a kind that is gone, and leaves what is by hand', async () => {
    await addKind('courier', 'Courier');
    await generate({ root });
    await rm(at('control-plane/src/kinds/courier'), { recursive: true });
    const gone = ['credentials/PatchbayCourierApi.credentials.ts', ...['Courier.node.json', 'Courier.node.ts', 'courier.dark.svg', 'courier.svg'].map((name) => `nodes/Courier/${name}`)];
    expect((await generate({ root, check: true })).removed).toEqual(gone);
    expect((await generate({ root })).removed).toEqual(gone);
    expect(await readdir(at('nodes'))).toEqual(['Email', 'Patchbay', 'PigeonPost']);
    expect(await readdir(at('credentials'))).toEqual(['HandmadeApi.credentials.ts', 'PatchbayPigeonPostApi.credentials.ts']);
    expect(await generate({ root, check: true })).toEqual({ written: [], removed: [] });
  });

  test('the node by hand that takes every kind’s credential gets them as literals, between its marks', async () => {
    const maker = 'nodes/Patchbay/Patchbay.node.ts';
    await mkdir(at('nodes/Patchbay'), { recursive: true });
    await writeFile(at(maker), 'const credentials = [\n      // <generated>\n      stale,\n      // </generated>\n];\n');
    await generate({ root });
    expect(await text(maker)).toBe(`const credentials = [
      // <generated>
      { name: 'patchbayPigeonPostApi', required: true, testedBy: 'testOwnCredential', displayOptions: { show: { resource: ['connector'], operation: ['create', 'testConfig'], configFrom: ['credential'], kind: ['pigeon_post'] } } },
      // </generated>
];
`);
    expect(await generate({ root, check: true })).toEqual({ written: [], removed: [] });
  });

  test('registers the nodes and leaves the rest of package.json as it looks', async () => {
    await generate({ root });
    const written = await text('package.json');
    expect(JSON.parse(written)).toMatchObject({
      n8n: {
        n8nNodesApiVersion: 1,
        nodes: ['dist/nodes/Email/Email.node.js', 'dist/nodes/PigeonPost/PigeonPost.node.js'],
        credentials: ['dist/credentials/HandmadeApi.credentials.js', 'dist/credentials/PatchbayPigeonPostApi.credentials.js'],
      },
    });
    expect(written.split('\n').slice(0, 3)).toEqual(packageJson.split('\n').slice(0, 3));
  });

  test('a credential has the kind’s fields in order, the advanced ones last, each under a name that tells a secret', async () => {
    await generate({ root });
    const { PatchbayPigeonPostApi } = (await import(pathToFileURL(at('credentials/PatchbayPigeonPostApi.credentials.ts')).href)) as {
      PatchbayPigeonPostApi: new () => { properties: Record<string, unknown>[] };
    };
    const { properties } = new PatchbayPigeonPostApi();
    expect(properties.map(({ name }) => name)).toEqual([
      'host', 'mode', 'apiKey', 'publicCaCertificate', 'strict', 'tags', 'headers', 'retries', 'notice', 'patchbayUrl', 'patchbayApiKey',
    ]);
    expect(properties.slice(0, 5)).toEqual([
      { displayName: 'Host', name: 'host', type: 'string', required: true, default: '', description: 'It’s where | it goes', placeholder: 'e.g. mail.example.com' },
      { displayName: 'Mode', name: 'mode', type: 'options', default: 'plain', options: [{ name: 'Plain', value: 'plain' }, { name: 'API Key', value: 'api_key' }] },
      { displayName: 'API Key', name: 'apiKey', type: 'string', default: '', typeOptions: { password: true }, displayOptions: { show: { mode: ['api_key'] } } },
      { displayName: 'CA Certificate', name: 'publicCaCertificate', type: 'string', default: '', typeOptions: { rows: 4 } },
      { displayName: 'Strict', name: 'strict', type: 'options', default: '', options: [{ name: 'Not Set', value: '' }, { name: 'Yes', value: true }, { name: 'No', value: false }] },
    ]);
  });

  test('a kind whose folder is called otherwise, and one without an icon, are mistakes', async () => {
    await cp(at('control-plane/src/kinds/pigeon_post'), at('control-plane/src/kinds/other_name'), { recursive: true });
    await expect(generate({ root })).rejects.toThrow('name the folder like the kind');
    await rm(at('control-plane/src/kinds/other_name'), { recursive: true });
    await rm(at('control-plane/src/kinds/pigeon_post/icon.dark.svg'));
    await expect(generate({ root })).rejects.toThrow('control-plane/src/kinds/pigeon_post/icon.dark.svg is missing');
  });

  test('writes the tables between their markers', async () => {
    await generate({ root });
    const overview = await text('control-plane/README.md');
    expect(overview.startsWith(`# Title

<!-- generated:kinds -->
| Kind | Category | Operations | Tested against |
| --- | --- | --- | --- |
| [Pigeon Post](src/kinds/pigeon_post/README.md) \`pigeon_post\`, \`pigeon_post_alias\` | email | test, send | a server (real server) |
<!-- /generated:kinds -->

The end.
`)).toBe(true);
    expect(overview).toContain('| `PATCHBAY_PORT` | `7400` |');
    const readme = await text('control-plane/src/kinds/pigeon_post/README.md');
    expect(readme.startsWith('# Pigeon Post\n\nBy hand.\n\n## Config\n\n<!-- generated:config -->\n')).toBe(true);
    expect(readme).toContain('| `host` | text | required | Host. It’s where \\| it goes |');
  });
});

describe('propertyName', () => {
  test.each([
    ['password', true, 'password'], ['api_key', true, 'apiKey'], ['header_value', true, 'headerValueSecret'],
    ['host', false, 'host'], ['ca_certificate', false, 'publicCaCertificate'], ['token_url', false, 'tokenUrl'],
  ])('%s (secret: %s) → %s', (field, secret, expected) => {
    expect(propertyName(field, secret)).toBe(expected);
  });
});

describe('described', () => {
  test('writes IDs in capitals and ends several sentences', () => {
    expect([described('Only of this id'), described('Their ids. All when empty'), described('One sentence'), described('Done. Done.')])
      .toEqual(['Only of this ID', 'Their IDs. All when empty.', 'One sentence', 'Done. Done.']);
  });
});

describe('fill', () => {
  test('replaces what stands between the markers, and can be repeated', () => {
    const once = fill('# A\n', 'x', 'one', 'Heading');
    expect(fill(once, 'x', 'two', 'Heading')).toBe('# A\n\n## Heading\n\n<!-- generated:x -->\ntwo\n<!-- /generated:x -->\n');
  });
});

describe('print', () => {
  test('quotes what needs quotes and breaks what is too long', () => {
    expect(print({ a: "it's \"so\"\n", 'b-c': [1, null, true], d: undefined, e: {} })).toBe("{ a: 'it\\'s \"so\"\\n', 'b-c': [1, null, true], e: {} }");
    expect(print({ long: ['x'.repeat(70), 'y'.repeat(70)] })).toBe(`{\n  long: [\n    '${'x'.repeat(70)}',\n    '${'y'.repeat(70)}',\n  ],\n}`);
  });
});
