/** Writes an operation's outcome as the answer: JSON, records as they come or as a file, or bytes. */
import type { Response } from 'express';
import { toProblem } from '../../platform/errors.ts';
import { bytesPassed } from '../../platform/memory.ts';
import type { OperationOutcome } from '../../kinds/run.ts';
import { fileOf, lines, recordTypes } from './formats.ts';
import type { RecordFormat } from './formats.ts';
import type { Served } from './service.ts';

/** What a backend says of an object may be anything; this is what a header can hold. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]+$/;

/** The headers that name the connector and how it was resolved. */
export function nameServer(response: Response, { kind, how, owned }: Served): void {
  response.setHeader('Patchbay-Kind', kind.kind);
  response.setHeader('Patchbay-Resolution', how);
  if (!owned) return;
  response.setHeader('Patchbay-Connector', owned.connector.id);
  response.setHeader('Patchbay-Connector-Name', encodeURIComponent(owned.connector.name));
  response.setHeader('Patchbay-Tenant', owned.tenant.slug);
}

export interface AnswerOptions {
  request_id: string;
  /** Of records. */
  format: RecordFormat;
  signal: AbortSignal;
}

export async function sendOutcome(response: Response, outcome: OperationOutcome, { request_id, format, signal }: AnswerOptions): Promise<void> {
  response.setHeader('Cache-Control', 'no-store');
  if (outcome.result === 'json') {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(outcome.value ?? null));
    return;
  }
  if (outcome.result === 'bytes') {
    const { content, content_type = 'application/octet-stream', size, etag } = outcome.object;
    await stream(response, content, (chunk) => chunk, () => {
      response.setHeader('Content-Type', headerValue.test(content_type) ? content_type : 'application/octet-stream');
      // What a tenant stored is data: a browser must never run it under this service's name.
      response.setHeader('Content-Disposition', 'attachment');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
      if (size !== undefined) response.setHeader('Content-Length', String(size));
      if (etag !== undefined && headerValue.test(etag)) response.setHeader('ETag', /^(W\/)?".*"$/.test(etag) ? etag : `"${etag}"`);
    }, () => undefined);
    return;
  }
  const begin = () => response.setHeader('Content-Type', recordTypes[format]);
  if (format === 'ndjson') {
    await stream(response, outcome.batches, lines, begin, (error) => `${JSON.stringify({ $error: toProblem(error, request_id) })}\n`);
    return;
  }
  await stream(response, fileOf(outcome.batches, format, signal), (chunk) => chunk, () => {
    begin();
    response.setHeader('Content-Disposition', `attachment; filename="records.${format}"`);
  }, () => undefined);
}

/**
 * Sends chunk by chunk, waiting whenever the caller reads slowly. An error before the first chunk is
 * thrown, so that it becomes a problem document; one after it becomes the last line, and the
 * connection is cut, so that nobody takes a part for the whole.
 */
async function stream<T>(
  response: Response,
  source: AsyncIterable<T>,
  encode: (chunk: T) => Uint8Array | string,
  begin: () => void,
  farewell: (error: unknown) => string | undefined,
): Promise<void> {
  try {
    for await (const chunk of source) {
      if (!response.headersSent) begin();
      if (response.destroyed) return;
      const encoded = encode(chunk);
      if (encoded.length > 0 && !response.write(encoded)) await drained(response);
      bytesPassed(encoded.length);
    }
  } catch (error) {
    if (!response.headersSent) throw error;
    if (response.destroyed) return;
    const last = farewell(error);
    if (last !== undefined) await new Promise<void>((resolve) => response.write(last, () => resolve()));
    response.destroy();
    return;
  }
  if (!response.headersSent) begin();
  response.end();
}

/** When the caller has read what was sent, or is gone. */
function drained(response: Response): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.once('drain', resolve).once('close', resolve);
  return promise.finally(() => response.off('drain', resolve).off('close', resolve));
}
