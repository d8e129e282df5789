/** Nodemailer, connected through the egress guard. */
import type { SMTPTransportGetSocket, SMTPTransportOptions } from 'nodemailer/lib/smtp-transport';
import type { Egress } from '../../platform/egress/index.ts';
import type { SmtpConfig } from './config.ts';

export function transportOptions(config: SmtpConfig): SMTPTransportOptions {
  const { host, port, security, username, password = '', client_name, ca_certificate } = config;
  const timeout = config.timeout * 1000;
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // Else a server that hides its AUTH from us would get the message without a sign-in.
    ...(username && { auth: { user: username, pass: password }, forceAuth: true }),
    tls: { ...(ca_certificate !== undefined && { ca: ca_certificate }) },
    ...(client_name !== undefined && { name: client_name }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** @param onSocket told of each socket that is opened */
export function guardedSocket(egress: Egress, { host, port }: SmtpConfig, onSocket: (socket: ReturnType<Egress['socket']>) => void = () => undefined): SMTPTransportGetSocket {
  return (_options, callback) => {
    const socket = egress.socket({ host, port });
    const failed = (error: Error) => callback(error, false);
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.removeListener('error', failed);
      callback(null, { connection: socket });
    });
    onSocket(socket);
  };
}
