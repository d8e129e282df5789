/** Certificates for tests: an authority of its own and a server certificate for 127.0.0.1, localhost and names below patchbay.test. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram, runProgram } from './process.ts';

export interface TestCertificate {
  /** PEM: what a client has to trust. */
  ca: string;
  /** PEM: the server's certificate and its key. */
  certificate: string;
  key: string;
}

/** Whether this machine can make certificates: openssl is part of every Debian with TLS, but not of all. */
export const canMakeCertificates = findProgram('openssl') !== undefined;

let made: Promise<TestCertificate> | undefined;

/** One certificate for the whole test run of a file. Needs openssl. */
export function testCertificate(): Promise<TestCertificate> {
  return (made ??= makeCertificate());
}

async function makeCertificate(): Promise<TestCertificate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'patchbay-certificate-'));
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => runProgram('openssl', args, { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    await openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Patchbay test authority');
    await openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
    await writeFile(file('extensions'), 'subjectAltName=DNS:localhost,DNS:*.patchbay.test,IP:127.0.0.1\n');
    await openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions', '-out', 'server.pem');
    const [ca, certificate, key] = await Promise.all(['ca.pem', 'server.pem', 'server.key'].map((name) => readFile(file(name), 'utf8')));
    return { ca: ca!, certificate: certificate!, key: key! };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
