/** The service as a process of its own, as n8n meets it, on an empty database. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { freePort, startServer } from '../peers/process.ts';
import { createTestDatabase } from '../setup/database.ts';

export interface ControlPlane {
  url: string;
  adminKey: string;
  /** The `patchbayApi` credential of a platform admin. */
  credential: { baseUrl: string; apiKey: string; defaultTenant: string };
  /** Sends a request as the admin. Throws with the problem document when it is refused. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  /** Makes a tenant. */
  tenant(slug: string, more?: { parent?: string; inherits_defaults?: boolean }): Promise<void>;
  /** Makes a connector that is its tenant's default. @returns its id */
  connector(tenant: string, name: string, kind: string, config: Record<string, unknown>): Promise<string>;
  /** What it printed. */
  output(): string;
  stop(): Promise<void>;
}

export async function startControlPlane(environment: Record<string, string> = {}): Promise<ControlPlane> {
  const database = await createTestDatabase();
  const port = await freePort();
  const adminKey = `test_${randomBytes(24).toString('base64url')}`;
  const server = await startServer(process.execPath, [path.resolve(__dirname, '../../control-plane/src/cli/main.ts'), 'serve'], {
    port,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '5',
      PATCHBAY_PORT: String(port),
      PATCHBAY_MASTER_KEY: randomBytes(32).toString('base64'),
      PATCHBAY_ADMIN_KEY: adminKey,
      PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8',
      PATCHBAY_LOG_LEVEL: 'warn',
      ...environment,
    },
  }).catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  const url = `http://127.0.0.1:${port}`;
  const api: ControlPlane['api'] = async (method, route, body) => {
    const response = await fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as never;
  };
  await waitUntilReady(url, adminKey, server.output);
  return {
    url, adminKey, api,
    credential: { baseUrl: url, apiKey: adminKey, defaultTenant: '' },
    output: server.output,
    async tenant(slug, more = {}) {
      await api('POST', '/api/tenants', { slug, name: slug.charAt(0).toUpperCase() + slug.slice(1), ...more });
    },
    async connector(tenant, name, kind, config) {
      const { id } = await api<{ id: string }>('POST', '/api/connectors', { tenant, name, kind, config, is_default: true });
      return id;
    },
    async stop() {
      await server.stop();
      await database.drop();
    },
  };
}

/** Ready is not enough: the admin's key must be known. */
async function waitUntilReady(url: string, adminKey: string, output: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const ready = await fetch(`${url}/api/whoami`, { headers: { authorization: `Bearer ${adminKey}` } }).then(({ ok }) => ok, () => false);
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The control plane did not become ready:\n${output()}`);
}
