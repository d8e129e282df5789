/**
 * SendGrid's Mail Send, made from its published API description, and its list of scopes, from its documentation:
 * https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extractFile } from '../fixtures/sendgrid/extract.ts';
import { readDescription } from './description.ts';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';

export interface SendgridPeer extends HttpPeer {
  api_key: string;
  /** A key that may read statistics alone. */
  limited_key: string;
  /** Bodies of the messages taken. */
  sent: SentMail[];
  violations: string[];
}

interface Person { email: string; name?: string }
export interface SentMail {
  personalizations: { to: Person[]; cc?: Person[]; bcc?: Person[] }[];
  from: Person;
  content: { type: string; value: string }[];
  attachments?: { content: string; filename: string; type?: string }[];
  [field: string]: unknown;
}

export async function startSendgridPeer(): Promise<SendgridPeer> {
  const description = await readDescription(JSON.parse(readFileSync(extractFile, 'utf8')) as object);
  const [api_key, limited_key] = [`SG.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`, `SG.limited.${randomBytes(32).toString('base64url')}`];
  const sent: SentMail[] = [];
  const violations: string[] = [];
  const refuse = (status: number, message: string, field: string | null = null, headers = {}): HttpAnswer => ({ status, headers, body: { errors: [{ message, field }] } });

  const send = (mail: SentMail): HttpAnswer => {
    const [{ to, cc = [], bcc = [] } = { to: [] as Person[] }] = mail.personalizations;
    const all = [...to, ...cc, ...bcc].map(({ email }) => email.toLowerCase());
    const twice = all.find((address, index) => all.indexOf(address) !== index);
    if (twice !== undefined) return refuse(400, `Each email address in the personalization block should be unique between to, cc, and bcc. We found the first duplicate instance of [${twice}]`, 'personalizations.0');
    if (mail.content[0]?.type === 'text/html' && mail.content.length > 1) return refuse(400, 'If present, text/plain must be first', 'content');
    if (mail.from.email.endsWith('@unverified.example')) return refuse(403, 'The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.', 'from');
    const index = to.findIndex(({ email }) => email === 'invalid@nowhere.invalid');
    if (index >= 0) return refuse(400, 'Does not contain a valid address.', `personalizations.0.to.${index}.email`);
    if (to[0]!.email === 'busy@example.com') return refuse(429, 'too many requests', null, { 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 30) });
    if (to[0]!.email === 'large@example.com') return refuse(413, 'Payload Too Large');
    sent.push(mail);
    return { status: 202, headers: { 'x-message-id': randomBytes(11).toString('base64url'), 'content-length': '0' } };
  };

  const handle = (request: ReceivedRequest): HttpAnswer => {
    const { authorization } = request.headers;
    const key = authorization?.replace('Bearer ', '');
    if (key !== api_key && key !== limited_key) return refuse(401, 'The provided authorization grant is invalid, expired, or revoked');
    if (request.method === 'GET' && request.url.pathname === '/v3/scopes') return { body: { scopes: key === api_key ? ['mail.send', 'sender_verification_eligible'] : ['stats.read'] } };
    const found = description.request(request);
    if (found.length > 0) {
      violations.push(...found);
      return refuse(400, 'Bad Request');
    }
    if (key === limited_key) return refuse(403, 'access forbidden');
    const answer = send(JSON.parse(request.body.toString()) as SentMail);
    if (answer.body !== undefined && answer.status !== 429) violations.push(...description.answer(request, answer));
    return answer;
  };

  return { ...(await startHttpPeer(handle)), api_key, limited_key, sent, violations };
}
