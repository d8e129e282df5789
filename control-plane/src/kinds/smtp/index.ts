import { email } from '../../categories/email.ts';
import { checkMessage } from '../../engines/email/message.ts';
import type { Mailbox } from '../../engines/email/message.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { smtpConfig } from './config.ts';
import { smtpError } from './errors.ts';
import { importSmtp } from './import.ts';
import { guardedSocket, transportOptions } from './transport.ts';

export const smtp = defineKind({
  kind: 'smtp',
  label: 'SMTP',
  description: 'Sends mail through any SMTP server',
  category: email,
  documentation_url: 'https://nodemailer.com/smtp',
  peer: { class: 'real server', name: 'smtp-server 3.21 and aiosmtpd 1.4' },
  config: smtpConfig,
  importConfig: importSmtp,
  async open(config, { egress }) {
    const { createTransport } = await import('nodemailer');
    const options = transportOptions(config);
    const pool = createTransport({
      ...options,
      pool: true,
      maxConnections: config.pool_size,
      // A message whose connection breaks may have arrived: it is not sent a second time.
      maxRequeues: 0,
      getSocket: guardedSocket(egress, config),
    });
    const typed = (error: unknown, signal: AbortSignal): unknown =>
      signal.aborted ? error : (smtpError(error, `${config.host}:${config.port}`, config.password ? [config.password] : []) ?? error);

    return {
      async test({ signal }: Call) {
        // A connection of its own, so that it can be cut when the call ends.
        const stop = new AbortController();
        const abort = () => stop.abort(signal.reason);
        signal.addEventListener('abort', abort, { once: true });
        const single = createTransport({
          ...options,
          getSocket: guardedSocket(egress, config, (socket) => stop.signal.addEventListener('abort', () => socket.destroy(new Error('the test was given up')))),
        });
        if (signal.aborted) abort();
        try {
          await single.verify();
        } catch (error) {
          throw typed(error, signal);
        } finally {
          signal.removeEventListener('abort', abort);
          single.close();
        }
        return { message: `${config.host}:${config.port} takes mail${config.username ? ` from ${config.username}` : ''}` };
      },
      async send(input, { signal }) {
        const { from, to, cc, bcc, reply_to, subject, text, html, headers, attachments } = checkMessage(input, config.from);
        try {
          const sent = await pool.sendMail({
            from, to, cc, bcc, replyTo: reply_to, subject, text, html, headers, signal,
            attachments: attachments.map(({ filename, content_type, content }) => ({ filename, content, contentType: content_type })),
            disableFileAccess: true,
            disableUrlAccess: true,
          });
          return { message_id: sent.messageId, accepted: sent.accepted.map(addressOf), rejected: sent.rejected.map(addressOf) };
        } catch (error) {
          throw typed(error, signal);
        }
      },
      close: async () => pool.close(),
    };
  },
});
export default smtp;

function addressOf(recipient: string | Mailbox | { address: string }): string {
  return typeof recipient === 'string' ? recipient : recipient.address;
}
