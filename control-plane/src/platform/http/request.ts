/** Reading a request: its JSON body within the limit, and typed errors for whatever is wrong with it. */
import type { Request } from 'express';
import { PatchbayError } from '../errors.ts';
import type { FieldError } from '../errors.ts';

/** The body as it is. @param limit in bytes @param refuse makes the error for what is larger */
export async function readBytes(request: Request, limit: number, refuse: (limit: number) => PatchbayError): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) throw refuse(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  // Kept open when it is too large: who is cut off while sending never sees the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw refuse(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** The body as JSON, `{}` when there is none. @param limit in bytes */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity') {
    throw new PatchbayError('unsupported_media_type', `This address takes no body that is encoded with ${encoding}.`, { hint: 'Send it without Content-Encoding.' });
  }
  const bytes = await readBytes(request, limit, tooLarge);
  if (bytes.length === 0) return {};
  if (type !== undefined && !/^application\/([\w.+-]+\+)?json\b/i.test(type)) {
    throw new PatchbayError('unsupported_media_type', `This address takes JSON, not ${type}.`, { hint: 'Send Content-Type: application/json.' });
  }
  const value = parseJson(bytes);
  const bad = unusual(value, '', 1);
  if (bad) throw new PatchbayError('invalid_request', `The body is not one that this service takes: ${bad.path || 'it'} ${bad.message}.`, { hint: 'Correct it and send the request again.', fields: [bad] });
  return value;
}

/** Far more than any input needs, far less than what overflows the stack of whoever walks it. */
const deepest = 100;

/** What is JSON and yet a trap: nested too deeply, or a name that sets an object's prototype. */
function unusual(value: unknown, path: string, depth: number): FieldError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > deepest) return { path: path.split('.', 3).join('.'), message: `is nested more than ${deepest} levels deep` };
  for (const [name, inner] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`;
    if (name === '__proto__') return { path: below, message: 'is a name that no field may have' };
    const bad = unusual(inner, below, depth + 1);
    if (bad) return bad;
  }
  return undefined;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
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
