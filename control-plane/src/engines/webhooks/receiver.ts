/** A verified request as a `webhook.received` event. */
import type { WebhookReceiver, WebhookRequest } from '../../kinds/contract.ts';
import { at } from './body.ts';
import type { Scheme } from './schemes.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const neverKept = ['authorization', 'proxy-authorization', 'cookie'];

/** @param subject_path where in the body stands what the order is kept by: `data.object.id` */
export function createReceiver(scheme: Scheme, subject_path?: string): WebhookReceiver {
  return async (request) => {
    const verified = await scheme.verify(request);
    const data = requestData(request, scheme.secret_headers);
    const subject = subject_path === undefined ? undefined : at(data['body'], subject_path);
    return { event: { ...verified, type: 'webhook.received', ...(subject !== undefined && { subject }), data } };
  };
}

/** Method, query, headers without credentials, and the body as what it is. */
export function requestData({ method, url, headers, body }: WebhookRequest, secret_headers: readonly string[] = []): Record<string, unknown> {
  const content_type = headers['content-type'];
  const hidden = new Set([...neverKept, ...secret_headers]);
  return {
    method,
    query: Object.fromEntries(new URL(url).searchParams),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !hidden.has(name))),
    ...(content_type !== undefined && { content_type }),
    ...readBody(body, content_type ?? ''),
  };
}

function readBody(body: Buffer, content_type: string): { body: unknown } | { body_base64: string } {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return { body_base64: body.toString('base64') };
  }
  if (/^application\/x-www-form-urlencoded\b/i.test(content_type)) return { body: formFields(text) };
  if (/^[^;]*\bjson\b/i.test(content_type)) {
    try {
      const value = JSON.parse(text) as unknown;
      if (!isDeep(value, 100)) return { body: value };
    } catch {
      // Not what it says it is; kept as it came.
    }
  }
  return { body: text };
}

/** Nested so deeply that whoever writes it again would overflow. */
function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1));
}

/** The fields of a form; one that is given several times is a list. */
export function formFields(text: string): Record<string, string | string[]> {
  const parameters = new URLSearchParams(text);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? values[0]! : values];
  }));
}
