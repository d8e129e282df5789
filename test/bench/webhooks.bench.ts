/**
 * `webhooks`: accepted requests per second of `POST /hooks/{tenant}/{connector}` (signature checked, event
 * known by its id, stored before the answer) over those of a bare express route that writes one row with
 * the same driver into the same PostgreSQL. Both are loaded in turn by the same client, the first turn
 * thrown away; every request is signed, of its own id, and of about 1 kB.
 *
 * Learned: what arrives while the database is busy goes into one statement together. Without that each
 * request waited for a commit of its own: 0.5 of the bare route in place of 0.7. Deliveries are made from what
 * a burst has gathered for the same reason.
 */
import autocannon from 'autocannon';
import { webhookHeaders } from '../../control-plane/src/platform/standard-webhooks.ts';
import { median, round, startScript, startService } from './service.ts';
import type { BenchResult } from './main.ts';

const turns = 3;
const seconds = 5;
const connections = 64;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const body = JSON.stringify({
  type: 'order.created', order: 'o-4711', customer: { name: 'Ada Lovelace', email: 'ada@example.com', address: '12 St James’s Square, London' },
  lines: Array.from({ length: 10 }, (_, index) => ({ sku: `SKU-${1000 + index}`, title: 'Analytical engine, one gear of it', quantity: index + 1, price: 12.5 })),
});

export async function run(): Promise<BenchResult> {
  const service = await startService();
  await service.call('POST', '/api/tenants', { slug: 'acme', name: 'Acme' });
  await service.call('POST', '/api/connectors', {
    tenant: 'acme', name: 'Shop', kind: 'api_rest', config: { base_url: 'https://shop.example.com', webhook_verification: 'standard_webhooks', webhook_secret: secret, webhook_subject: 'order' },
  });
  const bare = await startScript('test/bench/bare-webhook.ts', [service.database_url]);

  let count = 0;
  const measure = async (url: string): Promise<number> => {
    const result = await autocannon({
      url, connections, duration: seconds,
      requests: [{
        method: 'POST', path: '/hooks/acme/shop', body,
        setupRequest: (request) => ({
          ...request, headers: { 'content-type': 'application/json', ...webhookHeaders(`msg_${(count += 1)}`, Math.floor(Date.now() / 1000), body, [secret]) },
        }),
      }],
    });
    if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`);
    return result.requests.average;
  };
  const rates: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let turn = 0; turn <= turns; turn += 1) {
    const measured = { bare: await measure(bare.url), ours: await measure(service.url) };
    console.log(`turn ${turn}: bare express ${Math.round(measured.bare)}/s, webhooks ${Math.round(measured.ours)}/s`);
    if (turn === 0) continue;
    rates.bare.push(measured.bare);
    rates.ours.push(measured.ours);
  }
  const { events } = await service.call<{ events: unknown[] }>('GET', '/api/events?tenant=acme&type=webhook.received&limit=1');
  if (events.length === 0) throw new Error('nothing was stored');
  await bare.stop();
  await service.stop();
  return {
    accepted_per_second: Math.round(median(rates.ours)),
    reference_requests_per_second: Math.round(median(rates.bare)),
    ratio: round(median(rates.ours) / median(rates.bare)),
    body_bytes: Buffer.byteLength(body),
  };
}
