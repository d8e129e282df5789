/** Snowflake's URLs as config: SQLAlchemy's `snowflake://user@account/database/schema?warehouse=…` and JDBC's. */
import { PatchbayError } from '../../platform/errors.ts';
import type { SnowflakeConfig } from './config.ts';

type Imported = Partial<Pick<SnowflakeConfig, 'account' | 'username' | 'database' | 'schema' | 'warehouse' | 'role' | 'url'>>;

const domain = /\.(?:privatelink\.)?snowflakecomputing\.(?:com|cn)$/i;

/** A password in it is left out: the SQL API takes none. @throws {PatchbayError} `invalid_request` */
export function importUrl(source: string): Imported {
  const text = source.trim().replace(/^jdbc:/i, '');
  const url = /^snowflake:\/\//i.test(text) ? URL.parse(`https://${text.slice('snowflake://'.length)}`) : URL.parse(text);
  const isHttp = /^https:\/\//i.test(text) && url !== null && domain.test(url.hostname);
  if (!url || url.hostname === '' || (!isHttp && !/^snowflake:\/\//i.test(text))) {
    throw new PatchbayError('invalid_request', 'The address cannot be read as one of Snowflake.', {
      hint: 'Give it as snowflake://user@account/database/schema?warehouse=…&role=…, or as jdbc:snowflake://account.snowflakecomputing.com/?db=…&user=….',
      fields: [{ path: 'source', message: 'is no Snowflake URL' }],
    });
  }
  const [database, schema] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
  const parameter = (...names: string[]) => [...url.searchParams].find(([name]) => names.includes(name.toLowerCase()))?.[1];
  const found: Record<string, string | undefined> = {
    account: parameter('account') ?? url.hostname.replace(domain, ''),
    username: url.username ? decodeURIComponent(url.username) : parameter('user'),
    database: database ?? parameter('db', 'database'),
    schema: schema ?? parameter('schema'),
    warehouse: parameter('warehouse'),
    role: parameter('role'),
    ...(/privatelink|\.cn$/i.test(url.hostname) && { url: `https://${url.hostname}` }),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined && value !== '')) as Imported;
}
