/** Oracle's own description of its tables and views. Its names are in capitals, unless they were made with quotes. */
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import type { Table } from '../../engines/sql/dialect.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';
import type { OracleColumn } from './dialect.ts';

/** Runs a statement of our own to its end. @returns rows of texts and numbers, in the order of the select */
export type Query = (statement: string, parameters: readonly unknown[]) => Promise<unknown[][]>;

const relations = `select owner, table_name as name, 'table' as type, num_rows from all_tables union all select owner, view_name as name, 'view' as type, null as num_rows from all_views`;

export const upper = (names: readonly string[]): string[] => names.map((name) => name.toUpperCase());

/** @param schemas the only schemas that there are; all that are not Oracle's own when empty */
export async function listTables(query: Query, input: DiscoverInput, schemas: readonly string[]): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const values: unknown[] = [...schemas];
  const bind = (value: unknown) => `:${values.push(value)}`;
  const limited = schemas.length > 0 ? `owner in (${schemas.map((_, index) => `:${index + 1}`).join(', ')})` : `owner in (select username from all_users where oracle_maintained = 'N')`;
  const search = input.search ? ` and instr(lower(owner || '.' || name), lower(${bind(input.search)})) > 0` : '';
  // An empty text is NULL to Oracle, and nothing is greater than that.
  const from = input.cursor === undefined ? '' : ` and (owner > ${bind(after.schema)} or (owner = ${bind(after.schema)} and name > ${bind(after.name)}))`;
  const rows = (await query(
    `select owner, name, type, num_rows from (${relations}) r where ${limited}${search}${from} order by owner, name fetch first ${input.limit + 1} rows only`, values,
  )) as [string, string, string, unknown][];
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    models: page.map(([schema, name, type, count]) => ({ name: modelName(schema, name), type, schema, ...(count !== null && { estimated_rows: Number(count) }) })),
    ...(rows.length > page.length && last && { next_cursor: encodeCursor({ schema: last[0], name: last[1] }) }),
  };
}

/**
 * A table with its columns. Names are taken exactly, and then in capitals.
 * @throws {PatchbayError} `model_not_found`
 */
export async function findTable(query: Query, model: string, { schemas, usual }: { schemas: readonly string[]; usual: string }): Promise<Table<OracleColumn>> {
  const named = parseModelName(model);
  checkSchema(model, { ...named, ...(named.schema !== undefined && { schema: named.schema.toUpperCase() }) }, schemas);
  const owners = named.schema !== undefined ? [...new Set([named.schema, named.schema.toUpperCase()])] : schemas.length > 0 ? schemas : [usual];
  const names = [...new Set([named.name, named.name.toUpperCase()])];
  const found = (await query(
    `select owner, name, type, num_rows from (${relations}) r where owner in (${owners.map((_, index) => `:${index + 1}`).join(', ')}) and name in (${names.map((_, index) => `:${owners.length + index + 1}`).join(', ')})`,
    [...owners, ...names],
  )) as [string, string, string, unknown][];
  const rank = ([owner, name]: (typeof found)[number]) => 2 * owners.indexOf(owner) + names.indexOf(name);
  const row = found.sort((one, other) => rank(one) - rank(other))[0];
  if (!row) throw modelNotFound(model);
  const [owner, name, type, count] = row;
  const columns = (await query(
    `select column_name, data_type, data_length, data_precision, data_scale, nullable from all_tab_columns where owner = :1 and table_name = :2 order by column_id`, [owner, name],
  )) as [string, string, unknown, unknown, unknown, string][];
  const keys = await query(
    `select c.column_name from all_constraints k join all_cons_columns c on c.owner = k.owner and c.constraint_name = k.constraint_name
     where k.owner = :1 and k.table_name = :2 and k.constraint_type = 'P'`, [owner, name],
  );
  const primary = new Set(keys.map(([column]) => column));
  return {
    schema: owner, name, type,
    ...(count !== null && { estimated_rows: Number(count) }),
    columns: columns.map(([column, data_type, length, precision, scale, nullable]) => ({
      name: column, data_type, type: typeName(data_type, length, precision, scale), nullable: nullable === 'Y', primary_key: primary.has(column),
    })),
  };
}

function typeName(type: string, length: unknown, precision: unknown, scale: unknown): string {
  if (/CHAR|^RAW/.test(type)) return `${type}(${String(length)})`;
  return type === 'NUMBER' && precision !== null ? `NUMBER(${String(precision)},${String(scale ?? 0)})` : type;
}
