import javascript from '@eslint/js';
import n8n from '@n8n/eslint-plugin-community-nodes';
import boundaries from 'eslint-plugin-boundaries';
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const ui = ['control-plane/ui/src/**/*.{ts,tsx}'];
const typescript = [...ui, 'control-plane/src/**/*.ts', 'control-plane/scripts/**/*.ts', 'test/**/*.ts', 'nodes/**/*.ts', 'credentials/**/*.ts'];
const tests = ['**/*.test.ts', 'test/**'];

/** Who may import whom: design.md §2. A layer may always import itself; modules are a case of their own. */
const layers = {
  platform: [],
  contract: ['platform', 'categories', 'shared'],
  categories: ['contract'],
  shared: ['platform', 'contract', 'categories'],
  engines: ['platform', 'contract', 'shared', 'categories'],
  kind: ['platform', 'contract', 'shared', 'categories', 'engines'],
  module: ['platform', 'contract', 'shared', 'kind', 'categories', 'engines'],
  codegen: ['platform', 'contract', 'shared', 'kind', 'categories', 'root'], // root: the docs list the settings of config.ts.
  cli: ['*'],
  root: ['*'],
};
const element = (type, more = {}) => ({ element: { type, ...more } });
const elements = [
  { type: 'shared', pattern: 'control-plane/src/kinds/shared' },
  { type: 'kind', pattern: 'control-plane/src/kinds/*', capture: ['kind'] },
  { type: 'contract', pattern: 'control-plane/src/kinds' },
  { type: 'module', pattern: 'control-plane/src/modules/*', capture: ['module'] },
  ...['platform', 'categories', 'engines', 'codegen', 'cli'].map((type) => ({ type, pattern: `control-plane/src/${type}` })),
  { type: 'root', pattern: 'control-plane/src' },
];
const policies = [
  ...Object.entries(layers).map(([layer, allowed]) => ({ from: element(layer), allow: { to: [layer, ...allowed].map((type) => element(type)) } })),
  // The list of all kinds depends on each of them.
  { from: element('contract', { fileInternalPath: 'index.ts' }), allow: { to: element('kind') } },
  // Kinds from outside get the HTTP client handed in.
  { from: element('contract', { fileInternalPath: 'outside.ts' }), allow: { to: element('engines') } },
  { from: element('module'), disallow: { to: element('module', { fileInternalPath: '!(index.ts)' }) }, message: 'Import another module by its index.ts.' },
];

/** Names for which a whole word exists. */
const abbreviation = 'Identifier[name=/^(cfg|opts|req|res|err|ctx)$/]';
const message = 'Write the name out: config, options, request, response, error, context.';
const wholeWords = [
  `VariableDeclarator > ${abbreviation}.id`,
  `:function > ${abbreviation}.params`,
  `:function > AssignmentPattern.params > ${abbreviation}.left`,
  `CatchClause > ${abbreviation}.param`,
  `VariableDeclarator > ObjectPattern Property > ${abbreviation}.value`,
  `:function > ObjectPattern.params Property > ${abbreviation}.value`,
].map((selector) => ({ selector, message }));

const byEgress = 'Dial by the egress guard (platform/egress), which checks where it leads.';
const dialling = ['net', 'http', 'https', 'http2', 'dgram', 'dns', 'dns/promises'].flatMap((name) => [name, `node:${name}`]);

const nodeGlobals = ['process', 'console', 'Buffer', 'URL', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'module', 'require', 'exports', '__dirname', 'globalThis'];

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'coverage/', '**/.patchbay/', 'control-plane/migrations/', 'control-plane/ui/dist/', 'control-plane/ui/.building-*/', 'control-plane/ui/src/api/schema.d.ts', 'control-plane/ui/public/', 'test/.cache/', 'test/artifacts/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs}'],
    extends: [javascript.configs.recommended],
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
  },
  {
    files: typescript,
    extends: [javascript.configs.recommended, ...tseslint.configs.recommended],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'control-plane/tsconfig.json', 'test/tsconfig.json', 'test/nodes/tsconfig.json', 'test/e2e/ui/tsconfig.json', 'control-plane/ui/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-undef': 'off', // TypeScript knows better.
      'no-restricted-syntax': ['error', ...wholeWords],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ui, extends: [reactHooks.configs.flat['recommended-latest']] },
  {
    files: ['test/nodes/**/*.ts', 'nodes/**/*.test.ts'], // CommonJS, as n8n loads the pack.
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['control-plane/src/**/*.ts', 'nodes/{shared,Patchbay*}/**/*.ts'],
    ignores: [...tests, 'nodes/Patchbay/own-credentials.ts'], // generated
    rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['control-plane/src/**/*.ts'],
    ignores: tests,
    plugins: { boundaries },
    settings: { 'boundaries/elements': elements, 'import/resolver': { node: { extensions: ['.ts'] } } },
    rules: { 'boundaries/dependencies': ['error', { default: 'disallow', policies }] },
  },
  {
    files: ['control-plane/src/{kinds,engines,modules}/**/*.ts'],
    ignores: tests,
    rules: {
      'no-restricted-globals': ['error', ...['fetch', 'WebSocket', 'EventSource'].map((name) => ({ name, message: byEgress }))],
      '@typescript-eslint/no-restricted-imports': ['error', {
        paths: [
          ...[...dialling, 'undici'].map((name) => ({ name, message: byEgress, allowTypeImports: true, ...(/net$/.test(name) && { allowImportNames: ['isIP', 'isIPv4', 'isIPv6'] }) })),
          ...['child_process', 'node:child_process'].map((name) => ({ name, message: 'Only engines/plugin and platform start processes.', allowTypeImports: true })),
        ],
      }],
    },
  },
  {
    // n8n's own rules, its warnings as errors: what it verifies a community node by.
    files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'package.json'],
    ignores: tests,
    languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
    plugins: n8n.configs.recommended.plugins,
    rules: Object.fromEntries(Object.keys(n8n.configs.recommended.rules).map((name) => [name, 'error'])),
  },
  // The rules that `n8n-node lint` (@n8n/node-cli) adds, and its exceptions.
  ...[
    { files: ['package.json'], rules: n8nNodesBase.configs.community.rules },
    {
      files: ['credentials/**/*.ts'],
      rules: {
        ...n8nNodesBase.configs.credentials.rules,
        'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
        'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
      },
    },
    {
      files: ['nodes/**/*.ts'],
      rules: {
        ...n8nNodesBase.configs.nodes.rules,
        'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
        'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
        'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
      },
    },
  ].map((config) => ({ ...config, ignores: tests, plugins: { 'n8n-nodes-base': n8nNodesBase } })),
);
