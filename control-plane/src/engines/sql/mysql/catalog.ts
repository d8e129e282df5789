/** MySQL's and MariaDB's own description of their tables and views. A schema is what they call a database. */
import type { Connection as Driver } from 'mysql2';
import type { Table } from '../dialect.ts';
import type { DiscoverInput, DiscoverOutput } from '../discover.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../model.ts';
import { execute } from './connection.ts';
import type { MysqlColumn } from './dialect.ts';

const relationTypes: Record<string, string> = { 'BASE TABLE': 'table', VIEW: 'view', 'SYSTEM VERSIONED': 'table', 'SYSTEM VIEW': 'view' };
const types = Object.keys(relationTypes).map((type) => `'${type}'`).join(', ');

interface TableRow {
  schema_name: string;
  table_name: string;
  table_type: string;
  table_rows: string | null;
}

const tableColumns = 'table_schema as schema_name, table_name as table_name, table_type as table_type, table_rows as table_rows';

/** @param schemas the databases to list */
export async function listTables(driver: Driver, input: DiscoverInput, schemas: readonly string[]): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const rows = await execute<TableRow[]>(
    driver,
    `select ${tableColumns} from information_schema.tables
     where table_schema in (${schemas.map(() => '?').join(', ')}) and table_type in (${types})
       and locate(lower(?), lower(concat(table_schema, '.', table_name))) > 0
       and (cast(table_schema as binary) > cast(? as binary)
         or (cast(table_schema as binary) = cast(? as binary) and cast(table_name as binary) > cast(? as binary)))
     order by cast(table_schema as binary), cast(table_name as binary) limit ${input.limit + 1}`,
    [...schemas, input.search ?? '', after.schema, after.schema, after.name],
  );
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    models: page.map((row) => ({ name: modelName(row.schema_name, row.table_name), ...describeTableRow(row) })),
    ...(rows.length > page.length && last && { next_cursor: encodeCursor({ schema: last.schema_name, name: last.table_name }) }),
  };
}

function describeTableRow({ schema_name, table_type, table_rows }: TableRow) {
  return {
    type: relationTypes[table_type] ?? 'table',
    schema: schema_name,
    ...(table_rows !== null && { estimated_rows: Number(table_rows) }),
  };
}

interface ColumnRow {
  name: string;
  type: string;
  data_type: string;
  is_nullable: string;
  column_key: string;
}

/**
 * A table with its columns. A name without a database is looked for in the given ones, in their order.
 * @throws {PatchbayError} `model_not_found`
 */
export async function findTable(
  driver: Driver, model: string, { schemas, output_schemas }: { schemas: readonly string[]; output_schemas: readonly string[] },
): Promise<Table<MysqlColumn>> {
  const { schema, name } = parseModelName(model);
  checkSchema(model, { schema, name }, output_schemas);
  const searched = schema !== undefined ? [schema] : schemas;
  const places = searched.map(() => '?').join(', ');
  const [row] = await execute<TableRow[]>(
    driver,
    `select ${tableColumns} from information_schema.tables where table_schema in (${places}) and table_name = ? and table_type in (${types})
     order by (cast(table_name as binary) = cast(? as binary)) desc, field(table_schema, ${places}) limit 1`,
    [...searched, name, name, ...searched],
  );
  if (!row) throw modelNotFound(model);
  const columns = await execute<ColumnRow[]>(
    driver,
    `select column_name as name, column_type as type, data_type as data_type, is_nullable as is_nullable, column_key as column_key
     from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position`,
    [row.schema_name, row.table_name],
  );
  const json = await jsonColumns(driver, row, columns);
  const { type, schema: schemaName, estimated_rows } = describeTableRow(row);
  return {
    schema: schemaName,
    name: row.table_name,
    type,
    ...(estimated_rows !== undefined && { estimated_rows }),
    columns: columns.map((column) => ({
      name: column.name,
      type: json.has(column.name) ? 'json' : column.type,
      data_type: json.has(column.name) ? 'json' : column.data_type.toLowerCase(),
      nullable: column.is_nullable === 'YES',
      primary_key: column.column_key === 'PRI',
    })),
  };
}

/** The fields of each unique index that covers whole fields; none for a view. */
export async function listUniqueIndexes(driver: Driver, { schema, name }: Table<MysqlColumn>): Promise<string[][]> {
  const parts = await execute<{ index_name: string; column_name: string | null; sub_part: unknown }[]>(
    driver,
    `select index_name as index_name, column_name as column_name, sub_part as sub_part from information_schema.statistics
     where table_schema = ? and table_name = ? and non_unique = 0`,
    [schema, name],
  );
  const indexes = Map.groupBy(parts, ({ index_name }) => index_name);
  return [...indexes.values()].filter((index) => index.every(({ column_name, sub_part }) => column_name !== null && sub_part === null)).map((index) => index.map(({ column_name }) => column_name!));
}

/** MariaDB's JSON is a longtext with a check that it is valid. MySQL has no such view; there JSON is a type. */
async function jsonColumns(driver: Driver, table: TableRow, columns: ColumnRow[]): Promise<Set<string>> {
  if (!columns.some(({ data_type }) => data_type.toLowerCase() === 'longtext')) return new Set();
  const rows = await execute<{ name: string }[]>(
    driver,
    `select constraint_name as name from information_schema.check_constraints
     where constraint_schema = ? and table_name = ? and check_clause like 'json\\_valid(%'`,
    [table.schema_name, table.table_name],
  ).catch((error: { errno?: number }) => {
    const unknownTableOrColumn = [1054, 1109, 1146];
    if (unknownTableOrColumn.includes(error.errno ?? 0)) return [];
    throw error;
  });
  return new Set(rows.map(({ name }) => name));
}
