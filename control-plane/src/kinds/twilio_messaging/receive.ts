/**
 * Messages that came in, newest first. Twilio has no list of them: it is asked for the messages to each of the connector's senders
 * (all of the account's, where a messaging service chooses), and what went out is left away here.
 */
import { z } from 'zod';
import type { messaging } from '../../categories/messaging.ts';
import { defaultRetry } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { TwilioConfig } from './config.ts';
import { messagesPath, parse, toMessage, twilioMessage, whatsapp } from './messages.ts';
import type { TwilioMessage } from './messages.ts';

type Receive = (typeof messaging)['operations']['receive'];

const twilioPage = z.object({ messages: z.array(twilioMessage), next_page_uri: z.string().nullish() });

/** No list is followed further in one call, so that an account of millions of messages is not walked through. */
const maxPages = 20;

/** Where a page begins: with the messages of this second (in Unix time) that have not been given, or with older ones. */
const position = z.tuple([z.int(), z.array(z.string())]);
type Position = z.output<typeof position>;

interface Wanted {
  To?: string;
  From?: string;
  earliest: number;
  from?: Position;
  limit: number;
}

/** Of one list: what was found, and the second down to which it is known; -Infinity at its end. */
interface Listed {
  found: TwilioMessage[];
  known_to: number;
}

export async function receive(client: HttpClient, config: TwilioConfig, input: z.output<Receive['input']>, signal: AbortSignal): Promise<z.output<Receive['output']>> {
  const { since, from, limit, cursor } = input;
  const begin = cursor === undefined ? undefined : decoded(cursor);
  const senders = from === undefined ? [undefined] : from.startsWith(whatsapp) ? [from] : [from, `${whatsapp}${from}`];
  const recipients = config.messaging_service_sid ? [] : [config.from_number, config.whatsapp_sender && `${whatsapp}${config.whatsapp_sender}`].filter((number) => number !== undefined);
  const lists: Listed[] = [];
  for (const To of recipients.length === 0 ? [undefined] : recipients) {
    for (const From of senders) {
      if (To !== undefined && From !== undefined && To.startsWith(whatsapp) !== From.startsWith(whatsapp)) continue;
      lists.push(await listInbound(client, config, { To, From, earliest: since === undefined ? -Infinity : Date.parse(since), from: begin, limit }, signal));
    }
  }
  // Below the second down to which every list is known, one may hold what another has already given.
  const known_to = Math.max(...lists.map((list) => list.known_to));
  const known = lists.flatMap(({ found }) => found).filter((one) => secondOf(one) >= known_to).sort((a, b) => timeOf(b) - timeOf(a));
  const page = known.slice(0, limit);
  const isLast = known.length <= limit && known_to === -Infinity;
  return { messages: page.map(toMessage), ...(!isLast && { next_cursor: encoded(nextOf(page, known.length > limit ? -Infinity : known_to, begin)) }) };
}

async function listInbound(client: HttpClient, config: TwilioConfig, { To, From, earliest, from, limit }: Wanted, signal: AbortSignal): Promise<Listed> {
  const found: TwilioMessage[] = [];
  const [second = Infinity, given = []] = from ?? [];
  const isWanted = (one: TwilioMessage) => one.direction === 'inbound' && timeOf(one) >= earliest && (secondOf(one) < second || (secondOf(one) === second && !given.includes(one.sid)));
  // Twilio's filter has seconds, perhaps only days, so that the exact comparison is made here again.
  const query = {
    To, From, 'DateSent>': earliest === -Infinity ? undefined : asFilter(earliest), 'DateSent<': from && asFilter((second + 1) * 1000),
    PageSize: To === undefined ? 1000 : Math.min(limit + given.length, 1000),
  };
  let next: URL | undefined;
  let known_to = Infinity;
  for (let page = 0; page < maxPages; page += 1) {
    const response = await client.request(next ? { path: next, signal, retry: defaultRetry } : { path: messagesPath(config), query, signal, retry: defaultRetry });
    const { messages, next_page_uri } = parse(twilioPage, response.json());
    found.push(...messages.filter(isWanted));
    if (!next_page_uri || messages.length === 0) return { found, known_to: -Infinity };
    known_to = Math.min(known_to, ...messages.map(secondOf));
    if (found.length >= limit) break;
    next = new URL(next_page_uri, config.base_url);
  }
  return { found, known_to };
}

/** Where the page after this one begins. @param known_to -Infinity: with what this page had no room for */
function nextOf(page: TwilioMessage[], known_to: number, begin: Position | undefined): Position {
  const last = page.at(-1);
  const second = Math.min(known_to === -Infinity && last ? secondOf(last) : known_to, begin?.[0] ?? Infinity);
  const isSame = begin?.[0] === second;
  const given = page.filter((one) => secondOf(one) === second).map(({ sid }) => sid);
  // Of more messages in one second than are looked through in one call, the rest is passed over: otherwise there would be no end.
  return isSame && given.length === 0 ? [second - 1, []] : [second, [...(isSame ? begin[1] : []), ...given]];
}

const encoded = (next: Position): string => Buffer.from(JSON.stringify(next)).toString('base64url');

function decoded(cursor: string): Position {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new PatchbayError('invalid_request', 'The cursor is not one that an earlier page gave.', {
      hint: 'Send `next_cursor` of the page before as it was given, or none for the first page.', fields: [{ path: 'cursor', message: 'is not a cursor of this list' }],
    });
  }
}

const asFilter = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
const secondOf = (message: TwilioMessage): number => Math.floor(timeOf(message) / 1000);

function timeOf({ date_sent, date_created }: TwilioMessage): number {
  return Date.parse(date_sent ?? date_created ?? '') || 0;
}
