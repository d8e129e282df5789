/** How a transaction begins and ends on PostgreSQL. */
import type { Purpose } from '../../engines/sql/errors.ts';
import type { Transaction } from '../../engines/sql/work.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Egress } from '../../platform/egress/index.ts';
import type { PostgresqlConfig } from './config.ts';
import type { Connection } from './connection.ts';
import { quote } from './dialect.ts';
import { postgresError } from './errors.ts';
import { cancelBackend } from './socket.ts';

export interface TransactionOptions {
  purpose: Purpose;
  access: 'read only' | 'read write';
  /** In seconds, for each statement; 0 for streams, whose pauses are bounded by the caller instead. */
  statement_timeout: number;
}

/** What a user's statement may leave on the connection beyond its transaction. */
const cleanUp = 'close all; deallocate all; reset session authorization; reset all; unlisten *; discard temp; select pg_catalog.pg_advisory_unlock_all()';

/** @param outputSchemas become the search path, when there are any */
export function postgresqlTransaction(
  config: PostgresqlConfig,
  egress: Egress,
  outputSchemas: readonly string[],
  { purpose, access, statement_timeout }: TransactionOptions,
): Transaction<Connection> {
  return {
    async begin({ sql }) {
      await sql.unsafe(beginStatement(access, statement_timeout, outputSchemas));
    },
    async end({ sql }, outcome) {
      // What only read has nothing to commit, and a rollback undoes what PostgreSQL lets through all the same.
      const end = outcome === 'keep' && access === 'read write' ? 'commit' : 'rollback';
      await sql.unsafe(purpose === 'query' ? `${end}; ${cleanUp}` : end);
    },
    cancel: ({ key }) => cancelBackend(config, egress, key),
    survives: (error) => PatchbayError.is(error) || (error as { name?: string }).name === 'PostgresError',
    typed: (error) => postgresError(error, purpose, `${config.host}:${config.port}`),
  };
}

/**
 * One round trip. A read-only transaction could still be made writable before its first query, which is
 * why that is here too: afterwards PostgreSQL refuses it.
 */
function beginStatement(access: TransactionOptions['access'], statementTimeout: number, outputSchemas: readonly string[]): string {
  const settings = [
    `statement_timeout = ${statementTimeout * 1000}`,
    `intervalstyle = 'iso_8601'`,
    `extra_float_digits = 3`,
    `bytea_output = 'hex'`,
    ...(outputSchemas.length > 0 ? [`search_path = ${outputSchemas.map(quote).join(', ')}`] : []),
  ];
  return [`begin ${access}`, ...settings.map((setting) => `set local ${setting}`), 'select 1'].join('; ');
}
