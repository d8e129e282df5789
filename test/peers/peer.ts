/**
 * What a bare machine lacks is skipped, and said: a suite that needs a peer asks here. With
 * PATCHBAY_REQUIRE_PEERS=1, as in CI, it fails instead.
 */

/**
 * @param name what is missing, as a person would look for it: `MariaDB (mariadbd)`
 * @returns found, after one line on stderr when it is false
 * @example (peerAvailable('MariaDB (mariadbd)', programs !== undefined) ? describe : describe.skip)('…', …)
 */
export function peerAvailable(name: string, found: boolean): boolean {
  if (!found && process.env.PATCHBAY_REQUIRE_PEERS === '1') {
    throw new Error(`${name} is not on this machine, and PATCHBAY_REQUIRE_PEERS forbids to skip what needs it; .ci/run installs it`);
  }
  // Not console.log: jest would put a stack trace around the line.
  if (!found) process.stderr.write(`skipped: ${name} is not on this machine; .ci/run installs it\n`);
  return found;
}
