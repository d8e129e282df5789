/** Hosts that an SRV record names, by a DNS server of the test's own: they are dialled through the guard alone, and what is wrong with the records is said. */
import dns from 'node:dns';
import { mongodb } from '../../control-plane/src/kinds/mongodb/index.ts';
import { runOperation, runTest } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import type { Egress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startDns } from '../peers/dns.ts';
import type { DnsServer } from '../peers/dns.ts';
import { startMongodb } from '../peers/mongodb.ts';
import type { MongodbPeer } from '../peers/mongodb.ts';
import { peerAvailable } from '../peers/peer.ts';
import { collect } from './test-kind.ts';

const password = 'a password of the peer';
const cluster = 'cluster.patchbay.test';
const record = `_mongodb._tcp.${cluster}`;
const servers = dns.getServers();

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('mongodb, its hosts found by SRV', () => {
  let peer: MongodbPeer;
  let resolver: DnsServer;
  let egress: Egress;
  /** Where the guard was asked to dial. */
  const dialled = new Set<string>();
  const opened: AnySession[] = [];
  /** As the system would resolve the names that SRV records hold. */
  const addresses: Record<string, string> = { 'a.patchbay.test': '127.0.0.1', 'b.patchbay.test': '127.0.0.1', 'inner.patchbay.test': '10.1.2.3' };

  beforeAll(async () => {
    peer = await startMongodb({ password, certificate: await testCertificate(), replica_set: true, collections: { 'shop.people': [{ _id: 'a', name: 'Ada' }] } });
    resolver = await startDns({});
    dns.setServers([resolver.address]);
    const lookup = ((name: string, _options: object, done: (error: Error | null, found?: { address: string; family: number }[]) => void) =>
      name in addresses ? done(null, [{ address: addresses[name]!, family: 4 }]) : done(Object.assign(new Error(`${name} is not known`), { code: 'ENOTFOUND' }))) as unknown as typeof dns.lookup;
    const guard = createEgress({ allow: ['127.0.0.0/8'], lookup });
    egress = {
      ...guard,
      socket(options) {
        dialled.add(`${options.host}:${options.port}`);
        return guard.socket(options);
      },
    };
  });
  afterEach(async () => {
    for (const session of opened.splice(0)) await session.close();
    dialled.clear();
    resolver.questions.clear();
  });
  afterAll(async () => {
    dns.setServers(servers);
    await resolver.stop();
    await peer.stop();
    await egress.close();
  });

  const open = async (config: object = {}) => {
    const parsed = mongodb.config.parse({ hosts: cluster, srv: true, database: 'shop', username: 'ada', password, ca_certificate: (await testCertificate()).ca, timeout: 10, ...config });
    const session = (await mongodb.open(parsed, { egress, log: silentLogger, output_schemas: [] })) as unknown as AnySession;
    opened.push(session);
    const options = { signal: new AbortController().signal, log: silentLogger, timeout: parsed.timeout };
    return { session, test: () => runTest(session, options), read: async () => collect(await runOperation(mongodb, session, 'read', { model: 'people' }, options)) };
  };
  const ofHosts = (...names: string[]) => ({ [record]: names.map((name) => ({ name, port: peer.port })) });

  test('are dialled through the guard, by the names that the record holds, and TXT tells the replica set', async () => {
    resolver.zone = { SRV: ofHosts('a.patchbay.test', 'b.patchbay.test'), TXT: { [cluster]: ['replicaSet=rs&authSource=admin'] } };
    const { read } = await open();
    expect(await read()).toEqual([{ _id: 'a', name: 'Ada' }]);
    expect(resolver.questions).toEqual(new Set([`SRV ${record}`, `TXT ${cluster}`]));
    expect(dialled).toContain(`a.patchbay.test:${peer.port}`);
    // The last is what the replica set calls itself.
    expect([`a.patchbay.test:${peer.port}`, `b.patchbay.test:${peer.port}`, peer.host]).toEqual(expect.arrayContaining([...dialled]));
  });

  test('at an address that the guard refuses are not reached', async () => {
    resolver.zone = { SRV: ofHosts('inner.patchbay.test') };
    await expect((await open()).test()).rejects.toMatchObject({ code: 'egress_denied', message: expect.stringContaining('inner.patchbay.test (10.1.2.3') });
  });

  test('that cannot be resolved, or where nothing listens, are told at once', async () => {
    resolver.zone = { SRV: { [record]: [{ name: 'unknown.patchbay.test', port: peer.port }] } };
    await expect((await open()).test()).rejects.toMatchObject({ code: 'backend_unreachable', message: expect.stringContaining('does not resolve') });
    resolver.zone = { SRV: { [record]: [{ name: 'a.patchbay.test', port: 1 }] } };
    await expect((await open()).test()).rejects.toMatchObject({ code: 'backend_unreachable', message: expect.stringContaining('nothing listens') });
  });

  test.each(['evil.example.org', 'patchbay.test', '127.0.0.1', 'notpatchbay.test'])('%s, which is not below the same domain, is not dialled', async (name) => {
    resolver.zone = { SRV: ofHosts(name) };
    await expect((await open()).test()).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(cluster), fields: [{ path: 'config.hosts' }] });
    expect(dialled).toEqual(new Set());
  });

  test.each([
    ['does not exist', {}, 'backend_unreachable'],
    ['holds no SRV record', { TXT: { [record]: ['x'] } }, 'backend_unreachable'],
    ['cannot be looked up now', { broken: [record] }, 'backend_unreachable'],
  ])('a name that %s is told with the record to make', async (_what, zone, code) => {
    resolver.zone = zone;
    await expect((await open()).test()).rejects.toMatchObject({ code, message: expect.stringContaining(cluster), hint: expect.stringContaining(record) });
  });

  test.each([['two records', ['replicaSet=rs0', 'authSource=admin']], ['another option', ['tls=false']], ['no value', ['replicaSet=']]])('a TXT record that is not what it should be, for %s, is refused', async (_what, texts) => {
    resolver.zone = { SRV: ofHosts('a.patchbay.test'), TXT: { [cluster]: texts } };
    await expect((await open()).test()).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(cluster) });
    expect(dialled).toEqual(new Set());
  });

  test.each([['SRV', record], ['TXT', cluster]])('a resolver that does not answer about %s is not waited for beyond the timeout, and is asked again', async (_type, name) => {
    resolver.zone = { SRV: ofHosts('a.patchbay.test'), silent: [name] };
    const { test: check, session } = await open({ timeout: 2 });
    await expect(check()).rejects.toMatchObject({ code: 'backend_timeout', message: expect.stringContaining(cluster), hint: expect.stringContaining(record) });
    await session.close();
    expect(dialled).toEqual(new Set());
    resolver.zone = { SRV: ofHosts('a.patchbay.test') };
    expect(await (await open()).read()).toEqual([{ _id: 'a', name: 'Ada' }]);
  });

  test('a name that SRV cannot be looked up for is refused before', () => {
    const issues = (config: object) => mongodb.config.safeParse({ hosts: cluster, srv: true, ...config }).error?.issues.map(({ path }) => path.join('.'));
    expect(issues({})).toBeUndefined();
    expect(issues({ hosts: `${cluster}:27017` })).toEqual(['hosts']);
    expect(issues({ hosts: `${cluster},other.patchbay.test` })).toEqual(['hosts']);
    expect(issues({ hosts: '[::1]' })).toEqual(['hosts']);
    expect(issues({ direct_connection: true })).toEqual(['direct_connection']);
    expect(issues({ hosts: 'a:1,b:2', srv: false, direct_connection: true })).toBeUndefined();
  });
});
