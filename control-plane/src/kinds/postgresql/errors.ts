/** PostgreSQL's SQLSTATEs and what postgres.js throws, as typed errors. */
import { complaintError, connectionLost } from '../../engines/sql/errors.ts';
import type { Complaint, Purpose } from '../../engines/sql/errors.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';

/** The longest prefix of the SQLSTATE decides. */
const complaints: Record<string, Complaint> = {
  '08': 'lost',
  // The statement's parameters are not as many as were given.
  '08P01': 'statement',
  '21': 'constraint',
  '22': 'value',
  '23': 'constraint',
  '25006': 'read_only',
  '25': 'statement',
  '28': 'authentication',
  '2D': 'statement',
  '34': 'statement',
  '3D000': 'unknown_database',
  '3F000': 'unknown_table',
  '40': 'conflict',
  '42': 'statement',
  '42501': 'permission',
  '42P01': 'unknown_table',
  '44': 'constraint',
  '0A': 'statement',
  '0L': 'permission',
  '53': 'unavailable',
  '54': 'statement',
  '55P03': 'conflict',
  '57014': 'cancelled',
  '57P03': 'unavailable',
  '57P04': 'unknown_database',
  '57P': 'unavailable',
  P0: 'statement',
};

interface PostgresFailure {
  name?: string;
  code?: string;
  message?: string;
  hint?: string;
  detail?: string;
}

export function postgresError(error: unknown, purpose: Purpose, target: string): PatchbayError {
  if (PatchbayError.is(error)) return error;
  const { name, code = '', message = '', detail } = error as PostgresFailure;
  if (name === 'PostgresError') {
    return complaintError(complaintOf(code, message), {
      label: 'PostgreSQL',
      // The detail of a broken constraint names the record's own values; other details may hold rows of others.
      said: code.startsWith('23') && detail ? `${message}: ${detail}` : message,
      code,
      purpose,
      cause: error,
    });
  }
  if (code === 'CONNECT_TIMEOUT') return networkError({ code: 'ETIMEDOUT', cause: error }, target)!;
  if (code.startsWith('CONNECTION_')) return connectionLost(target, error);
  return networkError(error, target) ?? complaintError('other', { label: 'PostgreSQL', said: 'an unexpected answer', code: code || 'unknown', purpose, cause: error });
}

function complaintOf(state: string, message: string): Complaint {
  // One code for two things: the caller stopped it, or statement_timeout did.
  if (state === '57014') return /statement timeout/.test(message) ? 'time' : 'cancelled';
  for (let length = 5; length >= 2; length -= 1) {
    const complaint = complaints[state.slice(0, length)];
    if (complaint) return complaint;
  }
  return 'other';
}
