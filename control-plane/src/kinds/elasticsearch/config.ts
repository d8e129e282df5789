import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl, maxResponseField, requiredWith } from '../shared/http-fields.ts';

export const elasticsearchConfig = z.strictObject({
  base_url: httpUrl.meta({ title: 'Address', placeholder: 'https://search.example.com:9200', destination: true, order: 1 }),
  authentication: z.enum(['none', 'basic', 'api_key', 'bearer']).default('basic').meta({ title: 'Authentication', order: 2 }),
  username: z.string().min(1).optional().meta({ title: 'User name', order: 3, show_when: { authentication: ['basic'] } }),
  password: secret(z.string().min(1).optional()).meta({ title: 'Password', order: 4, show_when: { authentication: ['basic'] } }),
  api_key: secret(z.string().min(1).optional()).meta({ title: 'API key', description: 'In its encoded form, as Elasticsearch shows it', order: 5, show_when: { authentication: ['api_key'] } }),
  token: secret(z.string().min(1).optional()).meta({ title: 'Token', order: 6, show_when: { authentication: ['bearer'] } }),
  read_only: z.boolean().default(true).meta({ title: 'Read only', description: 'Write is refused. Turn it off to let workflows change documents', order: 20, group: 'Security' }),
  page_size: z.int().min(1).max(10_000).default(1000).meta({ title: 'Page size', description: 'How many documents are fetched, and held in memory, at a time', advanced: true, order: 30 }),
  max_response_mb: maxResponseField,
  ca_certificate: caCertificateField,
  timeout: timeoutField,
}).superRefine(requiredWith({ basic: ['username', 'password'], api_key: ['api_key'], bearer: ['token'] }));

export type ElasticsearchConfig = z.output<typeof elasticsearchConfig>;

/** An address with or without credentials in it, or an Elastic Cloud id: `name:base64(host$elasticsearch$kibana)`. */
export function importElasticsearch(source: string): Partial<z.input<typeof elasticsearchConfig>> {
  const text = source.trim();
  if (/^https?:\/\//i.test(text)) {
    const url = URL.parse(text);
    if (!url) throw unreadable('it is not a URL');
    const { username, password } = url;
    url.username = '';
    url.password = '';
    const base_url = url.href.replace(/\/$/, '');
    return username === '' ? { base_url } : { base_url, authentication: 'basic', username: decode(username), password: decode(password) };
  }
  const [domain = '', cluster = ''] = Buffer.from(text.slice(text.lastIndexOf(':') + 1), 'base64').toString().split('$');
  const [host = '', port = '443'] = domain.split(':');
  const name = /^[a-z0-9][a-z0-9.-]*$/i;
  if (!name.test(host) || !name.test(cluster) || !/^\d+$/.test(port)) throw unreadable('it is neither a URL nor a cloud id');
  return { base_url: `https://${cluster}.${host}${port === '443' ? '' : `:${port}`}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('a % in it is not followed by two hexadecimal digits');
  }
}

function unreadable(why: string): PatchbayError {
  return new PatchbayError('invalid_request', `This cannot be imported: ${why}.`, { hint: 'Give https://user:password@host:9200 or the deployment’s cloud id.' });
}
