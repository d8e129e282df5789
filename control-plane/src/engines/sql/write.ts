/** `write`'s records as statements, to be run in one transaction: all or none. */
import type { z } from 'zod';
import type { writeInput } from '../../categories/database.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FieldError } from '../../platform/errors.ts';
import { UnfitValue } from './dialect.ts';
import type { Column, Dialect, Statement, Table } from './dialect.ts';
import { modelName } from './model.ts';

export type WriteInput = z.output<typeof writeInput>;
type Row = Record<string, unknown>;

export interface WriteStatement extends Statement {
  /** How many records it writes, for databases whose own count of an upsert is something else. */
  records: number;
}

const usualRecords = 1000;
const mostErrors = 20;

/** @throws {PatchbayError} `connector_read_only` */
export function refuseWrite(): never {
  throw new PatchbayError('connector_read_only', 'This connector is read-only, so nothing was written.', {
    hint: 'An admin can turn off its "Read only" setting.',
  });
}

/**
 * Statements in the order of the records. Neighbours with the same fields share a statement; a record
 * that lacks a field leaves its column alone (on insert: at its default).
 * @throws {PatchbayError} `invalid_request` naming records' fields
 */
export function buildWrite<C extends Column>(dialect: Dialect<C>, table: Table<C>, input: WriteInput): WriteStatement[] {
  const key = keyOf(table, input);
  checkRecords(table, input, key);
  const target = `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`;
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  const together = input.mode === 'update' && !dialect.merges_updates ? 1 : (dialect.most_records ?? usualRecords);
  const fieldsOf = (record: Row) => (input.mode === 'delete' ? key : Object.keys(record).sort());
  return batches(input.records, fieldsOf, mergesByKey(dialect, input) ? key : [], together, dialect.most_parameters).map(({ records, fields, first }) => {
    const parameters: unknown[] = [];
    const bind = (record: Row, field: string, index: number): string => {
      try {
        const bound = dialect.bind(columns.get(field)!, record[field] ?? null, dialect.placeholder(parameters.length + 1));
        parameters.push(bound.parameter);
        return bound.text;
      } catch (error) {
        if (error instanceof UnfitValue) throw invalid([{ path: `records.${first + index}.${field}`, message: error.message }]);
        throw error;
      }
    };
    const equal = (record: Row, names: string[], index: number) => names.map((name) => `${dialect.quote(name)} = ${bind(record, name, index)}`);
    const text = statements[input.mode]({ dialect, target, records, fields, key, bind, equal });
    return { text, parameters, records: records.length };
  });
}

interface Parts {
  dialect: Dialect<never>;
  target: string;
  records: Row[];
  fields: string[];
  key: string[];
  bind(record: Row, field: string, index: number): string;
  /** `"a" = $1` for each name. */
  equal(record: Row, names: string[], index: number): string[];
}

const boundRows = ({ records, fields, bind }: Parts): string[][] => records.map((record, index) => fields.map((field) => bind(record, field, index)));

const insert = (parts: Parts): string => {
  const { dialect, target, fields } = parts;
  const rows = boundRows(parts);
  const source = dialect.rows?.(rows) ?? `values ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`;
  return `insert into ${target} (${fields.map(dialect.quote).join(', ')}) ${source}`;
};

function mergedFields({ dialect, ...parts }: Parts) {
  const [fields, key] = [parts.fields.map(dialect.quote), parts.key.map(dialect.quote)];
  return { fields, key, updates: fields.filter((field) => !key.includes(field)) };
}

const merge = (parts: Parts, inserts: boolean): string =>
  parts.dialect.merge!({ target: parts.target, ...mergedFields(parts), inserts, rows: boundRows(parts) });

/** Whether one statement may not meet the same key twice. */
const mergesByKey = (dialect: Dialect<never>, { mode }: WriteInput): boolean => mode === 'upsert' || (mode === 'update' && dialect.merges_updates === true);

const statements: Record<WriteInput['mode'], (parts: Parts) => string> = {
  insert,
  upsert: (parts) => {
    const { dialect } = parts;
    if (dialect.merge) return merge(parts, true);
    const { key, updates } = mergedFields(parts);
    return `${insert(parts)} ${dialect.upsert!(key, updates)}`;
  },
  update: (parts) => {
    const { dialect, target, records, fields, key, equal } = parts;
    if (dialect.merges_updates) return merge(parts, false);
    const changes = equal(records[0]!, fields.filter((field) => !key.includes(field)), 0).join(', ');
    return `update ${target} set ${changes} where ${equal(records[0]!, key, 0).join(' and ')}`;
  },
  delete: ({ target, records, key, equal }) =>
    `delete from ${target} where ${records.map((record, index) => `(${equal(record, key, index).join(' and ')})`).join(' or ')}`,
};

function keyOf<C extends Column>(table: Table<C>, { key, mode }: WriteInput): string[] {
  if (mode === 'insert') return [];
  const unknown = key.flatMap((name, index) =>
    table.columns.some((column) => column.name === name) ? [] : [{ path: `key.${index}`, message: `there is no field "${name}"` }],
  );
  if (unknown.length > 0) throw invalid(unknown);
  const chosen = key.length > 0 ? [...new Set(key)] : table.columns.filter((column) => column.primary_key).map(({ name }) => name);
  if (chosen.length > 0) return chosen;
  throw new PatchbayError('invalid_request', `${modelName(table.schema, table.name)} has no primary key, so "key" must say which fields identify a record.`, {
    hint: 'Name the fields in "key".',
    fields: [{ path: 'key', message: 'is required for a table without a primary key' }],
  });
}

function checkRecords<C extends Column>(table: Table<C>, { records, mode }: WriteInput, key: string[]): void {
  const known = new Set(table.columns.map(({ name }) => name));
  const errors: FieldError[] = [];
  for (const [index, record] of records.entries()) {
    const names = Object.keys(record);
    for (const name of names) {
      if (!known.has(name)) errors.push({ path: `records.${index}.${name}`, message: `there is no field "${name}" in ${modelName(table.schema, table.name)}` });
    }
    for (const name of key) {
      if (record[name] === undefined || record[name] === null) errors.push({ path: `records.${index}.${name}`, message: 'is required: it is part of the key' });
    }
    if (names.length === 0) errors.push({ path: `records.${index}`, message: 'has no fields' });
    else if (mode === 'update' && names.every((name) => key.includes(name))) errors.push({ path: `records.${index}`, message: 'has nothing to update beside its key' });
    if (errors.length >= mostErrors) break;
  }
  if (errors.length > 0) throw invalid(errors);
}

function invalid(errors: FieldError[]): PatchbayError {
  return new PatchbayError('invalid_request', `${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`, {
    hint: 'Correct the fields named; nothing was written.',
    fields: errors,
  });
}

/**
 * Runs of records with the same fields. A key that comes twice begins a new run: one upsert statement
 * may not touch a row twice, and the later record has to win.
 */
function batches(
  records: Row[],
  fieldsOf: (record: Row) => string[],
  key: string[],
  most: number,
  mostParameters: number,
): { records: Row[]; fields: string[]; first: number }[] {
  const all: { records: Row[]; fields: string[]; first: number }[] = [];
  let shape = '';
  let keys = new Set<string>();
  for (const [index, record] of records.entries()) {
    const fields = fieldsOf(record);
    const newShape = JSON.stringify(fields);
    const identity = JSON.stringify(key.map((name) => String(record[name])));
    const current = all.at(-1);
    const fits = current !== undefined && newShape === shape && current.records.length < most &&
      (current.records.length + 1) * fields.length <= mostParameters && !(key.length > 0 && keys.has(identity));
    if (fits) {
      current.records.push(record);
    } else {
      all.push({ records: [record], fields, first: index });
      shape = newShape;
      keys = new Set();
    }
    keys.add(identity);
  }
  return all;
}
