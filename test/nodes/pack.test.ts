/** What n8n finds in the pack: every node and credential, each complete. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { NodeHelpers } from 'n8n-workflow';
import type { INodeProperties } from 'n8n-workflow';
import { pack, packageName } from './engine.ts';

const root = path.resolve(__dirname, '../..');
const nodes = Object.entries(pack.nodes).map(([type, node]) => [type.slice(packageName.length + 1), node] as const);
const triggers = nodes.filter(([, { description }]) => description.group.includes('trigger'));
/** Those that reach a backend: the generated ones. */
const backends = nodes.filter(([, { description }]) => description.properties.some(({ name }) => name === 'backend'));
const credentials = Object.entries(pack.credentials);

/** All parameters, those within collections included. */
function parametersOf(properties: INodeProperties[]): INodeProperties[] {
  return properties.flatMap((property) => [
    property,
    ...parametersOf((property.options ?? []).flatMap((option) => ('values' in option ? option.values : 'type' in option ? [option as INodeProperties] : []))),
  ]);
}

test('there is a node for each kind and each category', () => {
  expect(nodes.map(([type]) => type).sort()).toEqual(expect.arrayContaining(['api', 'apiRest', 'database', 'email', 'postgresql', 's3Storage', 'smtp', 'storage']));
});

test('no two nodes and no two credentials look alike in n8n’s panels', () => {
  for (const names of [nodes.map(([, node]) => node.description.displayName), credentials.map(([, { displayName }]) => displayName)]) {
    expect(new Set(names).size).toBe(names.length);
  }
});

describe.each(nodes)('%s', (_type, { description, methods }) => {
  test('asks only for credentials of this pack, and tests what it names', () => {
    for (const { name, testedBy } of description.credentials ?? []) {
      expect(pack.credentials).toHaveProperty(name);
      if (testedBy !== undefined) expect(methods?.credentialTest).toHaveProperty([testedBy as string]);
    }
  });

  test('every method that a parameter names is there', () => {
    const named = parametersOf(description.properties).flatMap(({ modes, typeOptions }) => [
      ...(modes ?? []).map((mode) => ['listSearch', mode.typeOptions?.searchListMethod]),
      ['loadOptions', typeOptions?.loadOptionsMethod], ['resourceMapping', typeOptions?.resourceMapper?.resourceMapperMethod],
    ]).filter(([, method]) => method !== undefined);
    expect(named.length).toBeGreaterThan(0);
    for (const path of named) expect(methods).toHaveProperty(path as string[]);
  });
});

describe.each(nodes.filter((node) => !triggers.includes(node)))('%s', (_type, { description }) => {
  test('can be a tool, says which operation it runs, and lets no choice of what runs come from an item', () => {
    expect(description).toMatchObject({ usableAsTool: true, subtitle: expect.stringContaining('operation') });
    const fixed = description.properties.filter(({ name }) => ['resource', 'operation', 'backend'].includes(name));
    expect(fixed.map(({ noDataExpression }) => noDataExpression)).toEqual(fixed.map(() => true));
  });

  test('n8n takes the defaults of each operation as they are', () => {
    const operations = description.properties.filter(({ name }) => name === 'operation').flatMap(({ options, displayOptions }) =>
      (options ?? []).map((option) => ({ operation: (option as { value: string }).value, ...(displayOptions && { resource: displayOptions.show!['resource']![0] as string }) })));
    expect(operations.length).toBeGreaterThan(0);
    const chosen = backends.some(([, node]) => node.description === description) ? { backend: 'tenantDefault', tenant: { mode: 'list', value: '' } } : {};
    for (const choice of operations) {
      const resolved = NodeHelpers.getNodeParameters(description.properties, choice, true, false, null, description);
      expect(resolved).toMatchObject({ ...choice, ...chosen });
    }
  });
});

describe.each(credentials)('%s', (_name, credential) => {
  test('works in this pack alone, keeps nothing that expires, and masks its secrets', () => {
    expect(credential.restrictToSupportedNodes).toBe(true);
    expect(credential.properties.filter(({ typeOptions }) => typeOptions?.expirable)).toEqual([]);
    expect(credential.preAuthentication).toBeUndefined();
    expect(credential.properties.filter(({ typeOptions }) => typeOptions?.password).length).toBeGreaterThan(0);
  });

  test('has icons that are there', () => {
    const { light, dark } = credential.icon as { light: string; dark: string };
    for (const icon of [light, dark]) expect(existsSync(path.join(root, 'credentials', icon.slice('file:'.length)))).toBe(true);
  });

  test('can be tested', () => {
    const testers = nodes.flatMap(([, { description }]) => description.credentials ?? []).filter(({ name, testedBy }) => name === credential.name && testedBy);
    expect(credential.test !== undefined || testers.length > 0).toBe(true);
  });
});
