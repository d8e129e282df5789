/**
 * `resolve`: requests per second of `GET /api/tenants/{tenant}/{category}` (a key is checked, the chain
 * of a child that inherits is answered) over those of a bare express route that answers the same JSON.
 * Both are processes of their own, loaded in turn by the same client, the first turn thrown away.
 *
 * Learned: answering from text that was written once gains a third over `JSON.stringify` each time;
 * express's own `response.json` costs the reference that, and an ETag, which we do not send.
 */
import autocannon from 'autocannon';
import { median, round, startScript, startService } from './service.ts';
import type { BenchResult } from './main.ts';

const tenantCount = 1000;
const turns = 3;
const seconds = 3;

export async function run(): Promise<BenchResult> {
  const service = await startService();
  await service.call('POST', '/api/tenants', { slug: 'agency', name: 'Agency' });
  await service.call('POST', '/api/connectors', {
    tenant: 'agency', name: 'Agency CRM', kind: 'api_rest', is_default: true, config: { base_url: 'https://crm.example.com', authentication: 'bearer', token: 'secret' },
  });
  for (let index = 0; index < tenantCount; index += 1) {
    await service.call('POST', '/api/tenants', { slug: `tenant-${index}`, name: `Tenant ${index}`, parent: 'agency' });
  }
  const answer = await service.call('GET', '/api/tenants/tenant-0/api');
  const bare = await startScript('test/bench/bare-express.ts', [JSON.stringify(answer)]);

  const headers = { authorization: `Bearer ${service.key}` };
  const measure = async (url: string): Promise<number> => {
    const result = await autocannon({
      url, connections: 32, duration: seconds, headers,
      requests: Array.from({ length: tenantCount }, (_, index) => ({ method: 'GET' as const, path: `/api/tenants/tenant-${index}/api` })),
    });
    if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} answers were not 2xx, ${result.errors} failed`);
    return result.requests.average;
  };
  // The steady state is measured: each tenant was asked for before.
  for (let index = 0; index < tenantCount; index += 1) await service.call('GET', `/api/tenants/tenant-${index}/api`);
  const rates: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let turn = 0; turn <= turns; turn += 1) {
    const measured = { bare: await measure(bare.url), ours: await measure(service.url) };
    console.log(`turn ${turn}: bare express ${Math.round(measured.bare)}/s, resolve ${Math.round(measured.ours)}/s`);
    if (turn === 0) continue;
    rates.bare.push(measured.bare);
    rates.ours.push(measured.ours);
  }
  await bare.stop();
  await service.stop();
  return {
    requests_per_second: Math.round(median(rates.ours)),
    reference_requests_per_second: Math.round(median(rates.bare)),
    ratio: round(median(rates.ours) / median(rates.bare)),
    ...(await inProcess()),
    tenants: tenantCount,
  };
}

/** The p50 of the resolution itself, without HTTP: from the cache, and from the database. In milliseconds. */
async function inProcess(): Promise<{ in_process_p50_ms: number; in_process_cold_p50_ms: number }> {
  const { measureResolution } = await import('./resolution-in-process.ts');
  return measureResolution();
}
