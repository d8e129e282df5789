/**
 * Google's refusals: `{error: {code, message, status, errors: [{reason}], details: [{reason}]}}`. The reason says
 * more than the status: 403 may be a missing right, a full drive or a limit on requests.
 * Sources: https://developers.google.com/workspace/drive/api/guides/handle-errors, …/gmail/api/guides/handle-errors
 */
import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import { asSentence } from '../http/index.ts';
import type { HttpFailure } from '../http/index.ts';

const reasons = z.array(z.object({ reason: z.string().optional() })).catch([]);
const body = z.object({ error: z.object({ errors: reasons.default([]), details: reasons.default([]) }) });

type Meaning = readonly [code: ErrorCode, says: string, hint: string];
const limit: Meaning = ['backend_rate_limited', 'limits requests', 'Try again later, or send fewer requests; the quotas are in Google Cloud, APIs & Services.'];
const scopes: Meaning = ['backend_permission_denied', 'says that the account has not agreed to this', 'Check the connector’s scopes and connect the account again; a refresh token has the scopes that it was given out with.'];
const disabled: Meaning = ['backend_permission_denied', 'says that its API is not enabled in the project', 'Enable the API in Google Cloud, APIs & Services, and try again in a few minutes.'];

const meanings: Record<string, Meaning> = {
  rateLimitExceeded: limit,
  userRateLimitExceeded: limit,
  dailyLimitExceeded: limit,
  quotaExceeded: limit,
  sharingRateLimitExceeded: limit,
  RATE_LIMIT_EXCEEDED: limit,
  insufficientPermissions: scopes,
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: scopes,
  accessNotConfigured: disabled,
  SERVICE_DISABLED: disabled,
  storageQuotaExceeded: ['rejected_by_backend', 'has no room left', 'Free some space, or use a shared drive: a service account has no space of its own.'],
  teamDriveFileLimitExceeded: ['rejected_by_backend', 'takes no more files in this shared drive', 'Delete some, or use another one.'],
  domainPolicy: ['backend_permission_denied', 'says that the domain’s administrators do not allow this', 'Ask them to allow the application.'],
  insufficientFilePermissions: ['backend_permission_denied', 'says that the account may not do this with this file', 'Share the folder with the account, with the right to edit.'],
  exportSizeLimitExceeded: ['rejected_by_backend', 'exports no document of this size', 'Export it at Google, or ask for another format.'],
  cannotDownloadAbusiveFile: ['rejected_by_backend', 'holds this file for malware', 'Its owner can look at it at Google.'],
};

/** @param service as a person calls it: `Gmail` */
export function explainGoogle({ status, body: answer, message, retry_after }: HttpFailure, service: string): PatchbayError | undefined {
  const parsed = body.safeParse(answer).data?.error;
  const reason = [...(parsed?.details ?? []), ...(parsed?.errors ?? [])].map((one) => one.reason).find((one) => one !== undefined && Object.hasOwn(meanings, one));
  if (reason === undefined) return undefined;
  const [code, says, hint] = meanings[reason]!;
  return new PatchbayError(code, asSentence(`${service} ${says}${message === undefined ? '' : `: ${message}`}`), {
    hint, details: { http_status: status, google_reason: reason }, ...(retry_after !== undefined && { retry_after }),
  });
}
