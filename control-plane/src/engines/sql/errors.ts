/** What SQL databases complain about, in the same words for all of them. A kind only maps its codes. */
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';

/** What was being done when the database complained: the same complaint may be about a query or about records. */
export type Purpose = 'connect' | 'test' | 'discover' | 'read' | 'query' | 'write';

/** The complaints that databases have names for. */
export type Complaint =
  | 'authentication' | 'unknown_database' | 'permission' | 'unknown_table' | 'statement' | 'value' | 'constraint'
  | 'read_only' | 'time' | 'cancelled' | 'unavailable' | 'conflict' | 'lost' | 'other';

const words: Record<Complaint, { code: ErrorCode; hint: string }> = {
  authentication: { code: 'backend_authentication_failed', hint: 'Check the connector’s user name and password, and that this user may sign in from Patchbay’s address.' },
  unknown_database: { code: 'invalid_config', hint: 'Check the connector’s database name.' },
  permission: { code: 'backend_permission_denied', hint: 'Grant it to the connector’s user, or choose something this user may use.' },
  unknown_table: { code: 'model_not_found', hint: 'Run Discover for the list of models.' },
  statement: { code: 'invalid_query', hint: 'Correct the statement and run it again.' },
  value: { code: 'invalid_query', hint: 'Check that the values fit the types of the fields they are compared with.' },
  constraint: { code: 'rejected_by_backend', hint: 'Correct the records; nothing was written.' },
  read_only: { code: 'invalid_query', hint: 'This connector only reads. An admin can turn off its "Read only" setting.' },
  time: { code: 'backend_timeout', hint: 'Make the request smaller, or raise the connector’s timeout.' },
  cancelled: { code: 'cancelled', hint: 'Run it again if nobody meant to stop it.' },
  unavailable: { code: 'backend_unavailable', hint: 'Try again in a moment; if it persists, look at the server’s connection limit and state.' },
  conflict: { code: 'backend_unavailable', hint: 'Another transaction was in the way; send the request again.' },
  lost: { code: 'backend_unreachable', hint: 'Try again; if it persists, look at the server’s own log.' },
  other: { code: 'backend_error', hint: 'Look at the server’s own log; give the operator the request id.' },
};

/** In a query of the user's own, whatever is wrong with it is wrong with the query. */
const inQuery: Partial<Record<Complaint, Complaint>> = { unknown_table: 'statement', constraint: 'statement', value: 'statement' };
/** Records that do not fit are refused, whichever way the database puts it. */
const inWrite: Partial<Record<Complaint, Complaint>> = { value: 'constraint', statement: 'constraint' };

/**
 * @param said the database's own sentence, without a full stop; it may quote the caller's statement, never a secret
 * @param code the database's own code: a SQLSTATE, an errno
 * @param database_field the config's field that names the database
 */
export function complaintError(
  complaint: Complaint,
  { label, said, code, purpose, cause, database_field = 'database' }: { label: string; said: string; code: string | number; purpose: Purpose; cause: unknown; database_field?: string },
): PatchbayError {
  const translated = (purpose === 'query' ? inQuery : purpose === 'write' ? inWrite : {})[complaint] ?? complaint;
  const known = words[translated];
  return new PatchbayError(known.code, `${label} says: ${said.trim().replace(/\.$/, '')} (${code}).`, {
    hint: known.hint,
    details: { backend_code: String(code) },
    ...(translated === 'unknown_database' && { fields: [{ path: `config.${database_field}`, message: 'is not known to the server' }] }),
    cause,
  });
}

/** The connection ended in the middle of something. */
export function connectionLost(label: string, cause?: unknown): PatchbayError {
  return new PatchbayError('backend_unreachable', `${label} closed the connection.`, {
    hint: words.lost.hint,
    cause,
  });
}
