/** BigQuery's reasons as typed errors. */
import type { HttpFailure } from '../../engines/http/index.ts';
import { complaintError } from '../../engines/sql/errors.ts';
import type { Complaint, Purpose } from '../../engines/sql/errors.ts';
import { PatchbayError } from '../../platform/errors.ts';

export interface ErrorProto {
  reason?: string;
  message?: string;
}

const reasons: Record<string, Complaint> = {
  authError: 'authentication', accessDenied: 'permission', billingNotEnabled: 'permission', blocked: 'permission',
  notFound: 'unknown_table', invalidQuery: 'statement', invalid: 'statement', resourcesExceeded: 'statement', responseTooLarge: 'statement', duplicate: 'constraint',
  backendError: 'unavailable', internalError: 'unavailable', jobBackendError: 'unavailable', jobInternalError: 'unavailable', resourceInUse: 'conflict', tableUnavailable: 'unavailable',
  stopped: 'cancelled', timeout: 'time',
};

export function bigqueryError({ reason = 'unknown', message = 'the job failed' }: ErrorProto, purpose: Purpose): PatchbayError {
  if (reason === 'bytesBilledLimitExceeded') {
    return new PatchbayError('invalid_query', `The query was not run: ${message.replace(/\.$/, '')}.`, {
      hint: 'Select fewer columns, or filter on the partition; an admin can raise the connector’s "Maximum bytes billed".', details: { backend_code: reason },
    });
  }
  if (reason === 'rateLimitExceeded' || reason === 'quotaExceeded' || reason === 'jobRateLimitExceeded') {
    return new PatchbayError('backend_rate_limited', `BigQuery says: ${message.replace(/\.$/, '')} (${reason}).`, { hint: 'Try again later, or send fewer requests.', details: { backend_code: reason } });
  }
  const timed = reason === 'stopped' && /timed? ?out/i.test(message);
  const unfit = reason === 'invalidQuery' && /^(Bad |Could not cast|Invalid (timestamp|date|datetime|time)|division by zero|.*overflow)/i.test(message);
  const complaint: Complaint = timed ? 'time' : unfit ? 'value' : (reasons[reason] ?? 'other');
  return complaintError(complaint, { label: 'BigQuery', said: message, code: reason, purpose, cause: undefined });
}

/** Undefined for what BigQuery gives no reason: the common table of HTTP knows it. */
export function bigqueryFailure({ status, body }: HttpFailure, purpose: Purpose): PatchbayError | undefined {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { error?: { message?: string; errors?: ErrorProto[] } };
  const reason = error?.errors?.[0]?.reason;
  if (status === 401 || typeof reason !== 'string') return undefined;
  return bigqueryError({ reason, message: error?.errors?.[0]?.message ?? error?.message }, purpose);
}
