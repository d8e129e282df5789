/** Writes of warehouses, where each statement is a transaction of its own: all records in one statement, or none. */
import { PatchbayError } from '../../platform/errors.ts';
import type { Column, Dialect, Table } from './dialect.ts';
import { buildWrite } from './write.ts';
import type { WriteInput, WriteStatement } from './write.ts';

/**
 * Of records with the same key the last one counts, as it would be when written one after the other.
 * @throws {PatchbayError} `invalid_request` when one statement cannot hold them
 */
export function buildSingleWrite<C extends Column>(dialect: Dialect<C>, table: Table<C>, input: WriteInput): WriteStatement {
  const statements = buildWrite(dialect, table, { ...input, records: lastOfEachKey(table, input) });
  if (statements.length === 1) return { ...statements[0]!, records: input.records.length };
  throw new PatchbayError('invalid_request', `These records need ${statements.length} statements, and here only one statement is written all or none; nothing was written.`, {
    hint: `Give all records the same fields, and at most ${dialect.most_records} records or ${dialect.most_parameters} values in one call.`,
    fields: [{ path: 'records', message: 'must have the same fields and fit one statement' }],
  });
}

function lastOfEachKey<C extends Column>(table: Table<C>, { records, mode, key }: WriteInput): WriteInput['records'] {
  if (mode !== 'upsert' && mode !== 'update') return records;
  const names = key.length > 0 ? key : table.columns.filter(({ primary_key }) => primary_key).map(({ name }) => name);
  const identity = (record: Record<string, unknown>) => JSON.stringify(names.map((name) => String(record[name])));
  const last = new Map(records.map((record, index) => [identity(record), index]));
  return records.filter((record, index) => names.some((name) => record[name] === undefined) || last.get(identity(record)) === index);
}
