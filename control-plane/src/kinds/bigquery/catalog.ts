/** BigQuery's own description of its datasets and tables, by calls that cost nothing. */
import { describeTable } from '../../engines/sql/discover.ts';
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import type { Table } from '../../engines/sql/dialect.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Client, Options } from './client.ts';
import type { BigqueryColumn } from './dialect.ts';
import type { FieldSchema } from './values.ts';

const relationTypes: Record<string, string> = { TABLE: 'table', VIEW: 'view', MATERIALIZED_VIEW: 'materialized_view', EXTERNAL: 'foreign_table', SNAPSHOT: 'table' };
const pageSize = '1000';

export interface Place {
  client: Client;
  output_schemas: readonly string[];
  /** Where tables without a dataset are looked for. */
  dataset?: string;
}

async function allOf<T>(client: Client, path: string, member: string, options: Options): Promise<T[]> {
  const all: T[] = [];
  let pageToken: string | undefined;
  do {
    const page: Record<string, unknown> = await client.get(path, { maxResults: pageSize, ...(pageToken && { pageToken }) }, options);
    all.push(...((page[member] ?? []) as T[]));
    pageToken = page['nextPageToken'] as string | undefined;
  } while (pageToken);
  return all;
}

const byCode = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export async function listTables({ client, output_schemas }: Place, input: DiscoverInput, options: Options): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const datasets = output_schemas.length > 0
    ? [...output_schemas]
    : (await allOf<{ datasetReference: { datasetId: string } }>(client, 'datasets', 'datasets', options)).map(({ datasetReference }) => datasetReference.datasetId);
  const found: { name: string; type: string; schema: string; table: string }[] = [];
  for (const schema of datasets.filter((dataset) => dataset >= after.schema).sort(byCode)) {
    const tables = await allOf<{ tableReference: { tableId: string }; type: string }>(client, `datasets/${encodeURIComponent(schema)}/tables`, 'tables', options);
    found.push(...tables
      .map(({ tableReference: { tableId }, type }) => ({ name: modelName(schema, tableId), type: relationTypes[type] ?? 'table', schema, table: tableId }))
      .filter(({ table }) => schema > after.schema || table > after.name)
      .filter(({ table }) => `${schema}.${table}`.toLowerCase().includes((input.search ?? '').toLowerCase()))
      .sort((one, other) => byCode(one.table, other.table)));
    if (found.length > input.limit) break;
  }
  const page = found.slice(0, input.limit);
  const last = page.at(-1);
  return {
    models: page.map(({ name, type, schema }) => ({ name, type, schema })),
    ...(found.length > page.length && last && { next_cursor: encodeCursor({ schema: last.schema, name: last.table }) }),
  };
}

export async function describe(place: Place, model: string, options: Options): Promise<DiscoverOutput> {
  return describeTable(await findTable(place, model, options));
}

interface TableResource {
  type: string;
  numRows?: string;
  schema?: { fields?: FieldSchema[] };
  tableConstraints?: { primaryKey?: { columns?: string[] } };
}
export interface BigqueryTable extends Table<BigqueryColumn> {
  fields: FieldSchema[];
}

/** @throws {PatchbayError} `model_not_found` */
export async function findTable({ client, output_schemas, dataset }: Place, model: string, options: Options): Promise<BigqueryTable> {
  const named = parseModelName(model);
  checkSchema(model, named, output_schemas);
  const schemas = named.schema !== undefined ? [named.schema] : output_schemas.length > 0 ? output_schemas : dataset !== undefined ? [dataset] : [];
  for (const schema of schemas) {
    const path = `datasets/${encodeURIComponent(schema)}/tables/${encodeURIComponent(named.name)}`;
    const table = await client.get<TableResource>(path, {}, { ...options, purpose: 'read' }).catch((error: unknown) => {
      if (PatchbayError.is(error) && error.code === 'model_not_found') return undefined;
      throw error;
    });
    if (!table) continue;
    const keys = new Set(table.tableConstraints?.primaryKey?.columns ?? []);
    const fields = table.schema?.fields ?? [];
    const type = relationTypes[table.type] ?? 'table';
    return {
      schema, name: named.name, type, fields,
      ...(table.numRows !== undefined && type !== 'view' && { estimated_rows: Number(table.numRows) }),
      columns: fields.map((field) => ({
        name: field.name, type: typeName(field), nullable: field.mode !== 'REQUIRED', primary_key: keys.has(field.name),
        base: standard[field.type] ?? field.type, repeated: field.mode === 'REPEATED',
      })),
    };
  }
  throw modelNotFound(model);
}

/** The API still has the names of legacy SQL. */
const standard: Record<string, string> = { INTEGER: 'INT64', FLOAT: 'FLOAT64', BOOLEAN: 'BOOL', RECORD: 'STRUCT' };

/** `ARRAY<STRUCT<name STRING, amount NUMERIC(12,2)>>` */
function typeName({ type, mode, fields, precision, scale }: FieldSchema): string {
  const base = standard[type] ?? type;
  const detail = base === 'STRUCT' ? `<${(fields ?? []).map((field) => `${field.name} ${typeName(field)}`).join(', ')}>` : precision ? `(${[precision, scale].filter(Boolean).join(',')})` : '';
  return mode === 'REPEATED' ? `ARRAY<${base}${detail}>` : base + detail;
}
