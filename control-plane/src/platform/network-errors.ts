/** What Node's sockets, TLS and fetch throw, as typed errors that every kind shares. */
import { PatchbayError } from './errors.ts';

const unreachable: Record<string, string> = {
  ECONNREFUSED: 'refused the connection: nothing listens there',
  ENOTFOUND: 'is a name that does not resolve',
  EAI_AGAIN: 'is a name that cannot be resolved now',
  EHOSTUNREACH: 'is not reachable from here',
  ENETUNREACH: 'is on a network that is not reachable from here',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  ECONNABORTED: 'closed the connection',
  UND_ERR_SOCKET: 'closed the connection',
};

const timedOut = new Set(['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** OpenSSL's verification errors and Node's own TLS errors; `EPROTO` is a handshake with something that speaks no TLS. */
const tlsCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/;

/** The error and its causes, the outermost first. */
export function* causes(error: unknown): Generator<unknown> {
  for (let depth = 0, current = error; depth < 10 && current !== undefined && current !== null; depth += 1) {
    yield current;
    if (current instanceof AggregateError) yield* current.errors.flatMap((inner) => [...causes(inner)]);
    current = (current as { cause?: unknown }).cause;
  }
}

/**
 * The typed error of a network failure, or undefined when it is something else.
 * @param target what was dialled, as the admin wrote it: `db.example.com:5432`
 */
export function networkError(error: unknown, target: string): PatchbayError | undefined {
  for (const cause of causes(error)) {
    if (PatchbayError.is(cause)) return cause;
    const code = String((cause as { code?: unknown }).code ?? '');
    if (code in unreachable) {
      return new PatchbayError('backend_unreachable', `${target} ${unreachable[code]}.`, {
        hint: 'Check the host and port, and that the backend is up and accepts connections from Patchbay.',
        cause: error,
      });
    }
    if (timedOut.has(code)) {
      return new PatchbayError('backend_timeout', `${target} did not answer in time.`, {
        hint: 'Check that a firewall does not drop the connection, or raise the connector’s timeout.',
        cause: error,
      });
    }
    if (tlsCode.test(code)) {
      return new PatchbayError('backend_tls_failed', `No secure connection to ${target}: ${(cause as Error).message}.`, {
        hint: 'Check that the backend speaks TLS on this port, that its certificate names this host, and give its CA certificate if it is not publicly trusted.',
        cause: error,
      });
    }
  }
  return undefined;
}
