/** Snowflake's own description of its tables and views. */
import { describeTable } from '../../engines/sql/discover.ts';
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import type { Table } from '../../engines/sql/dialect.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';
import { quote } from './dialect.ts';
import type { SnowflakeColumn } from './dialect.ts';
import type { Cell } from './client.ts';

/** Runs a statement of our own to its end. @returns rows of cells, in the order of the select */
export type Query = (statement: string, parameters?: readonly unknown[]) => Promise<Cell[][]>;

const relationTypes: Record<string, string> = {
  'BASE TABLE': 'table', VIEW: 'view', 'MATERIALIZED VIEW': 'materialized_view', 'EXTERNAL TABLE': 'foreign_table', 'EVENT TABLE': 'table', 'LOCAL TEMPORARY': 'table',
};

/** @param outputSchemas the only schemas that there are; all of the database when empty */
export async function listTables(query: Query, input: DiscoverInput, outputSchemas: readonly string[]): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const limited = outputSchemas.length > 0 ? `table_schema in (${outputSchemas.map(() => '?').join(', ')})` : `table_schema <> 'INFORMATION_SCHEMA'`;
  const rows = await query(
    `select table_schema, table_name, table_type, row_count from information_schema.tables
     where ${limited} and contains(upper(table_schema || '.' || table_name), upper(?))
       and (table_schema > ? or (table_schema = ? and table_name > ?))
     order by table_schema, table_name limit ${input.limit + 1}`,
    [...outputSchemas, input.search ?? '', after.schema, after.schema, after.name],
  );
  const page = rows.slice(0, input.limit) as [string, string, string, Cell][];
  const last = page.at(-1);
  return {
    models: page.map(([schema, name, type, count]) => ({
      name: modelName(schema, name), type: relationTypes[type] ?? 'table', schema, ...(count !== null && { estimated_rows: Number(count) }),
    })),
    ...(rows.length > page.length && last && { next_cursor: encodeCursor({ schema: last[0], name: last[1] }) }),
  };
}

export async function describe(query: Query, model: string, places: Places): Promise<DiscoverOutput> {
  return describeTable(await findTable(query, model, places));
}

export interface Places {
  output_schemas: readonly string[];
  /** Where names without a schema are looked for. */
  schema: string;
}

/**
 * A table with its columns. Names are written exactly; one that is not there is looked for in capitals,
 * since that is what Snowflake makes of names without quotes.
 * @throws {PatchbayError} `model_not_found`
 */
export async function findTable(query: Query, model: string, { output_schemas, schema: usual }: Places): Promise<Table<SnowflakeColumn>> {
  const named = parseModelName(model);
  const known = (schema: string) => (output_schemas.includes(schema) ? schema : schema.toUpperCase());
  const schema = named.schema === undefined ? undefined : known(named.schema);
  checkSchema(model, { ...named, ...(schema !== undefined && { schema }) }, output_schemas);
  const schemas = named.schema !== undefined ? [...new Set([named.schema, named.schema.toUpperCase()])] : output_schemas.length > 0 ? output_schemas : [usual];
  const names = [...new Set([named.name, named.name.toUpperCase()])];
  const places = schemas.map(() => '?').join(', ');
  const found = (await query(
    `select table_schema, table_name, table_type, row_count from information_schema.tables where table_schema in (${places}) and table_name in (${names.map(() => '?').join(', ')})`,
    [...schemas, ...names],
  )) as [string, string, string, Cell][];
  const rank = ([schemaName, name]: (typeof found)[number]) => 2 * schemas.indexOf(schemaName) + names.indexOf(name);
  const row = found.filter(([schemaName]) => output_schemas.length === 0 || output_schemas.includes(schemaName)).sort((one, other) => rank(one) - rank(other))[0];
  if (!row) throw modelNotFound(model);
  const [schemaName, name, type, count] = row;
  const columns = await query(
    `select column_name, data_type, numeric_precision, numeric_scale, datetime_precision, is_nullable from information_schema.columns
     where table_schema = ? and table_name = ? order by ordinal_position`,
    [schemaName, name],
  );
  const keys = new Set(relationTypes[type] === 'table' ? (await query(`show primary keys in table ${quote(schemaName)}.${quote(name)}`)).map((cells) => cells[4]) : []);
  return {
    schema: schemaName,
    name,
    type: relationTypes[type] ?? 'table',
    ...(count !== null && { estimated_rows: Number(count) }),
    columns: (columns as [string, string, Cell, Cell, Cell, string][]).map(([column, data_type, precision, scale, fraction, nullable]) => ({
      name: column,
      data_type,
      type: data_type === 'NUMBER' ? `NUMBER(${precision},${scale})` : /^TIME/.test(data_type) && fraction !== null ? `${data_type}(${fraction})` : data_type,
      nullable: nullable === 'YES',
      primary_key: keys.has(column),
    })),
  };
}
