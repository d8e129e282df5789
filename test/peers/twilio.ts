/**
 * Twilio's Message and Account resources, made from its published API description: Prism's validators
 * hold each request and each answer against it. Numbers behave as those of Twilio's test credentials:
 * https://www.twilio.com/docs/iam/test-credentials
 */
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import type { Json } from '../fixtures/openapi.ts';
import { extractFile } from '../fixtures/twilio/extract.ts';
import { readDescription } from './description.ts';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';
import { createMediaFetcher, startMediaStore } from './twilio-media.ts';
import type { FetchedMedia } from './twilio-media.ts';

export interface TwilioPeer extends HttpPeer {
  account_sid: string;
  auth_token: string;
  api_key_sid: string;
  api_key_secret: string;
  /** What was found to differ from the description, in requests and in this peer's own answers. */
  violations: string[];
  /** A message comes in. @param message its time as a text where it passes between processes */
  deliver(message: { from: string; to: string; body: string; date_sent: Date | string; num_media?: number; sid?: string }): void;
  /** A medium came in with a message. @param content in Base64 @param direct given by the API itself, not by where it leads @returns its address, as a webhook names it */
  keepMedium(content: string, content_type: string, direct?: boolean): string;
  /** The requests for media at the place to which the API redirects. */
  delivered: ReceivedRequest[];
  setAccountStatus(status: 'active' | 'suspended' | 'closed'): void;
  /** Media at this origin are fetched from that address, as DNS and a proxy would lead there. No other is dialled: what lies there is taken for fetched. */
  leadTo(origin: string, address: string): void;
  /** What was fetched for a message. */
  mediaOf(sid: string): Promise<FetchedMedia[]>;
}

type Message = Record<string, unknown> & { sid: string; from: string | null; to: string; date_sent: string | null; direction: string };

const refusedRecipients: Record<string, [number, string]> = {
  '+15005550001': [21211, 'Invalid \'To\' Phone Number'],
  '+15005550002': [21612, 'Message cannot be sent with the current combination of \'To\' and \'From\''],
  '+15005550003': [21408, 'Permission to send an SMS has not been enabled for the region'],
  '+15005550004': [21610, 'Attempt to send to unsubscribed recipient'],
  '+15005550005': [21608, 'The number is unverified. Trial accounts cannot send messages to unverified numbers'],
  '+15005550009': [21614, '\'To\' number is not a valid mobile number'],
  '+15005550011': [29999, 'A code that nobody has heard of'],
};
const sid = (prefix: string) => prefix + randomBytes(16).toString('hex');
const rfc2822 = (date: Date) => date.toUTCString().replace('GMT', '+0000');

export async function startTwilioPeer(): Promise<TwilioPeer> {
  const document = JSON.parse(readFileSync(extractFile, 'utf8')) as Json;
  // The description says that these are absolute; its own examples, and Twilio, give paths.
  const { get, post } = document['paths']['/2010-04-01/Accounts/{AccountSid}/Messages.json'];
  const page = get.responses['200'].content['application/json'].schema.properties;
  for (const name of ['uri', 'first_page_uri', 'next_page_uri', 'previous_page_uri']) page[name].format = 'uri-reference';
  // OpenAPI's default for a list in a form, which Prism wants to be told.
  post.requestBody.content['application/x-www-form-urlencoded'].encoding = { MediaUrl: { style: 'form', explode: true } };
  const description = await readDescription(document);

  const [account_sid, auth_token, api_key_sid, api_key_secret] = [sid('AC'), randomBytes(16).toString('hex'), sid('SK'), randomBytes(16).toString('hex')];
  const accepted = [[account_sid, auth_token], [api_key_sid, api_key_secret]].map((pair) => `Basic ${Buffer.from(pair.join(':')).toString('base64')}`);
  const messages: Message[] = [];
  const violations: string[] = [];
  const fetcher = createMediaFetcher();
  const store = await startMediaStore();
  const direct = new Map<string, HttpAnswer>();
  const media = new Map<string, Promise<FetchedMedia[]>>();
  let accountStatus = 'active';

  const failure = (status: number, code: number, message: string): HttpAnswer =>
    ({ status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } });

  const newMessage = (fields: Partial<Message>): Message => {
    const id = sid(Number(fields['num_media'] ?? 0) > 0 ? 'MM' : 'SM');
    const message = {
      account_sid, api_version: '2010-04-01', body: '', date_created: rfc2822(new Date()), date_sent: null, date_updated: rfc2822(new Date()),
      direction: 'outbound-api', error_code: null, error_message: null, from: null, messaging_service_sid: null, num_media: '0', num_segments: '1',
      price: null, price_unit: null, sid: id, status: 'queued', subresource_uris: {}, to: '', uri: `/2010-04-01/Accounts/${account_sid}/Messages/${id}.json`,
      ...fields,
    };
    messages.unshift(message);
    return message;
  };

  const create = (form: URLSearchParams): HttpAnswer => {
    const [to, from, body, service] = [form.get('To')!, form.get('From'), form.get('Body'), form.get('MessagingServiceSid')];
    if (!from && !service) return failure(400, 21603, 'A \'From\' phone number is required');
    if (!body && !form.has('MediaUrl') && !form.has('ContentSid')) return failure(400, 21619, 'A text message body or media urls must be specified');
    const refused = refusedRecipients[to];
    if (refused) return failure(400, ...refused);
    if (from === '+15005550001') return failure(400, 21212, 'Invalid From Number');
    if (from === '+15005550007') return failure(400, 21606, 'The From phone number is not a valid, SMS-capable Twilio number');
    const message = newMessage({
      to, from, body: body ?? (form.has('ContentSid') ? 'Your order 7 is on its way' : ''), messaging_service_sid: service, num_media: String(form.getAll('MediaUrl').length), status: service ? 'accepted' : 'queued',
    });
    // Afterwards: delivered, or refused by WhatsApp when nobody has written and it is no template.
    const answer = { ...message };
    const sessionOpen = messages.some((one) => one.direction === 'inbound' && one.from === to);
    const refusedLater = to.startsWith('whatsapp:') && !form.has('ContentSid') && !sessionOpen;
    media.set(message.sid, fetcher.fetch(form.getAll('MediaUrl'), to.startsWith('whatsapp:') ? 'whatsapp' : 'sms').then(({ fetched, error_code }) => {
      const error = refusedLater ? 63016 : error_code;
      Object.assign(message, { date_sent: rfc2822(new Date()), status: error === null ? 'delivered' : 'failed', error_code: error });
      return fetched;
    }));
    return { status: 201, body: answer };
  };

  const list = (url: URL): HttpAnswer => {
    const query = url.searchParams;
    const [earliest, latest] = [Date.parse(query.get('DateSent>') ?? '1970-01-01'), Date.parse(query.get('DateSent<') ?? '9999-12-31')];
    const found = messages.filter((message) =>
      (!query.has('To') || message.to === query.get('To')) && (!query.has('From') || message.from === query.get('From')) && Date.parse(message.date_sent ?? '') >= earliest && Date.parse(message.date_sent ?? '') <= latest);
    const [number, size] = [Number(query.get('Page') ?? 0), Number(query.get('PageSize') ?? 50)];
    const pageUri = (index: number) => {
      const next = new URL(url);
      next.searchParams.set('Page', String(index));
      next.searchParams.set('PageToken', `PA${index}`);
      return next.pathname + next.search;
    };
    const last = (number + 1) * size >= found.length;
    return {
      body: {
        messages: found.slice(number * size, (number + 1) * size), page: number, page_size: size, start: number * size, end: number * size + size - 1,
        uri: url.pathname + url.search, first_page_uri: pageUri(0), next_page_uri: last ? null : pageUri(number + 1), previous_page_uri: number > 0 ? pageUri(number - 1) : null,
      },
    };
  };

  /** The bytes of a medium stand in the description's prose only: the address of its resource without `.json`. */
  const medium = ({ method, url, headers }: ReceivedRequest): HttpAnswer | undefined => {
    const [, account, id] = /^\/2010-04-01\/Accounts\/(\w+)\/Messages\/MM\w{32}\/Media\/(ME\w{32})$/.exec(url.pathname) ?? [];
    if (id === undefined || method !== 'GET') return undefined;
    if (!accepted.includes(headers.authorization ?? '')) return failure(401, 20003, 'Authenticate');
    const kept = account === account_sid ? direct.get(id) : undefined;
    if (kept) return kept;
    const location = account === account_sid ? store.addressOf(id) : undefined;
    return location === undefined ? failure(404, 20404, 'The requested resource was not found') : { status: 307, headers: { location } };
  };

  const handle = (request: ReceivedRequest): HttpAnswer => {
    const { method, url, headers, body } = request;
    const found = description.find(request);
    if (!found) return failure(404, 20404, `The requested resource ${url.pathname} was not found`);
    const { path, parameters } = found;
    const differing = description.request(request);
    violations.push(...differing);
    if (differing.length > 0) return failure(400, 20001, 'The request does not follow the API description');
    if (!accepted.includes(headers.authorization ?? '')) return failure(401, 20003, 'Authenticate');
    if ((parameters['AccountSid'] ?? parameters['Sid']) !== account_sid) return failure(404, 20404, 'The requested resource was not found');
    if (path.endsWith('/Accounts/{Sid}.json')) {
      if (headers.authorization === accepted[1]) return failure(403, 20003, 'This API key may not see accounts');
      return { body: { sid: account_sid, friendly_name: 'Acme messages', status: accountStatus, type: 'Full', auth_token, owner_account_sid: account_sid, uri: url.pathname, subresource_uris: {}, date_created: rfc2822(new Date()), date_updated: rfc2822(new Date()) } };
    }
    if (method === 'POST') return create(new URLSearchParams(body.toString()));
    if (parameters['Sid'] === undefined) return list(url);
    const message = messages.find((one) => one.sid === parameters['Sid']);
    return message ? { body: message } : failure(404, 20404, 'The requested resource was not found');
  };

  const peer = await startHttpPeer(async (request) => {
    if (request.method === 'GET') await Promise.all(media.values());
    const led = medium(request);
    if (led) return led;
    const answer = handle(request);
    if ((answer.status ?? 200) < 300) violations.push(...description.answer(request, answer));
    return answer;
  });

  return {
    ...peer, account_sid, auth_token, api_key_sid, api_key_secret, violations,
    deliver: ({ date_sent, num_media = 0, ...fields }) =>
      void newMessage({ ...fields, direction: 'inbound', status: 'received', date_sent: rfc2822(new Date(date_sent)), date_created: rfc2822(new Date(date_sent)), num_media: String(num_media) }),
    keepMedium(content, content_type, isDirect = false) {
      const id = sid('ME');
      const body = Buffer.from(content, 'base64');
      if (isDirect) direct.set(id, { headers: { 'content-type': content_type, 'content-length': String(body.length) }, body });
      else store.keep(id, body, content_type);
      return `${peer.url}/2010-04-01/Accounts/${account_sid}/Messages/${sid('MM')}/Media/${id}`;
    },
    delivered: store.peer.received,
    async stop() {
      await Promise.all([peer.stop(), store.peer.stop()]);
    },
    setAccountStatus: (status) => void (accountStatus = status),
    leadTo: fetcher.leadTo,
    mediaOf: async (id) => (await media.get(id)) ?? [],
  };
}
