/** Two projects, since the node pack is CommonJS (n8n loads it so) and the control plane is ESM. */
const swc = (module) => ({
  '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript', decorators: true } }, module: { type: module } }],
});
const common = { testEnvironment: 'node', rootDir: __dirname, testPathIgnorePatterns: ['/node_modules/', '/dist/'] };

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'control-plane',
      testMatch: ['<rootDir>/control-plane/src/**/*.test.ts', '<rootDir>/test/{contract,api,isolation,faults,fuzz}/**/*.test.ts'],
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
