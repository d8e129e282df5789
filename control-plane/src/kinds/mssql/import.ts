/** ADO.NET connection strings, JDBC URLs and DSNs as config. */
import { importDsn } from '../../engines/sql/dsn.ts';
import { PatchbayError } from '../../platform/errors.ts';

export interface ImportedConfig {
  host: string;
  port?: number;
  database?: string;
  username?: string;
  password?: string;
  encrypt?: boolean;
  trust_server_certificate?: boolean;
}

/** @throws {PatchbayError} `invalid_request`; the source, which may hold a password, is in no message */
export function importConnection(source: string): ImportedConfig {
  const text = source.trim();
  if (/^jdbc:sqlserver:\/\//i.test(text)) return fromJdbc(text.slice('jdbc:sqlserver://'.length));
  if (/^[a-z0-9+_]+:\/\//i.test(text)) {
    const { sslmode: _, ...config } = importDsn(text, ['mssql', 'sqlserver']);
    const { searchParams } = new URL(`sql://${text.slice(text.indexOf('://') + 3)}`);
    return { ...config, ...named([...searchParams]), host: config.host };
  }
  const settings = named(pairs(text));
  if (settings.host === undefined) throw unreadable('it names no server');
  return { ...settings, host: settings.host };
}

/** `host\instance:port;databaseName=…;user=…` */
function fromJdbc(text: string): ImportedConfig {
  const [place = '', ...rest] = text.split(';');
  const [, host, port] = /^([^:\\]+)(?:\\[^:]+)?(?::(\d+))?$/.exec(place) ?? [];
  const settings = named(pairs(rest.join(';')));
  const name = host ?? settings.host;
  if (name === undefined) throw unreadable('it names no server');
  return { ...settings, host: name, ...(port !== undefined && { port: Number(port) }) };
}

/** `key=value;key="a;b";key={a;b}` */
function pairs(text: string): [string, string][] {
  const found: [string, string][] = [];
  const pattern = /\s*([^=;]+?)\s*=\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\{((?:[^}]|\}\})*)\}|([^;]*))\s*(?:;|$)/y;
  for (let match = pattern.exec(text); match !== null && match[0] !== ''; match = pattern.exec(text)) {
    const [, key, double, single, braced, plain] = match;
    found.push([key!, double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? braced?.replaceAll('}}', '}') ?? plain!.trim()]);
  }
  if (found.length === 0 && text.trim() !== '') throw unreadable('it is neither a URL nor a list of key=value pairs');
  return found;
}

type Setting = (value: string) => Partial<ImportedConfig>;

const yes = (value: string) => /^(true|yes|1|mandatory|strict)$/i.test(value);
const server: Setting = (value) => {
  // tcp:name\instance,1433
  const [, host, port] = /^(?:tcp:)?([^\\,:]+)(?:\\[^,]+)?(?:[,:]\s*(\d+))?$/i.exec(value.trim()) ?? [];
  if (host === undefined) throw unreadable('its server is not "host,port"');
  return { host: host === '.' || host.toLowerCase() === '(local)' ? 'localhost' : host, ...(port !== undefined && { port: Number(port) }) };
};
const database: Setting = (value) => ({ database: value });
const username: Setting = (value) => ({ username: value });
const password: Setting = (value) => ({ password: value });
const settings: Record<string, Setting> = {
  server, 'data source': server, address: server, addr: server, 'network address': server, servername: server,
  database, 'initial catalog': database, databasename: database,
  'user id': username, uid: username, user: username, username,
  password, pwd: password,
  encrypt: (value) => ({ encrypt: yes(value) }),
  trustservercertificate: (value) => ({ trust_server_certificate: yes(value) }),
  port: (value) => ({ port: Number(value) }), portnumber: (value) => ({ port: Number(value) }),
};
/** `Trust Server Certificate` and `TrustServerCertificate` are one. */
const withoutSpaces = new Map(Object.keys(settings).map((key) => [key.replaceAll(' ', ''), key]));

function named(entries: [string, string][]): Partial<ImportedConfig> {
  const parts = entries.map(([key, value]) => settings[withoutSpaces.get(key.toLowerCase().replaceAll(' ', '')) ?? '']?.(value) ?? {});
  return Object.assign({}, ...parts) as Partial<ImportedConfig>;
}

function unreadable(reason: string): PatchbayError {
  return new PatchbayError('invalid_request', `The connection string cannot be read: ${reason}.`, {
    hint: 'Give it as "Server=host,port;Database=…;User Id=…;Password=…", as jdbc:sqlserver://host:port;databaseName=…, or as mssql://user:password@host:port/database.',
    fields: [{ path: 'source', message: reason }],
  });
}
