/**
 * Media, out and in: how Twilio fetches those of a message that goes out, and where it keeps those that came in. It fetches by HEAD and then GET, the bytes held against the declared type
 * and the channel's limit. Source: https://www.twilio.com/docs/messaging/guides/accepted-mime-types
 */
import { startHttpPeer } from './http.ts';
import type { HttpPeer } from './http.ts';

export interface FetchedMedia {
  content_type: string;
  /** That of Content-Disposition, which recipients see. */
  filename: string | null;
  /** In Base64, so that it passes between processes. */
  content: string;
}

export type Channel = 'sms' | 'whatsapp';

export interface MediaFetcher {
  leadTo(origin: string, address: string): void;
  /** @returns what was fetched, and the error of the message when something was not */
  fetch(urls: string[], channel: Channel): Promise<{ fetched: FetchedMedia[]; error_code: number | null }>;
}

/** Some of the accepted types, with how their content begins. */
const accepted: Record<string, RegExp> = {
  'image/png': /^\x89PNG\r\n/, 'image/jpeg': /^\xff\xd8\xff/, 'image/gif': /^GIF8/, 'application/pdf': /^%PDF-/, 'video/mp4': /^[\s\S]{4}ftyp/,
  'text/csv': /^/, 'text/vcard': /^BEGIN:VCARD/,
};
/** In MB. */
const limits: Record<Channel, number> = { sms: 5, whatsapp: 16 };
const unfetched: Record<Channel, number> = { sms: 11200, whatsapp: 63019 };

export function createMediaFetcher(): MediaFetcher {
  const addresses = new Map<string, string>();

  const fetchOne = async (url: URL, address: string, channel: Channel): Promise<FetchedMedia | number> => {
    const get = (method: string) => fetch(new URL(url.pathname + url.search, address), { method, redirect: 'manual', headers: { 'user-agent': 'TwilioProxy/1.1', accept: '*/*' } });
    const head = await get('HEAD');
    if (head.status !== 200 || !head.headers.has('content-type')) return unfetched[channel];
    const answer = await get('GET');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const content_type = answer.headers.get('content-type') ?? '';
    if (answer.status !== 200 || head.headers.get('content-type') !== content_type) return unfetched[channel];
    if (Number(head.headers.get('content-length')) !== bytes.length) return unfetched[channel];
    if (!accepted[content_type.split(';')[0]!]?.test(bytes.toString('latin1', 0, 64))) return 12300;
    const [, filename = null] = /filename="([^"]*)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
    return { content_type, filename, content: bytes.toString('base64') };
  };

  return {
    leadTo: (origin, address) => void addresses.set(origin, address),
    async fetch(urls, channel) {
      const fetched: FetchedMedia[] = [];
      // On WhatsApp a message has one medium; the others are ignored.
      for (const url of (channel === 'whatsapp' ? urls.slice(0, 1) : urls).map((text) => new URL(text))) {
        const address = addresses.get(url.origin);
        if (address === undefined) continue;
        const found = await fetchOne(url, address, channel).catch(() => unfetched[channel]);
        if (typeof found === 'number') return { fetched, error_code: found };
        fetched.push(found);
      }
      const size = fetched.reduce((sum, { content }) => sum + Buffer.byteLength(content, 'base64'), 0);
      return { fetched, error_code: size > limits[channel] * 1024 * 1024 ? 11751 : null };
    },
  };
}

export interface MediaStore {
  /** Its requests are there to be looked at: none may carry the account's credentials. */
  peer: HttpPeer;
  keep(id: string, content: Buffer, content_type: string): void;
  /** Where the API leads whoever may see the medium; undefined when there is none. */
  addressOf(id: string): string | undefined;
}

/** The content delivery network in front of Twilio's media: open to everybody who knows an address. */
export async function startMediaStore(): Promise<MediaStore> {
  const kept = new Map<string, { content: Buffer; content_type: string }>();
  const peer = await startHttpPeer(({ url }) => {
    const medium = kept.get(url.pathname.slice(1));
    return medium ? { headers: { 'content-type': medium.content_type, 'content-length': String(medium.content.length) }, body: medium.content } : { status: 404 };
  });
  return {
    peer,
    keep: (id, content, content_type) => void kept.set(id, { content, content_type }),
    addressOf: (id) => (kept.has(id) ? `${peer.url}/${id}` : undefined),
  };
}
