/** The real service in this process, on a database of its own, its log kept in memory. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { readConfig } from '../../control-plane/src/config.ts';
import { startPatchbay } from '../../control-plane/src/main.ts';
import type { Patchbay } from '../../control-plane/src/main.ts';
import type { Role } from '../../control-plane/src/modules/access/index.ts';
import { createLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { createClient, must } from './client.ts';
import type { Client, Json } from './client.ts';
import { createTestDatabase } from './database.ts';

export interface TestServiceOptions {
  /** PATCHBAY_… settings, as the environment would give them. */
  settings?: Record<string, string>;
  /** What `$ENV:` references are read from. */
  environment?: Record<string, string>;
  /** Of another service that this one shares the database with; its owner drops it. */
  database_url?: string;
  master_key?: string;
}

export interface TestService {
  url: string;
  patchbay: Patchbay;
  database_url: string;
  /** The database, past the service. */
  sql: postgres.Sql;
  admin: Client;
  admin_key: string;
  master_key: string;
  client(key?: string): Client;
  /** A client with a new key. */
  as(role: Role, tenant?: string, more?: { expires_at?: string }): Promise<Client & { key_id: string }>;
  /** Makes a tenant. @returns it */
  tenant(slug: string, more?: { parent?: string; inherits_defaults?: boolean }): Promise<Json>;
  /** Makes a connector. @returns it */
  connector(input: Record<string, unknown>): Promise<Json>;
  /** How many rows each table has. */
  rows(): Promise<Record<string, number>>;
  /** Everything that was logged. */
  logs(): string;
  stop(): Promise<void>;
}

export const newMasterKey = (): string => randomBytes(32).toString('base64');

/** The test server's PostgreSQL as a backend: the config of a connector to this database. */
export function backendConfig(database_url: string): Record<string, unknown> {
  const { hostname, port, pathname, username, password } = new URL(database_url);
  return {
    host: hostname, port: Number(port || 5432), database: pathname.slice(1), username: decodeURIComponent(username),
    ...(password !== '' && { password: decodeURIComponent(password) }), sslmode: 'disable',
  };
}

export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = options.database_url === undefined ? await createTestDatabase() : undefined;
  const database_url = options.database_url ?? database!.url;
  const master_key = options.master_key ?? newMasterKey();
  const admin_key = `pb_test_${randomBytes(24).toString('base64url')}`;
  const lines: string[] = [];
  let patchbay: Patchbay;
  try {
    patchbay = await startPatchbay({
      config: readConfig({ PATCHBAY_PORT: '0', DATABASE_POOL_SIZE: '5', PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8', PATCHBAY_LOG_LEVEL: 'debug', ...options.settings }),
      database_url, master_key, environment: options.environment ?? {},
      log: createLogger('debug', { write: (line: string) => void lines.push(line) }),
    });
    await patchbay.claim(admin_key);
  } catch (error) {
    await database?.drop();
    throw error;
  }
  const { url } = patchbay;
  const sql = postgres(database_url, { max: 2, onnotice: () => undefined });
  const admin = createClient(url, admin_key);
  return {
    url, patchbay, database_url, sql, admin, admin_key, master_key,
    client: (key) => createClient(url, key),
    async as(role, tenant, more = {}) {
      const { key, id } = await must(admin.post('/api/keys', { name: `${role} of ${tenant ?? 'all'}`, role, ...(tenant !== undefined && { tenant }), ...more }));
      return { ...createClient(url, key), key_id: id };
    },
    tenant: (slug, more = {}) => must(admin.post('/api/tenants', { slug, name: slug, ...more })),
    connector: (input) => must(admin.post('/api/connectors', input)),
    async rows() {
      const tables = await sql<{ name: string }[]>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`;
      const counts = await Promise.all(tables.map(async ({ name }) => [name, Number((await sql`select count(*) from ${sql(name)}`)[0]!['count'])] as const));
      return Object.fromEntries(counts);
    },
    logs: () => lines.join(''),
    async stop() {
      await sql.end();
      await patchbay.stop();
      await database?.drop();
    },
  };
}
