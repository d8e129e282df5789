/** One attempt to deliver an event: a POST signed as Standard Webhooks says. */
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';
import { webhookHeaders } from '../../platform/standard-webhooks.ts';
import type { EventView } from '../events/index.ts';
import type { DeliveryAttempt } from '../tables/index.ts';

export interface Outcome {
  attempt: DeliveryAttempt;
  ok: boolean;
  /** The target said that it is there no more. */
  gone: boolean;
  /** The target answered and is not overloaded. */
  alive: boolean;
  /** Seconds that the target asked to be left alone. */
  retry_after?: number;
}

/** In milliseconds, from the first byte sent to the last one read. */
export const deliveryTimeout = 15_000;
const excerptBytes = 1000;

/** @param signal gives the attempt up; what then comes out says nothing of the target */
export async function attemptDelivery(egress: Egress, url: string, event: EventView, secrets: readonly string[], signal: AbortSignal): Promise<Outcome> {
  const body = JSON.stringify(event);
  const at = new Date();
  const started = performance.now();
  const attempt = (rest: Partial<DeliveryAttempt>): DeliveryAttempt => ({ at: at.toISOString(), latency_ms: Math.round(performance.now() - started), ...rest });
  const timeout = AbortSignal.timeout(deliveryTimeout);
  try {
    const response = await egress.fetch(url, {
      method: 'POST', body, redirect: 'manual', signal: AbortSignal.any([timeout, signal]),
      headers: { ...webhookHeaders(event.id, Math.floor(at.getTime() / 1000), body, secrets), 'content-type': 'application/json', 'user-agent': 'Patchbay' },
    });
    const excerpt = await readExcerpt(response);
    const { status } = response;
    const ok = status >= 200 && status < 300;
    const retry_after = Number(response.headers.get('retry-after') ?? NaN);
    return {
      ok, gone: status === 410, alive: status < 500 && status !== 429,
      attempt: attempt({ status_code: status, ...(!ok && { error: refused(status), ...(excerpt !== '' && { response: excerpt }) }) }),
      ...(retry_after > 0 && { retry_after }),
    };
  } catch (error) {
    const message = timeout.aborted
      ? `The target did not answer within ${deliveryTimeout / 1000} s.`
      : (networkError(error, new URL(url).host) ?? new PatchbayError('backend_error', `The connection to ${new URL(url).host} failed.`)).message;
    return { ok: false, gone: false, alive: false, attempt: attempt({ error: message }) };
  }
}

function refused(status: number): string {
  if (status === 410) return 'The target answered 410: it is there no more.';
  if (status >= 300 && status < 400) return `The target answered ${status}, a redirect, which is not followed.`;
  return `The target answered ${status}.`;
}

/** The beginning of the answer, in what a database keeps; the rest is not waited for. */
async function readExcerpt(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= excerptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, excerptBytes).toString('utf8').replaceAll('\0', '').toWellFormed();
}
