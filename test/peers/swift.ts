/**
 * OpenStack Swift with its s3api, from Debian's `python3-swift` and `memcached`: an S3 server that shares
 * no code with the SDK and verifies every signature. Private processes on free ports, one disk, one replica.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import tls from 'node:tls';
import os from 'node:os';
import path from 'node:path';
import { canMakeCertificates, testCertificate } from './certificate.ts';
import { findProgram, freePort, runProgram, startServer } from './process.ts';
import type { ServerProcess } from './process.ts';

export interface SwiftServer {
  /** `http://127.0.0.1:PORT`; path-style only. */
  endpoint: string;
  port: number;
  /** The same server behind a certificate that nobody trusts; undefined without openssl. */
  tls_endpoint?: string;
  region: string;
  /** May do everything. */
  access_key_id: string;
  secret_access_key: string;
  /** A user whom no bucket admits. */
  guest: { access_key_id: string; secret_access_key: string };
  /** Stops and starts the S3 endpoint; what is stored stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** No page of a listing is larger, whatever is asked for; small, so that paging is tried without thousands of objects. */
export const largestPage = 100;

/** Buckets are also found by a host name below this one, which nothing resolves: see `lookup` of the egress guard. */
export const storageDomain = 'storage.test';

/** Debian's own Python: the one that `python3-swift` was installed for, whatever else is in PATH. */
const python = '/usr/bin/python3';

/** What the Debian packages bring, or undefined when one is missing. */
export function findSwift(): { memcached: string } | undefined {
  const memcached = findProgram('memcached');
  return memcached !== undefined && existsSync('/usr/lib/python3/dist-packages/swift/common/middleware/s3api')
    ? { memcached }
    : undefined;
}

/** `swift-ring-builder` and `swift-*-server` are in packages of their own, but are no more than this. */
const ringBuilder = 'import sys; from swift.cli.ringbuilder import main; sys.exit(main(["swift-ring-builder"] + sys.argv[1:]))';
const server = `
import sys
from swift.common.utils import parse_options, set_swift_dir
from swift.common.wsgi import run_wsgi
role = sys.argv.pop(1)
set_swift_dir(sys.argv.pop(1))
configuration, options = parse_options()
sys.exit(run_wsgi(configuration, role + '-server', **options))
`;

const storageRoles = ['account', 'container', 'object'] as const;

export async function startSwift(): Promise<SwiftServer> {
  const programs = findSwift();
  if (!programs) throw new Error('python3-swift and memcached are not installed');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'patchbay-swift-'));
  const configuration = path.join(folder, 'etc');
  const running: ServerProcess[] = [];
  const doors: { close(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(doors.map((door) => door.close()));
    await Promise.all(running.splice(0).map((process) => process.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const startRole = (role: string, port: number) =>
    startServer(python, ['-c', server, role, configuration, path.join(configuration, `${role}.conf`)], { port, cwd: folder });

  try {
    await mkdir(configuration);
    await mkdir(path.join(folder, 'devices', 'sda'), { recursive: true });
    await writeFile(path.join(configuration, 'swift.conf'), swiftSettings);
    const cachePort = await freePort();
    const startingRoles = storageRoles.map(async (role) => {
      const port = await freePort();
      await writeFile(path.join(configuration, `${role}.conf`), storageSettings(role, port, folder));
      await makeRing(role, port, configuration);
      running.push(await startRole(role, port));
    });
    const startingCache = startServer(programs.memcached, ['-u', os.userInfo().username, '-l', '127.0.0.1', '-p', String(cachePort), '-m', '16'], { port: cachePort })
      .then((process) => void running.push(process));
    // All are awaited before a failure is thrown: one that comes up late must be stopped as well.
    for (const started of await Promise.allSettled([...startingRoles, startingCache])) {
      if (started.status === 'rejected') throw started.reason;
    }
    const port = await freePort();
    await writeFile(path.join(configuration, 'proxy.conf'), proxySettings(port, cachePort, configuration));
    let proxy = await startRole('proxy', port);
    running.push(proxy);
    const tlsDoor = canMakeCertificates ? await openTlsDoor(port) : undefined;
    if (tlsDoor) doors.push(tlsDoor);
    return {
      endpoint: `http://127.0.0.1:${port}`,
      port,
      ...(tlsDoor && { tls_endpoint: `https://127.0.0.1:${tlsDoor.port}` }),
      region: 'us-east-1',
      access_key_id: 'test:tester',
      secret_access_key: 'testing-secret-7f3a',
      guest: { access_key_id: 'test:guest', secret_access_key: 'guest-secret-91c2' },
      restart: async () => {
        running.splice(running.indexOf(proxy), 1);
        await proxy.stop();
        proxy = await startRole('proxy', port);
        running.push(proxy);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeRing(role: string, port: number, configuration: string): Promise<void> {
  const build = (...args: string[]) => runProgram(python, ['-c', ringBuilder, `${role}.builder`, ...args], { cwd: configuration });
  await build('create', '4', '1', '1');
  await build('add', `r1z1-127.0.0.1:${port}/sda`, '1');
  await build('rebalance');
}

/** Ends TLS and passes the bytes on: Swift itself speaks none. */
async function openTlsDoor(target: number): Promise<{ port: number; close(): Promise<void> }> {
  const { certificate, key } = await testCertificate();
  const server = tls.createServer({ cert: certificate, key }, (outside) => {
    const inside = net.connect(target, '127.0.0.1');
    outside.on('error', () => inside.destroy()).pipe(inside);
    inside.on('error', () => outside.destroy()).pipe(outside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

const swiftSettings = `
[swift-hash]
swift_hash_path_suffix = suffix
swift_hash_path_prefix = prefix
[storage-policy:0]
name = single
default = yes
`;

const storageSettings = (role: string, port: number, folder: string) => `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${os.userInfo().username}
swift_dir = ${folder}/etc
devices = ${folder}/devices
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
log_level = ERROR
log_address = /dev/null
[pipeline:main]
pipeline = ${role}-server
[app:${role}-server]
use = egg:swift#${role}
`;

const proxySettings = (port: number, cachePort: number, configuration: string) => `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${os.userInfo().username}
swift_dir = ${configuration}
log_level = ERROR
log_address = /dev/null
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
storage_domain = ${storageDomain}
dns_compliant_bucket_names = yes
max_bucket_listing = ${largestPage}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing-secret-7f3a .admin
user_test_guest = guest-secret-91c2
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
minimum_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
`;
