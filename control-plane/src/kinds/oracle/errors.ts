/** Oracle's and its driver's error numbers as typed errors. */
import { complaintError, connectionLost } from '../../engines/sql/errors.ts';
import type { Complaint, Purpose } from '../../engines/sql/errors.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';

const numbers: Partial<Record<Complaint, string[]>> = {
  authentication: ['ORA-01005', 'ORA-01017', 'ORA-01045', 'ORA-28000', 'ORA-28001', 'ORA-01040', 'NJS-101'],
  unknown_database: ['NJS-518', 'NJS-519', 'NJS-520', 'ORA-12514', 'ORA-12505', 'ORA-01109'],
  permission: ['ORA-01031', 'ORA-01720', 'ORA-41900'],
  unknown_table: ['ORA-00942', 'ORA-04043'],
  constraint: ['ORA-00001', 'ORA-01400', 'ORA-01407', 'ORA-02290', 'ORA-02291', 'ORA-02292', 'ORA-12899', 'ORA-01438', 'ORA-20000', 'ORA-30926', 'ORA-38104'],
  value: ['ORA-01722', 'ORA-01840', 'ORA-01841', 'ORA-01843', 'ORA-01847', 'ORA-01850', 'ORA-01858', 'ORA-01861', 'ORA-01830', 'ORA-01465', 'ORA-01476', 'ORA-06502', 'ORA-40441', 'NJS-011', 'NJS-044'],
  read_only: ['ORA-01456', 'ORA-16000'],
  conflict: ['ORA-00054', 'ORA-00060', 'ORA-08177', 'ORA-30006'],
  time: ['NJS-123', 'DPI-1067', 'ORA-00040', 'ORA-01555'],
  cancelled: ['ORA-01013'],
  unavailable: ['ORA-00018', 'ORA-00020', 'ORA-01033', 'ORA-01034', 'ORA-01089', 'ORA-12516', 'ORA-12520', 'ORA-12519', 'ORA-12528', 'NJS-513'],
  lost: ['NJS-500', 'NJS-501', 'NJS-521', 'NJS-503', 'ORA-03113', 'ORA-03114', 'ORA-03135', 'NJS-003', 'ORA-12537'],
};
const complaints = new Map(Object.entries(numbers).flatMap(([complaint, list]) => list.map((number) => [number, complaint as Complaint] as const)));

const numberIn = (message: string): string => /\b(ORA-\d{5}|NJS-\d{3}|DPI-\d{4}|TNS-\d{5})\b/.exec(message)?.[1] ?? '';

/** Whether the connection is gone for good. */
export function isLost(error: unknown): boolean {
  const complaint = complaints.get(numberIn((error as Error).message ?? ''));
  return complaint === 'lost' || complaint === 'time';
}

/** Whether the server said it: then the connection is still in step. */
export function isComplaint(error: unknown): boolean {
  return /\bORA-/.test((error as Error).message ?? '') && !isLost(error);
}

export function oracleError(error: unknown, purpose: Purpose, target: string): PatchbayError {
  if (PatchbayError.is(error)) return error;
  const message = (error as Error).message ?? '';
  const number = numberIn(message);
  if (number === 'NJS-510' || /timeout|timed out/i.test(message) && number.startsWith('NJS-5')) return networkError({ code: 'ETIMEDOUT', cause: error }, target)!;
  if (number === 'NJS-511') return networkError({ code: 'ECONNREFUSED', cause: error }, target)!;
  if (['NJS-505', 'NJS-506', 'NJS-507', 'NJS-508', 'NJS-525'].includes(number) || /certificate|wallet|TLS|SSL/i.test(message) && purpose === 'connect') {
    return new PatchbayError('backend_tls_failed', `No secure connection to ${target}: the handshake failed (${number || 'TLS'}).`, {
      hint: 'Check that this port speaks TCPS, that the certificate names this host, and give its CA certificate if it is not publicly trusted.', cause: error,
    });
  }
  const complaint = complaints.get(number) ?? (/^ORA-0(0[69]|1[47]|0904|0918|0979)|^ORA-(009\d\d|017\d\d|065\d\d|180\d\d)/.test(number) ? 'statement' : undefined);
  if (complaint === 'lost') return connectionLost(target, error);
  const said = message.split('\n')[0]!.replace(new RegExp(`^${number}:\\s*`), '').replace(/\(CONNECTION_ID=[^)]*\)/, '');
  return networkError(error, target) ?? complaintError(complaint ?? (purpose === 'query' && number.startsWith('ORA-') ? 'statement' : 'other'), { label: 'Oracle', said, code: number || 'unknown', purpose, cause: error, database_field: 'service_name' });
}
