/** SQL Server's own description of its tables and views. */
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import type { Table } from '../../engines/sql/dialect.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';
import { run } from './connection.ts';
import type { Connection } from './connection.ts';
import type { MssqlColumn } from './dialect.ts';

const relationTypes: Record<string, string> = { 'BASE TABLE': 'table', VIEW: 'view' };
/** Compares as bytes do, whatever the database's own order. */
const binary = 'collate Latin1_General_BIN2';

interface TableRow {
  schema_name: string;
  table_name: string;
  table_type: string;
}
const tableColumns = 'TABLE_SCHEMA as schema_name, TABLE_NAME as table_name, TABLE_TYPE as table_type';

/** @param outputSchemas the only schemas that there are; all when empty */
export async function listTables(connection: Connection, input: DiscoverInput, outputSchemas: readonly string[]): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const values: unknown[] = [input.search ?? '', after.schema, after.name, ...outputSchemas];
  const limited = outputSchemas.length > 0 ? `TABLE_SCHEMA in (${outputSchemas.map((_, index) => `@p${index + 4}`).join(', ')}) and ` : '';
  const { rows } = await run(
    connection,
    `select top (${input.limit + 1}) ${tableColumns} from INFORMATION_SCHEMA.TABLES
     where ${limited}TABLE_TYPE in ('BASE TABLE', 'VIEW') and (@p1 = '' or charindex(lower(@p1), lower(concat(TABLE_SCHEMA, '.', TABLE_NAME))) > 0)
       and (TABLE_SCHEMA ${binary} > @p2 or (TABLE_SCHEMA = @p2 and TABLE_NAME ${binary} > @p3))
     order by TABLE_SCHEMA ${binary}, TABLE_NAME ${binary}`,
    values,
  );
  const page = (rows as unknown as TableRow[]).slice(0, input.limit);
  const last = page.at(-1);
  return {
    models: page.map(({ schema_name, table_name, table_type }) => ({
      name: modelName(schema_name, table_name), type: relationTypes[table_type] ?? 'table', schema: schema_name,
    })),
    ...(rows.length > page.length && last && { next_cursor: encodeCursor({ schema: last.schema_name, name: last.table_name }) }),
  };
}

interface ColumnRow {
  name: string;
  data_type: string;
  length: number | null;
  precision: number | null;
  scale: number | null;
  fraction: number | null;
  nullable: string;
  primary_key: number;
}

/**
 * A table with its columns. A name without a schema is looked for in the given schemas, in their order, or in the user's own.
 * @throws {PatchbayError} `model_not_found`
 */
export async function findTable(connection: Connection, model: string, outputSchemas: readonly string[]): Promise<Table<MssqlColumn>> {
  const { schema, name } = parseModelName(model);
  checkSchema(model, { schema, name }, outputSchemas);
  const schemas = schema !== undefined ? [schema] : outputSchemas;
  const places = schemas.length > 0 ? schemas.map((_, index) => `@p${index + 2}`).join(', ') : 'schema_name()';
  const found = (await run(
    connection,
    `select ${tableColumns} from INFORMATION_SCHEMA.TABLES where TABLE_NAME = @p1 and TABLE_SCHEMA in (${places})`,
    [name, ...schemas],
  )).rows as unknown as TableRow[];
  // A database that ignores case may hold no two that differ in it, but one that does not may.
  const rank = (row: TableRow) => 2 * Math.max(0, schemas.indexOf(row.schema_name)) + (row.table_name === name ? 0 : 1);
  const row = found.sort((one, other) => rank(one) - rank(other))[0];
  if (!row) throw modelNotFound(model);
  const columns = (await run(
    connection,
    `select c.COLUMN_NAME as name, c.DATA_TYPE as data_type, c.CHARACTER_MAXIMUM_LENGTH as length, c.NUMERIC_PRECISION as precision, c.NUMERIC_SCALE as scale,
       c.DATETIME_PRECISION as fraction, c.IS_NULLABLE as nullable,
       (select count(*) from INFORMATION_SCHEMA.KEY_COLUMN_USAGE k join INFORMATION_SCHEMA.TABLE_CONSTRAINTS p
          on p.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA and p.CONSTRAINT_NAME = k.CONSTRAINT_NAME and p.TABLE_NAME = k.TABLE_NAME
        where p.CONSTRAINT_TYPE = 'PRIMARY KEY' and k.TABLE_SCHEMA = c.TABLE_SCHEMA and k.TABLE_NAME = c.TABLE_NAME and k.COLUMN_NAME = c.COLUMN_NAME) as primary_key
     from INFORMATION_SCHEMA.COLUMNS c where c.TABLE_SCHEMA = @p1 and c.TABLE_NAME = @p2 order by c.ORDINAL_POSITION`,
    [row.schema_name, row.table_name],
  )).rows as unknown as ColumnRow[];
  return {
    schema: row.schema_name,
    name: row.table_name,
    type: relationTypes[row.table_type] ?? 'table',
    columns: columns.map((column) => ({
      name: column.name,
      data_type: column.data_type,
      type: typeName(column),
      nullable: column.nullable === 'YES',
      primary_key: Number(column.primary_key) > 0,
    })),
  };
}

const withLength = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'binary', 'varbinary']);
const withFraction = new Set(['datetime2', 'datetimeoffset', 'time']);

/** `decimal(12,2)`, `nvarchar(max)`, `datetime2(7)`. */
function typeName({ data_type, length, precision, scale, fraction }: ColumnRow): string {
  if (withLength.has(data_type) && length !== null) return `${data_type}(${length === -1 ? 'max' : length})`;
  if (data_type === 'decimal' || data_type === 'numeric') return `${data_type}(${precision},${scale})`;
  return withFraction.has(data_type) && fraction !== null ? `${data_type}(${fraction})` : data_type;
}
