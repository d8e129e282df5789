/** Snowflake's answers as typed errors: its own code first, then the class of the SQLSTATE. */
import type { HttpFailure } from '../../engines/http/index.ts';
import { complaintError } from '../../engines/sql/errors.ts';
import type { Complaint, Purpose } from '../../engines/sql/errors.ts';
import type { PatchbayError } from '../../platform/errors.ts';

const codes: Record<string, Complaint> = {
  '390100': 'authentication', '390144': 'authentication', '390195': 'authentication', '390302': 'authentication', '390303': 'authentication', '390318': 'authentication',
  '390422': 'permission', '394400': 'authentication', '395092': 'authentication',
  '390201': 'unknown_database', '390189': 'permission',
  '002003': 'unknown_table', '003001': 'permission', '000606': 'unavailable', '000608': 'unavailable', '000609': 'unavailable',
  '000604': 'cancelled', '000630': 'time', '000008': 'statement', '000006': 'statement',
  '100072': 'constraint', '100078': 'constraint', '100069': 'value', '100090': 'constraint',
};
const states: Record<string, Complaint> = { '02': 'unknown_table', '21': 'constraint', '22': 'value', '23': 'constraint', '42': 'statement', '0A': 'statement', '57': 'unavailable', P0: 'statement' };

/** Undefined for what is no complaint of the database: the common table of HTTP knows it. */
export function snowflakeError({ status, body, message }: HttpFailure, purpose: Purpose): PatchbayError | undefined {
  const { code = '', sqlState = '' } = (typeof body === 'object' && body !== null ? body : {}) as { code?: string; sqlState?: string };
  const said = message ?? `HTTP ${status}`;
  const complaint = codes[code] ?? (status === 401 ? 'authentication' : status === 408 ? 'time' : status === 422 ? (states[sqlState.slice(0, 2)] ?? (purpose === 'query' ? 'statement' : 'other')) : undefined);
  return complaint && complaintError(complaint, { label: 'Snowflake', said, code: code || status, purpose, cause: undefined });
}
