/** The bytes of a medium that came in. Source: https://www.twilio.com/docs/messaging/api/media-resource */
import { defaultRetry } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ObjectBytes } from '../contract.ts';
import type { TwilioConfig } from './config.ts';

/** Twilio redirects to where it keeps media; the account's credentials stay behind. */
export async function downloadMedia(client: HttpClient, config: TwilioConfig, media_url: string, signal: AbortSignal): Promise<ObjectBytes> {
  const { headers, body } = await client.stream({ path: mediumOf(config, media_url), headers: { accept: '*/*' }, signal, retry: defaultRetry });
  const content_type = headers.get('content-type');
  const size = Number(headers.get('content-length') ?? NaN);
  return {
    content: body,
    ...(content_type !== null && { content_type }),
    // Of a body that was packed for the way, that is another size.
    ...(Number.isSafeInteger(size) && !headers.has('content-encoding') && { size }),
  };
}

/** No other address gets the credentials, nor is one fetched on behalf of whoever wrote it. */
function mediumOf({ base_url, account_sid }: TwilioConfig, media_url: string): URL {
  const api = base_url.replace(/\/+$/, '');
  const media = new URL(`${api}/2010-04-01/Accounts/${account_sid}/Messages/`);
  const url = URL.parse(media_url.startsWith('/') ? api + media_url : media_url);
  const rest = url?.href.startsWith(media.href) ? url.href.slice(media.href.length) : '';
  const [, medium] = /^((?:SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32})(?:\.json)?$/i.exec(rest) ?? [];
  if (medium !== undefined) return new URL(medium, media);
  throw new PatchbayError('invalid_request', 'The media URL is none of this connector’s Twilio account.', {
    hint: `Give it as the event message.received names it: ${media.href}MM…/Media/ME…`,
    fields: [{ path: 'media_url', message: 'is no medium of this account at this API address' }],
  });
}
