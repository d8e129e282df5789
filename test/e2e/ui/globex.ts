/** Two tenants, of which one inherits, and connectors in every state. */
import type { Page } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';

export interface Globex {
  service: TestService;
  /** The APIs of globex: its default, which is failing, one that is healthy, one that was never tested, and one that is deactivated. */
  made: Record<'Main' | 'Archive' | 'Third' | 'Off', Json>;
  /** Ends what was started for it. */
  stop(): Promise<void>;
}

export async function startGlobex(): Promise<Globex> {
  const peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 503, body: {} } : { body: [] }));
  const service = await startTestService();
  await service.tenant('globex');
  await service.tenant('acme', { parent: 'globex' });
  const make = (name: string, more: Json = {}) => service.connector({ tenant: 'globex', name, kind: 'api_rest', ...more, config: { base_url: peer.url, retries: 0, ...more['config'] as Json } });
  const made = { Main: await make('Main', { is_default: true, config: { test_path: '/broken' } }), Archive: await make('Archive'), Third: await make('Third'), Off: await make('Off', { active: false }) };
  for (const { id } of [made.Main, made.Archive]) await must(service.admin.post(`/api/connectors/${id}/test`, {}));
  return {
    service, made,
    async stop() {
      await service.stop();
      await peer.stop();
    },
  };
}

/** The name of what has the focus. */
export const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.slice(0, 60) ?? '');
