/** Mailgun's refusals. Source: https://documentation.mailgun.com/docs/mailgun/api-reference/mg-errors */
import { asSentence } from '../../engines/http/index.ts';
import type { HttpFailure } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';

/** @param domain as in the config */
export function explainMailgun({ status, message, retry_after }: HttpFailure, domain: string): PatchbayError | undefined {
  const says = message === undefined ? '' : `: ${message}`;
  const make = (code: ErrorCode, text: string, hint: string) =>
    new PatchbayError(code, asSentence(text), { hint, details: { http_status: status }, ...(retry_after !== undefined && { retry_after }) });
  switch (status) {
    case 401:
      return make('backend_authentication_failed', `Mailgun refused the API key${says}`, 'Copy it again from the Mailgun console (API security), and choose the region in which the account’s domain is.');
    case 402:
      return make('backend_permission_denied', `Mailgun wants the account’s plan or payment to be settled${says}`, 'See the billing page of the Mailgun console.');
    case 403:
      return make('backend_permission_denied', `Mailgun denied permission${says}`, 'The domain or the account may not be activated, or may send to authorized recipients alone (sandbox domains).');
    case 404:
      return new PatchbayError('invalid_config', `Mailgun has no domain ${domain} in this region.`, {
        hint: 'Correct the domain, or choose the other region.', details: { http_status: status }, fields: [{ path: 'config.domain', message: 'is not known in this region' }],
      });
    case 413:
      return make('rejected_by_backend', 'The message is too large for Mailgun', 'Keep it below 25 MB, attachments included.');
    case 429:
      return make('backend_rate_limited', `Mailgun limits messages${says}`, 'Send more slowly, or raise the limit in the Mailgun console.');
    default:
      return undefined;
  }
}
