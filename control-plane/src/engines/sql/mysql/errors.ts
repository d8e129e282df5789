/** MySQL's and MariaDB's error numbers and what mysql2 throws, as typed errors. */
import { PatchbayError } from '../../../platform/errors.ts';
import { networkError } from '../../../platform/network-errors.ts';
import { complaintError, connectionLost } from '../errors.ts';
import type { Complaint, Purpose } from '../errors.ts';

const complaints: Record<number, Complaint> = {
  1044: 'permission', 1045: 'authentication', 1130: 'authentication', 1251: 'authentication', 1524: 'authentication', 1698: 'authentication',
  1820: 'authentication', 1862: 'authentication', 3118: 'authentication', 4151: 'authentication',
  1049: 'unknown_database', 1046: 'unknown_database',
  1142: 'permission', 1143: 'permission', 1227: 'permission', 1370: 'permission', 1410: 'permission',
  1146: 'unknown_table', 1051: 'unknown_table',
  1040: 'unavailable', 1041: 'unavailable', 1053: 'unavailable', 1129: 'unavailable', 1203: 'unavailable', 1226: 'unavailable',
  1205: 'conflict', 1213: 'conflict',
  1317: 'cancelled', 1969: 'time', 3024: 'time',
  1290: 'read_only', 1792: 'read_only', 1836: 'read_only',
  1048: 'constraint', 1062: 'constraint', 1216: 'constraint', 1217: 'constraint', 1364: 'constraint', 1366: 'constraint', 1451: 'constraint',
  1452: 'constraint', 1557: 'constraint', 1761: 'constraint', 1762: 'constraint', 3819: 'constraint', 4025: 'constraint', 1644: 'constraint',
  1264: 'value', 1265: 'value', 1292: 'value', 1365: 'value', 1406: 'value', 1411: 'value', 1416: 'value', 1525: 'value', 3140: 'value',
};

/** The classes of SQLSTATE for what has no entry of its own. */
const states: Record<string, Complaint> = {
  '08': 'lost', '21': 'statement', '22': 'value', '23': 'constraint', '25': 'statement', '28': 'authentication', '40': 'conflict', '42': 'statement', '0A': 'statement',
};

interface MysqlFailure {
  errno?: number;
  code?: string;
  sqlState?: string;
  sqlMessage?: string;
  message?: string;
}

/** Whether the server said it, as opposed to the network or the driver. */
export function isComplaint(error: unknown): error is MysqlFailure {
  return typeof (error as MysqlFailure).sqlState === 'string';
}

export function mysqlError(error: unknown, { label, purpose, target }: { label: string; purpose: Purpose; target: string }): PatchbayError {
  if (PatchbayError.is(error)) return error;
  const { errno = 0, code = '', sqlState = '', sqlMessage, message = '' } = error as MysqlFailure;
  if (isComplaint(error)) {
    const complaint = complaints[errno] ?? states[sqlState.slice(0, 2)] ?? (sqlState === 'HY000' && purpose === 'query' ? 'statement' : 'other');
    return complaintError(complaint, { label, said: sqlMessage ?? message, code: errno, purpose, cause: error });
  }
  if (code === 'HANDSHAKE_SSL_ERROR' || code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return new PatchbayError('backend_tls_failed', `No secure connection to ${target}: ${message}.`, {
      hint: code === 'HANDSHAKE_SSL_ERROR'
        ? 'Check that the certificate names this host, and give its CA certificate if it is not publicly trusted.'
        : 'Turn TLS on at the server, or set the connector’s TLS to "prefer" or "disable" if the network between is trusted.',
      cause: error,
    });
  }
  if (code === 'AUTH_SWITCH_PLUGIN_ERROR') {
    return complaintError('authentication', { label, said: message, code, purpose, cause: error });
  }
  if (code === 'PROTOCOL_CONNECTION_LOST' || (error as { fatal?: boolean }).fatal) {
    return networkError(error, target) ?? connectionLost(target, error);
  }
  return networkError(error, target) ?? complaintError('other', { label, said: 'an unexpected answer', code: code || 'unknown', purpose, cause: error });
}
