import { writeFileSync } from 'node:fs';

/** A jest reporter that hands test.mjs the figures of the run, a file each. */
export default class CountReporter {
  onRunComplete(_, { testResults }) {
    const files = testResults.map(({ testFilePath, testExecError, numPassingTests, numFailingTests, numPendingTests, numTodoTests }) => [testFilePath, {
      passed: numPassingTests,
      // A file that cannot be loaded has no tests to count.
      failed: numFailingTests + (testExecError ? 1 : 0),
      skipped: numPendingTests + numTodoTests,
    }]);
    writeFileSync(process.env.PATCHBAY_COUNTS_FILE, JSON.stringify(Object.fromEntries(files)));
  }
}
