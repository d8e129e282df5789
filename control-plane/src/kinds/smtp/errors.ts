/** What an SMTP server's refusals mean. */
import type { NodemailerError } from 'nodemailer';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';

type SmtpError = NodemailerError & { originalCode?: string };

const later = 'Try again later: the server says that this passes.';

/**
 * @param target host and port, as the admin wrote them
 * @param secrets what the server might repeat and nobody may see
 */
export function smtpError(error: unknown, target: string, secrets: readonly string[]): PatchbayError | undefined {
  if (PatchbayError.is(error)) return error;
  const failure = error as Partial<SmtpError>;
  const status = failure.responseCode;
  const passes = status !== undefined && status < 500;
  const says = serverWords(failure.response, secrets);
  const make = (code: ErrorCode, message: string, hint: string) =>
    new PatchbayError(code, `${message}${says}.`, { hint, details: status === undefined ? undefined : { smtp_status: status }, cause: error });

  switch (failure.code) {
    case 'EAUTH':
    case 'ENOAUTH':
      return passes
        ? make('backend_unavailable', `${target} cannot check credentials now`, later)
        : make('backend_authentication_failed', `${target} refused the user name or password`, 'Check both; many providers want an app password, or have SMTP switched off for the account.');
    case 'EENVELOPE':
      return envelopeError(failure, target, make, passes);
    case 'EMESSAGE':
      return passes
        ? make('backend_unavailable', `${target} does not take the message now`, later)
        : make('rejected_by_backend', `${target} refused the message`, 'It may be too large, or look like spam: see what the server says.');
    case 'ETLS':
    case 'EREQUIRETLS':
      return make('backend_tls_failed', `No secure connection to ${target}: it refused STARTTLS`, 'Check the port, or choose another security: TLS on port 465.');
    case 'EPROTOCOL':
      return make('backend_error', `${target} does not speak SMTP`, 'Check the host and port.');
    case 'ETIMEDOUT':
      return make('backend_timeout', `${target} did not answer in time`, 'Check the port and the security chosen (TLS on 465, STARTTLS on 587), and that no firewall is in between.');
  }
  // Nodemailer puts its own code over that of the socket or of TLS.
  const underneath = failure.originalCode ? Object.assign(new Error(failure.message), { code: failure.originalCode }) : error;
  const network = networkError(underneath, target);
  if (network) return network;
  if (failure.code === 'EDNS') return make('backend_unreachable', `${target} is a name that does not resolve`, 'Check the host.');
  if (failure.code === 'ECONNECTION' || failure.code === 'ESOCKET') {
    return status !== undefined && passes
      ? make('backend_unavailable', `${target} is not available now`, later)
      : make('backend_unreachable', `${target} closed the connection`, 'Check that the server takes connections from Patchbay, and try again.');
  }
  return undefined;
}

function envelopeError(
  { command, rejected, response }: Partial<SmtpError>,
  target: string,
  make: (code: ErrorCode, message: string, hint: string) => PatchbayError,
  passes: boolean,
): PatchbayError {
  if (passes) return make('backend_unavailable', `${target} does not take this message now`, later);
  if (/^530\b/.test(response ?? '')) return make('backend_authentication_failed', `${target} wants a user name and password`, 'Give the connector both.');
  if (command === 'MAIL FROM') return make('rejected_by_backend', `${target} refused the sender`, 'Send from an address that this account may use.');
  const addresses = (rejected ?? []).map(String);
  return make(
    'rejected_by_backend',
    addresses.length > 0 ? `${target} refused ${addresses.length === 1 ? 'the recipient' : 'all recipients'}: ${addresses.join(', ')}` : `${target} refused the recipients`,
    'Correct the addresses.',
  );
}

/** The server's own reply as the end of a sentence: one line, bounded, without secrets. */
function serverWords(response: string | undefined, secrets: readonly string[]): string {
  if (!response) return '';
  // eslint-disable-next-line no-control-regex -- a message is one line
  const line = secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), response).replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
  return ` (${line.length > 300 ? `${line.slice(0, 299)}…` : line})`;
}
