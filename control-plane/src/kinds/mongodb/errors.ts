/** What MongoDB and its driver complain about, by the server's codes and the driver's names. */
import { asSentence } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import { causes, networkError } from '../../platform/network-errors.ts';

const meanings: Record<number, { code: ErrorCode; hint: string }> = {
  18: { code: 'backend_authentication_failed', hint: 'Check the connector’s user name, password and authentication database.' },
  11: { code: 'backend_authentication_failed', hint: 'Check the connector’s user name, password and authentication database.' },
  13: { code: 'backend_permission_denied', hint: 'Grant it to the connector’s user, or give the connector a user.' },
  26: { code: 'model_not_found', hint: 'Run Discover for the list of collections.' },
  50: { code: 'backend_timeout', hint: 'Make the request smaller, or raise the connector’s timeout.' },
  43: { code: 'backend_unavailable', hint: 'The server forgot where the read was, as it does after a restart. Read again.' },
  91: { code: 'backend_unavailable', hint: 'The server is shutting down. Try again in a moment.' },
  121: { code: 'rejected_by_backend', hint: 'Correct the records so that they fit the collection’s validation.' },
  11000: { code: 'rejected_by_backend', hint: 'Correct the records: another document has this key already.' },
  11600: { code: 'backend_unavailable', hint: 'The server was stopped. Try again in a moment.' },
};
const other = { code: 'invalid_query' as const, hint: 'Correct the request and run it again.' };

interface DriverError extends Error {
  code?: number | string;
  reason?: { servers?: Map<string, { error?: Error }> };
}

/** The SRV record that tells the hosts (RFC 2782). */
const recordOf = (name: string): string => `_mongodb._tcp.${name}`;

/** What went wrong before any host was known; undefined for what is about a host. @param name that the hosts are looked up by */
export function srvError(error: unknown, name: string): PatchbayError | undefined {
  const { syscall, code, name: type, message } = error as NodeJS.ErrnoException;
  const fields = [{ path: 'config.hosts', message: 'does not lead to the hosts' }];
  if (type === 'MongoAPIError' || type === 'MongoParseError') {
    return new PatchbayError('invalid_config', `The DNS records of ${name} cannot be used: ${asSentence(message)}`, {
      hint: `Its SRV record ${recordOf(name)} must name hosts below the same domain; a TXT record of ${name} may set authSource, replicaSet and loadBalanced.`, fields, cause: error,
    });
  }
  if (syscall !== 'querySrv' && syscall !== 'queryTxt') return undefined;
  if (code === 'ETIMEOUT') return srvTimeout(name);
  const record = syscall === 'querySrv' ? `the SRV record ${recordOf(name)}` : `the TXT record of ${name}`;
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return new PatchbayError('backend_unreachable', `${name} names no hosts: it has no SRV record.`, {
      hint: `Check the name, have ${record} made, or name the hosts themselves and turn “Find hosts by SRV” off.`, fields, cause: error,
    });
  }
  return new PatchbayError('backend_unreachable', `The hosts of ${name} cannot be looked up now (${code}).`, {
    hint: `Check the name, and that the resolver of this machine can look up ${record}.`, fields, cause: error,
  });
}

export function srvTimeout(name: string): PatchbayError {
  return new PatchbayError('backend_timeout', `The hosts of ${name} were not looked up in time.`, {
    hint: `Check that the resolver of this machine answers for the SRV record ${recordOf(name)} and the TXT record of ${name}, or raise the connector’s timeout.`,
  });
}

/** @param failure why a host was not reached, which the driver does not hear */
export function mongoError(error: unknown, hosts: readonly string[], failure: (host: string) => unknown): unknown {
  if (PatchbayError.is(error) || !(error instanceof Error)) return error;
  const { name, code, message, reason } = error as DriverError;
  if (/^Mongo(Network|ServerSelection|ServerClosed|TopologyClosed|ClientClosed|Pool)/.test(name)) {
    const described = [...(reason?.servers ?? [])];
    const known = [...described.map(([host]) => host), ...hosts].map(failure).find(Boolean);
    const inner = described.map(([, server]) => server.error).find(Boolean);
    const target = hosts.join(',');
    for (const cause of [known, inner, error]) {
      const typed = cause === undefined ? undefined : networkError(cause, target);
      if (typed) return typed;
    }
    const says = [...causes(inner ?? error)].map((cause) => (cause as Error).message).join(' ');
    if (/certificate|TLS|SSL/i.test(says)) {
      return new PatchbayError('backend_tls_failed', `No secure connection to ${target}.`, { hint: 'Check that the server speaks TLS on this port and that its certificate is trusted.', cause: error });
    }
    return new PatchbayError(name === 'MongoNetworkTimeoutError' ? 'backend_timeout' : 'backend_unreachable', `${target} closed the connection or was not found.`, {
      hint: 'Check the hosts and ports, and that the server is up and accepts connections from Patchbay.', cause: error,
    });
  }
  if (typeof code === 'number') {
    const meaning = meanings[code] ?? other;
    return new PatchbayError(meaning.code, asSentence(`MongoDB refused this: ${message.slice(0, 500)}`), { hint: meaning.hint, details: { code }, cause: error });
  }
  return networkError(error, hosts.join(',')) ?? error;
}
