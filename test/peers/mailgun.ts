/** Mailgun's messages and domains, made from its published API description. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extractFile } from '../fixtures/mailgun/extract.ts';
import type { Json } from '../fixtures/openapi.ts';
import { readDescription } from './description.ts';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';

export interface MailgunPeer extends HttpPeer {
  api_key: string;
  domain: string;
  /** The forms of the messages taken. */
  sent: FormData[];
  violations: string[];
  setState(state: 'active' | 'unverified' | 'disabled', reason?: string): void;
}

export async function startMailgunPeer(): Promise<MailgunPeer> {
  const document = JSON.parse(readFileSync(extractFile, 'utf8')) as Json;
  // The form is judged after it was parsed: as the object of its fields.
  const { requestBody } = document['paths']['/v3/{domain_name}/messages'].post;
  requestBody.content = { 'application/json': requestBody.content['multipart/form-data'] };
  const [form] = Object.entries(document['components'].schemas as Record<string, { properties?: Record<string, { type?: unknown }> }>).find(([name]) => name.includes('messages-multipart'))!;
  const isList = (field: string) => document['components'].schemas[form].properties[field]?.type === 'array';
  const description = await readDescription(document);

  const [api_key, domain] = [randomBytes(16).toString('hex'), 'mg.example.com'];
  const sent: FormData[] = [];
  const violations: string[] = [];
  let [state, reason]: [string, string] = ['active', ''];

  const domainAnswer = (): HttpAnswer => ({
    body: {
      domain: {
        created_at: 'Wed, 10 Jul 2013 19:26:52 GMT', id: '5a1f0a0a7b4d5b0001b1b1b1', is_disabled: state === 'disabled', name: domain, require_tls: false, skip_verification: false, state, type: 'custom',
        encrypt_incoming_message: false, use_automatic_sender_security: false, web_prefix: 'email', web_scheme: 'https', wildcard: false, spam_action: 'disabled', smtp_login: `postmaster@${domain}`, message_ttl: 259200,
        ...(state === 'disabled' && { disabled: { code: '1', note: '', permanently: false, reason, until: 'Wed, 10 Jul 2030 19:26:52 GMT' } }),
      },
      receiving_dns_records: [], sending_dns_records: [],
    },
  });

  const send = async (request: ReceivedRequest): Promise<HttpAnswer> => {
    const parsed = await new Response(new Uint8Array(request.body), { headers: { 'content-type': request.headers['content-type']! } }).formData();
    const fields = Object.fromEntries([...new Set(parsed.keys())].map((name) => {
      const values = parsed.getAll(name).map((value) => (typeof value === 'string' ? value : value.name));
      return [name, isList(name) ? values : values[0]];
    }));
    const found = description.request({ ...request, headers: { ...request.headers, 'content-type': 'application/json' } }, fields);
    if (found.length > 0) {
      violations.push(...found);
      return { status: 400, body: { message: 'The request does not follow the API description' } };
    }
    if (!parsed.has('to')) return { status: 400, body: { message: 'to parameter is missing' } };
    const to = parsed.getAll('to').map(String);
    if (to.some((address) => address.endsWith('@nowhere.invalid'))) return { status: 400, body: { message: `to parameter is not a valid address. please check documentation` } };
    if (to.includes('busy@example.com')) return { status: 429, headers: { 'retry-after': '12' }, body: { message: 'Domain is exceeding its hourly limit' } };
    if (to.includes('stranger@example.com')) return { status: 403, body: { message: 'Domain is not allowed to send: Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients.' } };
    sent.push(parsed);
    return { body: { id: `<20260105120000.${randomBytes(8).toString('hex')}@${domain}>`, message: 'Queued. Thank you.' } };
  };

  const handle = async (request: ReceivedRequest): Promise<HttpAnswer> => {
    if (request.headers.authorization !== `Basic ${Buffer.from(`api:${api_key}`).toString('base64')}`) return { status: 401, headers: { 'content-type': 'text/plain' }, body: 'Forbidden' };
    const named = description.find(request)?.parameters;
    if (!named || (named['domain_name'] ?? named['name']) !== domain) return { status: 404, body: { message: 'Domain not found' } };
    if (request.method === 'GET') violations.push(...description.request(request));
    const answer = request.method === 'GET' ? domainAnswer() : await send(request);
    if (![403, 413].includes(answer.status ?? 200)) violations.push(...description.answer(request, answer));
    return answer;
  };

  return { ...(await startHttpPeer(handle)), api_key, domain, sent, violations, setState: (next, why = '') => void ([state, reason] = [next, why]) };
}
