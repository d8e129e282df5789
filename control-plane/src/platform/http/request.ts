/** Reading a request: its JSON body within the limit, and typed errors for whatever is wrong with it. */
import type { Request } from 'express';
import { PatchbayError } from '../errors.ts';

/** The body as JSON, `{}` when there is none. @param limit in bytes */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const type = request.headers['content-type'];
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  if (type !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new PatchbayError('unsupported_media_type', `This address takes JSON, not ${type}.`, { hint: 'Send Content-Type: application/json.' });
  }
  const text = new TextDecoder('utf-8').decode(Buffer.concat(chunks));
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser's message quotes the body, which may hold a secret: only the place is kept.
    const position = /position (\d+)/.exec(String(error))?.[1];
    throw new PatchbayError('malformed_json', `The body is not valid JSON${position === undefined ? '' : ` (near character ${position})`}.`, {
      hint: 'Check quotes, commas and braces; the body must be one JSON value in UTF-8.',
    });
  }
}

function tooLarge(limit: number): PatchbayError {
  return new PatchbayError('payload_too_large', `The body is larger than ${Math.round(limit / 1024 / 1024)} MB.`, {
    hint: 'Send less at once, upload bytes raw instead of in JSON, or have the operator raise PATCHBAY_BODY_LIMIT_MB.',
  });
}
