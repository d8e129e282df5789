/** SQL Server's error numbers and what tedious throws, as typed errors. */
import { complaintError, connectionLost } from '../../engines/sql/errors.ts';
import type { Complaint, Purpose } from '../../engines/sql/errors.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { causes, networkError } from '../../platform/network-errors.ts';

const numbers: Partial<Record<Complaint, number[]>> = {
  authentication: [18452, 18456, 18458, 18459, 18460, 18461, 18463, 18464, 18465, 18466, 18467, 18468, 18470, 18486, 18487, 18488],
  unknown_database: [4060, 4064, 911],
  permission: [229, 230, 262, 297, 300, 916, 10011, 15247, 40615],
  unknown_table: [208, 1088, 4902],
  constraint: [334, 515, 544, 547, 2601, 2627, 2628, 8152, 8102, 271, 273, 4406, 8672, 50000],
  value: [220, 232, 235, 241, 242, 244, 245, 248, 257, 295, 402, 517, 529, 6522, 8114, 8115, 8134, 9420, 9803, 13609],
  read_only: [3906, 3908, 978],
  conflict: [1204, 1205, 1222, 3935, 3960],
  time: [-2, 8645],
  unavailable: [701, 921, 922, 927, 982, 983, 1105, 3414, 4221, 6005, 10928, 10929, 17142, 17187, 18401, 40197, 40501, 40540, 40613, 49918, 49919, 49920],
  statement: [102, 103, 104, 105, 107, 109, 110, 111, 116, 120, 121, 128, 130, 132, 137, 141, 145, 147, 152, 153, 156, 164, 170, 174, 189, 195, 201, 203, 205, 206, 207, 209, 213, 266, 319, 512, 1033, 2812, 4104, 4145, 8117, 8120, 8124, 8144, 8145, 8146, 8155, 8156, 8162, 8178, 11535, 11536],
};
const complaints = new Map(Object.entries(numbers).flatMap(([complaint, list]) => list.map((number) => [number, complaint as Complaint] as const)));

interface MssqlFailure {
  code?: string;
  number?: number;
  class?: number;
  message?: string;
}

/** What the server itself said: it stays in step afterwards, unless it was so severe that it hung up. */
export function isComplaint(error: unknown): error is Required<MssqlFailure> {
  const { number, class: severity = 0 } = error as MssqlFailure;
  return typeof number === 'number' && severity < 20;
}

/** @param target what was dialled */
export function mssqlError(error: unknown, purpose: Purpose, target: string): PatchbayError {
  if (PatchbayError.is(error)) return error;
  for (const cause of causes(error)) {
    const { number, message = '', class: severity = 0 } = cause as MssqlFailure;
    if (typeof number !== 'number') continue;
    const complaint = complaints.get(number) ?? (severity >= 20 ? 'lost' : severity >= 11 && severity <= 16 && purpose !== 'connect' ? 'statement' : 'other');
    return complaintError(complaint, { label: 'SQL Server', said: message, code: number, purpose, cause: error });
  }
  const network = networkError(error, target);
  if (network) return network;
  const { code = '', message = '' } = error as MssqlFailure;
  if (code === 'ETIMEOUT') return networkError({ code: 'ETIMEDOUT', cause: error }, target)!;
  if (code === 'EENCRYPT' || /certificate|altname|self.signed/i.test(message)) {
    return new PatchbayError('backend_tls_failed', `No secure connection to ${target}: ${code === 'EENCRYPT' ? 'the server and the connector do not agree whether to encrypt' : 'its certificate is not trusted'}.`, {
      hint: 'Check "Encrypt", that the certificate names this host, and give its CA certificate if it is not publicly trusted.',
      cause: error,
    });
  }
  if (code === 'ELOGIN') return complaintError('authentication', { label: 'SQL Server', said: 'login failed', code, purpose, cause: error });
  if (code === 'ECANCEL') return complaintError('cancelled', { label: 'SQL Server', said: 'the statement was stopped', code, purpose, cause: error });
  if (code === 'EPARAM') return complaintError('value', { label: 'SQL Server', said: message, code, purpose, cause: error });
  if (['ESOCKET', 'ECLOSE', 'EINVALIDSTATE'].includes(code)) return connectionLost(target, error);
  return complaintError('other', { label: 'SQL Server', said: 'an unexpected answer', code: code || 'unknown', purpose, cause: error });
}
