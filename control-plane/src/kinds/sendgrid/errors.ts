/** SendGrid's refusals: `{errors: [{message, field, help}]}`. Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors */
import { z } from 'zod';
import { asSentence, httpError } from '../../engines/http/index.ts';
import type { HttpFailure } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorOptions, FieldError } from '../../platform/errors.ts';

const body = z.object({ errors: z.array(z.object({ message: z.string(), field: z.string().nullish() })).min(1) });

/** What SendGrid calls otherwise than we do. */
const names: Record<string, string> = { content: 'text', personalizations: 'to', reply_to_list: 'reply_to' };

export function explainSendgrid(failure: HttpFailure): PatchbayError | undefined {
  const details = { http_status: failure.status };
  const words = failure.message;
  const says = words === undefined ? '' : `: ${words}`;
  const make = (code: PatchbayError['code'], message: string, options: ErrorOptions) => new PatchbayError(code, asSentence(message), { details, ...options });
  switch (failure.status) {
    case 401:
      return make('backend_authentication_failed', `SendGrid refused the API key${says}`, { hint: 'Make a new key in the SendGrid console (Settings, API keys); it may have been revoked.' });
    case 403:
      return /sender identity|from address/i.test(words ?? '')
        ? make('backend_permission_denied', `SendGrid does not know the sender${says}`, { hint: 'Verify the sender’s address or its domain in the SendGrid console, or send from one that is verified.' })
        : make('backend_permission_denied', `SendGrid denied permission${says}`, { hint: 'Give the API key the permission Mail Send.' });
    case 413:
      return make('rejected_by_backend', 'The message is too large for SendGrid', { hint: 'Keep it below 30 MB, attachments included.' });
    case 429: {
      const reset = Number(failure.headers.get('x-ratelimit-reset'));
      const retry_after = failure.retry_after ?? (reset > 0 ? Math.max(1, Math.ceil(reset - Date.now() / 1000)) : undefined);
      return make('backend_rate_limited', `SendGrid limits requests${says}`, { hint: 'Send more slowly.', ...(retry_after !== undefined && { retry_after }) });
    }
    default: {
      const parsed = body.safeParse(failure.body);
      if (!parsed.success || failure.status >= 500) return undefined;
      const common = httpError(failure, 'SendGrid');
      return new PatchbayError(common.code, common.message, { hint: common.hint, details, fields: parsed.data.errors.flatMap(({ field, message }) => fieldError(field, message)) });
    }
  }
}

/** `personalizations.0.to.1.email` → `to.1` */
function fieldError(field: string | null | undefined, message: string): FieldError[] {
  if (!field) return [];
  const parts = field.replace(/^personalizations\.\d+\./, '').split('.');
  const path = [names[parts[0]!] ?? parts[0]!, ...parts.slice(1).filter((part) => /^\d+$/.test(part))].join('.');
  return [{ path, message: message.slice(0, 300) }];
}
