/** Oracle's addresses as config: DSNs, JDBC thin URLs, EZConnect and connect descriptors. */
import { PatchbayError } from '../../platform/errors.ts';

export interface ImportedConfig {
  host: string;
  port?: number;
  service_name?: string;
  username?: string;
  password?: string;
  tls?: boolean;
}

/** @throws {PatchbayError} `invalid_request`; the source, which may hold a password, is in no message */
export function importAddress(source: string): ImportedConfig {
  const text = source.trim();
  const jdbc = /^jdbc:oracle:thin:(?:([^/@]+)\/([^@]*))?@(.+)$/i.exec(text);
  const dsn = /^oracle(?:\+\w+)?:\/\//i.test(text) ? URL.parse(`sql://${text.slice(text.indexOf('://') + 3)}`) : null;
  if (dsn && dsn.hostname !== '') {
    return defined({
      host: dsn.hostname.replace(/^\[|\]$/g, ''), port: dsn.port, username: decodeURIComponent(dsn.username), password: decodeURIComponent(dsn.password),
      service_name: dsn.searchParams.get('service_name') ?? dsn.pathname.slice(1),
    });
  }
  const place = jdbc?.[3] ?? text;
  const account = { username: jdbc?.[1], password: jdbc?.[2] };
  const named = (key: string) => new RegExp(`\\(\\s*${key}\\s*=\\s*([^)\\s]+)\\s*\\)`, 'i').exec(place)?.[1];
  if (place.startsWith('(')) {
    const host = named('HOST');
    if (host === undefined) throw unreadable();
    return defined({ host, port: named('PORT'), service_name: named('SERVICE_NAME'), ...account, tls: named('PROTOCOL')?.toUpperCase() === 'TCPS' });
  }
  const [, protocol, host, port, service] = /^(?:(tcps?):)?\/{0,2}([\w.-]+)(?::(\d+))?[/:]([\w.$#-]+)/i.exec(place) ?? [];
  if (host === undefined) throw unreadable();
  return defined({ host, port, service_name: service, ...account, tls: protocol?.toLowerCase() === 'tcps' });
}

function defined({ port, tls, ...texts }: { host: string; port?: string; service_name?: string; username?: string; password?: string; tls?: boolean }): ImportedConfig {
  const kept = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined && value !== ''));
  return { ...kept, host: texts.host, ...(port && { port: Number(port) }), ...(tls && { tls }) };
}

function unreadable(): PatchbayError {
  return new PatchbayError('invalid_request', 'The address cannot be read as one of Oracle.', {
    hint: 'Give it as oracle://user:password@host:1521/service, as jdbc:oracle:thin:@//host:1521/service, as host:1521/service or as a connect descriptor.',
    fields: [{ path: 'source', message: 'is no Oracle address' }],
  });
}
