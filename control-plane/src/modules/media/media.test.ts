import { createMetrics } from '../../platform/telemetry/metrics.ts';
import { createMedia } from './service.ts';

/** With nothing to keep: what an address is good for is asked before the store is. */
const publishAt = (address: string) => {
  const transaction = async () => undefined;
  return createMedia({ db: { transaction } as never, publicUrl: () => address, hours: 1, metrics: createMetrics() }).of(undefined).publish([{ filename: 'a.png', content_type: 'image/png', content: Buffer.from('a') }]);
};

test.each(['https://patchbay.example.com', 'https://example.com/patchbay/', 'https://192.0.66.2:8443', 'https://[2606:4700::6810:84e5]'])('at %s files can be fetched', async (address) => {
  const { urls } = await publishAt(address);
  expect(urls).toEqual([expect.stringMatching(/^https:.*[^/]\/media\/[\w-]{43}$/)]);
  expect(urls[0]!.startsWith(address.replace(/\/$/, ''))).toBe(true);
});

test.each([
  ['http://patchbay.example.com', 'which is not encrypted'],
  ...['http://127.0.0.1:7400', 'https://localhost', 'https://patchbay', 'https://patchbay.internal:7400', 'https://box.home.arpa', 'https://10.1.2.3', 'https://[::1]', 'https://[fd00::1]', 'https://169.254.1.1']
    .map((address) => [address, 'which cannot be reached from outside']),
])('at %s they cannot, %s', async (address, reason) => {
  await expect(publishAt(address)).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining(reason), hint: expect.stringContaining('PATCHBAY_PUBLIC_URL') });
});
