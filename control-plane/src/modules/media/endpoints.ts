import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import type { MediaRow } from '../tables/index.ts';
import type { Media } from './service.ts';

export function mediaEndpoints({ media, metrics }: { media: Media; metrics: Pick<Metrics, 'media'> }): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/media/{token}', tag: 'Media', permission: null, answer_types: ['application/octet-stream'],
      summary: 'A file that a connector published for its provider to fetch',
      description: 'HEAD answers its headers alone. The address is told to the provider and to nobody else, and is valid for PATCHBAY_MEDIA_HOURS.',
      params: z.strictObject({ token: z.string() }),
      async handle({ params, request, response, log }) {
        const file = await media.find(params.token);
        if (!file) {
          metrics.media.inc({ outcome: 'unknown' });
          throw new PatchbayError('not_found', 'There is no file at this address, or none any more.', { hint: 'Files are kept for a limited time: send the message again.' });
        }
        for (const [name, value] of Object.entries(headersOf(file))) response.setHeader(name, value);
        if (request.method === 'HEAD') return void response.end();
        try {
          await pipeline(Readable.from(media.content(file)), response);
        } catch (error) {
          // Whoever fetches may go away at any time, and comes again.
          if ((error as { code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE') return undefined;
          throw error;
        }
        metrics.media.inc({ outcome: 'fetched' });
        log.info({ tenant_id: file.tenant_id, connector_id: file.connector_id, bytes: file.size, address: request.ip }, 'a published file was fetched');
        return undefined;
      },
    }),
  ];
}

/** What a browser shows without running anything. */
const shown = /^(image\/(png|jpe?g|gif|webp|bmp|tiff|hei[cf])|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)\b/i;

/** What a builder's workflow published is data: a browser must never run it under this service's name. */
function headersOf({ filename, content_type, size }: MediaRow): Record<string, string> {
  return {
    'Content-Type': content_type,
    'Content-Length': String(size),
    'Content-Disposition': `${shown.test(content_type) ? 'inline' : 'attachment'}; ${named(filename)}`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex',
  };
}

/** As RFC 6266 wants it: in ASCII, and beside it in full where that is less than the name. */
function named(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(filename.toWellFormed()).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${plain}"${plain === filename ? '' : `; filename*=UTF-8''${whole}`}`;
}
