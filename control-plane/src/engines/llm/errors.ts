/** What providers of models say when they refuse, in the service's words. */
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import { asSentence, failureOf, httpError, redactor } from '../http/index.ts';
import type { HttpFailure } from '../http/index.ts';

interface Meaning {
  code: ErrorCode;
  says: string;
  hint: string;
  /** In `details`, for a workflow to branch on. */
  reason: string;
}

const tooLong: Meaning = {
  code: 'rejected_by_backend', says: 'says that the conversation is longer than the model’s context', reason: 'context_length_exceeded',
  hint: 'Send fewer or shorter messages, ask for a shorter answer, or take a model with a larger context.',
};
const unknownModel: Meaning = {
  code: 'model_not_found', says: 'has no such model', reason: 'model_not_found', hint: 'Take one of those that discover lists, in the connector or in the request.',
};
const noQuota: Meaning = {
  code: 'backend_permission_denied', says: 'says that the account’s quota is used up', reason: 'quota_exceeded', hint: 'Check plan and billing at the provider.',
};
const overloaded: Meaning = { code: 'backend_unavailable', says: 'is overloaded', reason: 'overloaded', hint: 'Try again later.' };

const longText = /context.?(length|window)|maximum context|prompt is too long|too many tokens|exceeds? the (model'?s? )?(maximum )?context/i;
const modelText = /model\b.*\b(not found|does not exist|not exist|not supported|try pulling)/i;

function meaningOf({ status, body, message = '' }: HttpFailure): Meaning | undefined {
  const error = (body as { error?: { code?: unknown; type?: unknown } } | null)?.error;
  const names = [error?.code, error?.type];
  if (names.includes('context_length_exceeded') || ((status === 400 || status === 413 || status === 500) && longText.test(message))) return tooLong;
  if (names.includes('model_not_found') || ((status === 404 || status === 400) && modelText.test(message))) return unknownModel;
  if (status === 404 && names.includes('not_found_error') && /^model\b/i.test(message)) return unknownModel;
  if (names.includes('insufficient_quota') || names.includes('billing_error')) return noQuota;
  if (status === 529 || names.includes('overloaded_error')) return overloaded;
  return undefined;
}

/** A provider's reading of an answer that is an error; undefined leaves it to the common table. */
export function explainModelFailure(provider: string): (failure: HttpFailure) => PatchbayError | undefined {
  return (failure) => {
    const meaning = meaningOf(failure);
    if (!meaning) return undefined;
    const { code, says, hint, reason } = meaning;
    return new PatchbayError(code, asSentence(`${provider} ${says}${failure.message ? `: ${failure.message}` : ''}`), {
      hint, details: { http_status: failure.status, reason }, ...(failure.retry_after !== undefined && { retry_after: failure.retry_after }),
    });
  };
}

/** The error that a provider puts into a stream which began well. @param status what it would have answered with */
export function streamedFailure(provider: string, body: unknown, status: number, secrets: readonly string[]): PatchbayError {
  const failure = failureOf(status, new Headers(), JSON.stringify(body), redactor(secrets));
  return explainModelFailure(provider)(failure) ?? httpError(failure, provider);
}

/** A stream that ends before the provider has said how the answer ended is no answer. */
export function brokenOff(provider: string): PatchbayError {
  return new PatchbayError('backend_unreachable', `${provider} broke off in the middle of its answer.`, { hint: 'Try again; what has come so far is not the whole answer.' });
}

/** What a provider cannot be asked for. @param field as in `messages.0.content` */
export function cannot(message: string, field: string, hint: string): PatchbayError {
  return new PatchbayError('invalid_request', message, { hint, fields: [{ path: field, message: hint }] });
}

export function unknownAnswer(provider: string, cause: unknown): PatchbayError {
  return new PatchbayError('backend_error', `${provider} answered in a form that this connector does not know.`, {
    hint: 'Check that the address is the one of the model’s API.', cause,
  });
}
