/** What a bare machine lacks is skipped, and said: a suite that needs a peer asks here. */

/**
 * @param name what is missing, as a person would look for it: `MariaDB (mariadbd)`
 * @returns found, after one line on stderr when it is false
 * @example (peerAvailable('MariaDB (mariadbd)', programs !== undefined) ? describe : describe.skip)('…', …)
 */
export function peerAvailable(name: string, found: boolean): boolean {
  // Not console.log: jest would put a stack trace around the line.
  if (!found) process.stderr.write(`skipped: ${name} is not on this machine; .ci/run installs it\n`);
  return found;
}
