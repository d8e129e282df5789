/** Reads an operation's input out of a request: JSON, or raw bytes with the input in the query string. */
import type { Request } from 'express';
import { PatchbayError } from '../../platform/errors.ts';
import { readJson } from '../../platform/http/request.ts';
import type { OperationDefinition } from '../../kinds/contract.ts';
import type { OperationCall } from './service.ts';

export interface OperationBody {
  input: Record<string, unknown>;
  bytes?: OperationCall['bytes'];
}

const isJson = (request: Request): boolean => /^application\/([\w.+-]+\+)?json\b/i.test(request.headers['content-type'] ?? 'application/json');

/** @param limit of a JSON body, in bytes; raw bytes are streamed and have none */
export async function readOperationBody(request: Request, definition: OperationDefinition | undefined, limit: number): Promise<OperationBody> {
  if (definition?.takes_bytes && !isJson(request)) {
    const { kind: _expected, ...input } = request.query as Record<string, string>;
    const declared = request.headers['content-length'];
    return {
      input,
      bytes: {
        content: request as AsyncIterable<Uint8Array>,
        ...(declared !== undefined && { size: Number(declared) }),
        content_type: typeof input['content_type'] === 'string' ? input['content_type'] : request.headers['content-type'],
      },
    };
  }
  const body = await readJson(request, limit);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new PatchbayError('invalid_request', 'The body must be a JSON object.', { fields: [{ path: '', message: 'must be an object' }] });
  }
  const input = body as Record<string, unknown>;
  return splitBytes(input, definition);
}

/** A JSON body's input, and its bytes where the operation takes some. */
export function splitBytes(body: Record<string, unknown>, definition: OperationDefinition | undefined): OperationBody {
  return definition?.takes_bytes ? withContent(body) : { input: body };
}

/** `content` (text) or `content_base64` beside the input. */
function withContent({ content, content_base64, ...input }: Record<string, unknown>): OperationBody {
  const given = typeof content === 'string' ? Buffer.from(content) : typeof content_base64 === 'string' ? decodeBase64(content_base64) : undefined;
  if (given === undefined || (content !== undefined && content_base64 !== undefined)) {
    throw new PatchbayError('invalid_request', 'Give the bytes as "content" (text) or "content_base64", one of them.', {
      hint: 'Or send them raw: the input in the query string, any content type but JSON.', fields: [{ path: 'content_base64', message: 'is required' }],
    });
  }
  return {
    input,
    bytes: {
      content: (async function* () { yield given; })(),
      size: given.length,
      ...(typeof input['content_type'] === 'string' && { content_type: input['content_type'] }),
    },
  };
}

function decodeBase64(text: string): Buffer {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) return Buffer.from(text, 'base64');
  throw new PatchbayError('invalid_request', 'content_base64 is not Base64.', { fields: [{ path: 'content_base64', message: 'is not Base64' }] });
}
