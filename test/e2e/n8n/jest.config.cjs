/** `npm run test:n8n`: apart from the rest, since it needs n8n installed beside it. */
const { projects } = require('../../../jest.config.js');

module.exports = {
  ...projects[0],
  displayName: 'n8n',
  testMatch: [`${__dirname}/*.test.ts`],
  testPathIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 120_000,
};
