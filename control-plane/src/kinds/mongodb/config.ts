import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField } from '../shared/http-fields.ts';

const hosts = /^(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:\d{1,5})?(,(\[[0-9a-f:]+\]|[a-z0-9._-]+)(:\d{1,5})?)*$/i;

export const mongodbConfig = z.strictObject({
  hosts: z.string().regex(hosts, 'Give host:port, several separated by commas').meta({ title: 'Hosts', description: 'host:port, several separated by commas; one name without a port with “Find hosts by SRV”', placeholder: 'db.example.com:27017', destination: true, order: 1 }),
  srv: z.boolean().default(false).meta({ title: 'Find hosts by SRV', description: 'As mongodb+srv:// does; it turns TLS on', destination: true, order: 2 }),
  database: z.string().min(1).optional().meta({ title: 'Database', description: 'Where collections without a database are looked for; all are listed when empty', order: 3 }),
  username: z.string().min(1).optional().meta({ title: 'User name', order: 4 }),
  password: secret(z.string().min(1).optional()).meta({ title: 'Password', order: 5 }),
  auth_source: z.string().min(1).optional().meta({ title: 'Authentication database', description: 'Where the user is kept; admin when empty', order: 6 }),
  auth_mechanism: z.enum(['default', 'SCRAM-SHA-256', 'SCRAM-SHA-1']).default('default').meta({ title: 'Authentication mechanism', advanced: true, order: 7 }),
  tls: z.boolean().default(true).meta({ title: 'TLS', destination: true, order: 8, group: 'Security' }),
  ca_certificate: caCertificateField,
  replica_set: z.string().min(1).optional().meta({ title: 'Replica set', advanced: true, order: 9 }),
  direct_connection: z.boolean().default(false).meta({ title: 'Direct connection', description: 'Speak to the one host named, whatever replica set it belongs to', advanced: true, order: 10 }),
  read_only: z.boolean().default(true).meta({ title: 'Read only', description: 'Write, $out and $merge are refused. Turn it off to let workflows change data', order: 20, group: 'Security' }),
  pool_size: z.int().min(1).max(100).default(5).meta({ title: 'Pool size', description: 'How many connections are kept to each server', advanced: true, order: 30 }),
  timeout: timeoutField,
}).superRefine(({ hosts: list, srv, direct_connection }, context) => {
  if (!srv) return;
  if (!/^[a-z0-9._-]+$/i.test(list)) context.addIssue({ code: 'custom', path: ['hosts'], message: 'Give one name without a port: the SRV record tells the hosts and ports' });
  if (direct_connection) context.addIssue({ code: 'custom', path: ['direct_connection'], message: 'Turn it off: an SRV record may name several hosts' });
});

export type MongodbConfig = z.output<typeof mongodbConfig>;

const uri = /^mongodb(\+srv)?:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?@]+)(?:\/([^?]*))?(?:\?(.*))?$/i;

/** @throws {PatchbayError} `invalid_request`; the URI itself, which holds a password, is in no message */
export function importMongodb(source: string): Partial<z.input<typeof mongodbConfig>> {
  const [whole, srv, username, password, list = '', database, options = ''] = uri.exec(source.trim()) ?? [];
  if (whole === undefined || !hosts.test(list)) throw unreadable('it is not mongodb://user:password@host:port/database');
  const parameters = new URLSearchParams([...new URLSearchParams(options)].map(([name, value]) => [name.toLowerCase(), value] as [string, string]));
  const isOn = (name: string) => parameters.get(name) === 'true';
  const mechanism = parameters.get('authmechanism');
  if (mechanism !== null && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-1') throw unreadable('its authentication mechanism is not one of SCRAM');
  const tls = parameters.get('tls') ?? parameters.get('ssl');
  const [auth_source, replica_set] = [parameters.get('authsource'), parameters.get('replicaset')];
  return {
    hosts: list,
    ...(srv !== undefined && { srv: true }),
    ...(database && { database: decode(database) }),
    ...(username && { username: decode(username) }),
    ...(password && { password: decode(password) }),
    ...(auth_source ?? (username && database) ? { auth_source: auth_source ?? decode(database!) } : {}),
    ...(mechanism !== null && { auth_mechanism: mechanism }),
    tls: tls === null ? srv !== undefined : tls === 'true',
    ...(replica_set !== null && { replica_set }),
    ...(isOn('directconnection') && { direct_connection: true }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('a % in it is not followed by two hexadecimal digits');
  }
}

function unreadable(why: string): PatchbayError {
  return new PatchbayError('invalid_request', `The address cannot be imported: ${why}.`, { hint: 'Give it as mongodb:// or mongodb+srv://, special characters percent-encoded.' });
}
