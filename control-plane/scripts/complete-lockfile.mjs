/**
 * Adds to every package-lock.json the optional packages of other platforms that the registry lacked when the
 * lockfile was made: npm leaves those out without a word, and `npm ci` then refuses the lockfile. Their
 * parents name them with an exact version, and their platform is in the name, so nothing is guessed.
 *
 *   node control-plane/scripts/complete-lockfile.mjs [--check]
 *
 * --check only reports, also addresses of a registry, which would bind everybody to that one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Is `name` found from the package at `folder`, by the way Node.js walks up? */
function isLocked(packages, folder, name) {
  if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
  return folder !== '' && isLocked(packages, folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '', name);
}

export function findMissing(packages) {
  return Object.entries(packages).flatMap(([folder, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, folder, name))
      .map(([name, version]) => ({ name, version, folder, dev: entry.dev })));
}

function describePlatform(name) {
  const words = name.split('/').at(-1).split('-');
  const system = words.find((word) => systems.includes(word));
  const processor = words.find((word) => processors.includes(word));
  if (!system || !processor) throw new Error(`No platform can be read from the name of ${name}.`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') && system === 'linux' ? ['glibc'] : undefined;
  return { os: [system], cpu: [processor], ...(libc && { libc }) };
}

/** Prints what is missing in a lockfile, and adds it unless it is only checked. @returns whether it was whole */
function complete(lockfile, checked) {
  const file = new URL(`../../${lockfile}`, import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = findMissing(lock.packages);
  for (const { name, version } of missing) console.log(`${lockfile}: missing: ${name}@${version}`);
  const addresses = Object.values(lock.packages).filter(({ resolved }) => /^\w+:/.test(resolved ?? ''));
  for (const { resolved } of addresses) console.log(`${lockfile}: an address of one registry: ${resolved}`);
  if (!checked && missing.length > 0) {
    for (const { name, version, dev } of missing) {
      lock.packages[`node_modules/${name}`] = { version, ...describePlatform(name), ...(dev && { dev }), optional: true };
    }
    const sorted = Object.entries(lock.packages).sort(([left], [right]) => left.localeCompare(right, 'en'));
    lock.packages = Object.fromEntries(sorted);
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  }
  return missing.length + addresses.length === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const checked = process.argv.includes('--check');
  const whole = ['package-lock.json', 'test/e2e/n8n/package-lock.json'].map((lockfile) => complete(lockfile, checked));
  if (checked && whole.includes(false)) process.exit(1);
}
