/** Two projects, since the node pack is CommonJS (n8n loads it so) and the control plane is ESM. */
const swc = (module) => ({
  '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript', decorators: true } }, module: { type: module } }],
});
const common = {
  testEnvironment: 'node',
  rootDir: __dirname,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/e2e/n8n/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/\\.patchbay/', '<rootDir>/test/e2e/n8n/'],
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
};

module.exports = {
  // Servers start in tests, on machines with two cores that have other things to do.
  testTimeout: 60_000,
  // More than two cores: browsers and servers are waited for longer than they are worked with.
  maxWorkers: 3,
  workerIdleMemoryLimit: '1GB',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  // The second one only under control-plane/scripts/test.mjs, which reads it.
  reporters: ['default', ...(process.env.PATCHBAY_COUNTS_FILE ? ['<rootDir>/control-plane/scripts/count-reporter.mjs'] : [])],
  projects: [
    {
      ...common,
      displayName: 'control-plane',
      testMatch: ['<rootDir>/control-plane/src/**/*.test.ts', '<rootDir>/test/{contract,api,isolation,faults,fuzz,setup}/**/*.test.ts', '<rootDir>/test/e2e/ui/**/*.test.ts'],
      extensionsToTreatAsEsm: ['.ts'],
      transform: swc('es6'),
    },
    {
      ...common,
      displayName: 'nodes',
      testMatch: ['<rootDir>/{nodes,credentials}/**/*.test.ts', '<rootDir>/test/nodes/**/*.test.ts'],
      transform: swc('commonjs'),
    },
  ],
};
