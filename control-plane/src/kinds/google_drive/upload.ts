/**
 * Drive's resumable upload: bytes go out in parts as they come in, and the file appears, or is replaced, with
 * the last of them. Source: https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { HttpClient, HttpResponse } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { allDrives } from './tree.ts';

/** In bytes; a multiple of 256 KiB, as Drive wants it. */
const partSize = 8 * 1024 * 1024;
const attempts = 4;
const again = new Set(['backend_unreachable', 'backend_unavailable', 'backend_rate_limited', 'backend_timeout']);
const stored = z.object({ md5Checksum: z.string().optional() });

export interface Upload {
  client: HttpClient;
  /** The file to replace; undefined: a new one. */
  file_id: string | undefined;
  name: string;
  parent: string;
  content: AsyncIterable<Uint8Array>;
  content_type?: string;
  signal: AbortSignal;
}

/** @returns what Drive keeps. Interrupted or refused, it leaves nothing behind. @param onEnd gets the clean-up to wait for */
export async function upload(input: Upload, onEnd: (cleaning: Promise<unknown>) => void): Promise<{ etag?: string; size: number }> {
  const { client, content, signal } = input;
  const session = await begin(input);
  try {
    let buffered: Uint8Array[] = [];
    let length = 0;
    let start = 0;
    for await (const chunk of content) {
      buffered.push(chunk);
      length += chunk.length;
      // Only when more than a part is there: the last part has to say that it is the last.
      while (length > partSize) {
        const whole = Buffer.concat(buffered, length);
        await sendPart(client, session, whole.subarray(0, partSize), start, undefined, signal);
        start += partSize;
        buffered = [whole.subarray(partSize)];
        length -= partSize;
      }
    }
    const size = start + length;
    const answer = await sendPart(client, session, Buffer.concat(buffered, length), start, size, signal);
    const { md5Checksum } = stored.parse(answer?.json() ?? {});
    return { size, ...(md5Checksum !== undefined && { etag: md5Checksum }) };
  } catch (error) {
    onEnd(client.request({ method: 'DELETE', path: session, signal: AbortSignal.timeout(10_000), accepts: () => true }).catch(() => undefined));
    throw error;
  }
}

/** @returns where the parts go */
async function begin({ client, file_id, name, parent, content_type, signal }: Upload): Promise<URL> {
  const response = await client.request({
    method: file_id === undefined ? 'POST' : 'PATCH',
    path: `/upload/drive/v3/files${file_id === undefined ? '' : `/${encodeURIComponent(file_id)}`}`,
    query: { uploadType: 'resumable', fields: 'id,md5Checksum', ...allDrives },
    json: { ...(file_id === undefined && { name, parents: [parent] }), ...(content_type !== undefined && { mimeType: content_type }) },
    headers: content_type === undefined ? {} : { 'x-upload-content-type': content_type },
    signal,
  });
  const location = URL.parse(response.headers.get('location') ?? '', response.url.href);
  if (!location) throw new PatchbayError('backend_error', 'Google Drive named no address for the upload.', { hint: 'Check the API address.' });
  return location;
}

/** @param total the whole size, with the last part */
async function sendPart(client: HttpClient, session: URL, part: Uint8Array, start: number, total: number | undefined, signal: AbortSignal): Promise<HttpResponse | undefined> {
  const accepts = (status: number) => status === 200 || status === 201 || status === 308;
  const put = (content: Uint8Array, range: string) => client.request({ method: 'PUT', path: session, raw: { content }, headers: { 'content-range': `bytes ${range}/${total ?? '*'}` }, accepts, signal });
  let sent = 0;
  /** After a failure: how much has arrived, before anything is sent again. */
  let asks = false;
  for (let attempt = 1; ; attempt += 1) {
    let answer: HttpResponse;
    try {
      answer = asks || part.length === sent ? await put(new Uint8Array(), '*') : await put(part.subarray(sent), `${start + sent}-${start + part.length - 1}`);
      asks = false;
    } catch (error) {
      const passes = PatchbayError.is(error) && (again.has(error.code) || Number(error.details?.['http_status']) >= 500);
      if (!passes || attempt >= attempts) throw error;
      await sleep(250 * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal });
      asks = true;
      continue;
    }
    if (answer.status !== 308) return answer;
    const received = Number(/-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? -1) + 1;
    if (received < start + sent || (received === start + sent && attempt >= attempts * 2)) {
      throw new PatchbayError('backend_error', 'Google Drive lost a part of the upload.', { hint: 'Store the object again.' });
    }
    sent = received - start;
    if (sent === part.length && total === undefined) return undefined;
  }
}
