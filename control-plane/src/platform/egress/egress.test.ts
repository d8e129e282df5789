import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createAddressPolicy } from './address.ts';
import { createEgress } from './index.ts';

describe('address policy', () => {
  const none = createAddressPolicy([]);

  test.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111'])('allows the public address %s', (address) => {
    expect(none.allows(address, 443)).toBe(true);
  });

  test.each([
    '127.0.0.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '224.0.0.1',
    '255.255.255.255', '192.0.2.1', '198.18.0.1', '::', '::1', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1',
    '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001::1', '2001:db8::1', 'ff02::1',
  ])('refuses the reserved address %s', (address) => {
    expect(none.allows(address, 443)).toBe(false);
  });

  test('allows what the operator names, and no other port', () => {
    const policy = createAddressPolicy(['10.0.0.0/8', '127.0.0.1:5432', '[::1]:5432', 'fd00::/8']);
    expect(policy.allows('10.200.0.1', 1)).toBe(true);
    expect(policy.allows('127.0.0.1', 5432)).toBe(true);
    expect(policy.allows('::ffff:127.0.0.1', 5432)).toBe(true);
    expect(policy.allows('127.0.0.1', 5433)).toBe(false);
    expect(policy.allows('::1', 5432)).toBe(true);
    expect(policy.allows('fd12::1', 9)).toBe(true);
    expect(policy.allows('192.168.0.1', 5432)).toBe(false);
  });

  test('a rule that cannot be read is named', () => {
    expect(() => createAddressPolicy(['ten'])).toThrow('"ten" is not an address rule');
    expect(() => createAddressPolicy(['10.0.0.0/40'])).toThrow('longer than 32 bits');
  });
});

describe('egress', () => {
  let server: ReturnType<typeof createServer>;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: `http://127.0.0.2:${port}/` });
      response.end('hello');
    }).listen(0, '0.0.0.0');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());

  const resolvesTo = (address: string) =>
    ((_host: string, _options: object, callback: (error: null, all: object[]) => void) => {
      callback(null, [{ address, family: 4 }]);
    }) as never;

  test.each(['127.0.0.1', '[::1]', '0.0.0.0', '2130706433', '0x7f000001', 'localhost'])('fetch refuses %s', async (host) => {
    const egress = createEgress({ allow: [] });
    await expect(egress.fetch(`http://${host}:${port}/`)).rejects.toMatchObject({ cause: { code: 'egress_denied' } });
    await egress.close();
  });

  test('fetch reaches what is allowed and refuses where a redirect leads', async () => {
    const egress = createEgress({ allow: [`127.0.0.1:${port}`] });
    expect(await (await egress.fetch(`http://127.0.0.1:${port}/`)).text()).toBe('hello');
    await expect(egress.fetch(`http://127.0.0.1:${port}/away`, { redirect: 'follow' })).rejects.toMatchObject({
      cause: { code: 'egress_denied' },
    });
    await egress.close();
  });

  test('a public name that resolves to a private address is refused by every way out', async () => {
    const egress = createEgress({ allow: [], lookup: resolvesTo('10.0.0.1') });
    await expect(egress.fetch('http://innocent.example/')).rejects.toMatchObject({ cause: { code: 'egress_denied' } });
    const [socketError] = await once(egress.socket({ host: 'innocent.example', port: 5432 }), 'error').catch((error) => [error]);
    expect(socketError).toMatchObject({ code: 'egress_denied' });
    const request = (await import('node:http')).get({ host: 'innocent.example', port, agent: egress.httpAgent() });
    const [httpError] = await once(request, 'error');
    expect(httpError).toMatchObject({ code: 'egress_denied' });
    await egress.close();
  });

  test('sockets connect to what is allowed', async () => {
    const egress = createEgress({ allow: ['127.0.0.0/8'] });
    const socket = egress.socket({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.destroy();
  });
});
