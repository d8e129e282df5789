import { writeFileSync } from 'node:fs';

/** A jest reporter that hands test.mjs the figures of the run. */
export default class CountReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests }) {
    // A file that cannot be loaded has no tests to count.
    const counts = { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, skipped: numPendingTests + numTodoTests };
    writeFileSync(process.env.PATCHBAY_COUNTS_FILE, JSON.stringify(counts));
  }
}
