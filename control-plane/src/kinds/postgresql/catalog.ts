/** PostgreSQL's own description of its tables, views and types. */
import type { Sql } from 'postgres';
import type { Table } from '../../engines/sql/dialect.ts';
import { checkSchema, decodeCursor, encodeCursor, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import type { PostgresqlColumn } from './types.ts';

const relationTypes: Record<string, string> = {
  r: 'table', p: 'partitioned_table', v: 'view', m: 'materialized_view', f: 'foreign_table',
};
const kinds = Object.keys(relationTypes).map((letter) => `'${letter}'`).join(', ');

/** Schemas of the system are no models; what the user may not use is not shown. */
const visible = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and pg_catalog.has_schema_privilege(n.oid, 'USAGE')`;

interface RelationRow {
  schema: string;
  name: string;
  kind: string;
  estimated_rows: string;
}

/** @param outputSchemas the only schemas that there are; all of the user's when empty */
export async function listTables(sql: Sql, input: DiscoverInput, outputSchemas: readonly string[]): Promise<DiscoverOutput> {
  const after = input.cursor === undefined ? { schema: '', name: '' } : decodeCursor(input.cursor);
  const rows = (await sql.unsafe(
    `select n.nspname as schema, c.relname as name, c.relkind as kind, c.reltuples::bigint as estimated_rows
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in (${kinds}) and not c.relispartition
       and (case when $1::text = '[]' then ${visible} else n.nspname in (select pg_catalog.json_array_elements_text($1::text::json)) end)
       and pg_catalog.strpos(pg_catalog.lower(n.nspname || '.' || c.relname), pg_catalog.lower($2::text)) > 0
       and (n.nspname::text collate "C", c.relname::text collate "C") > ($3::text, $4::text)
     order by n.nspname::text collate "C", c.relname::text collate "C" limit $5::bigint`,
    [JSON.stringify(outputSchemas), input.search ?? '', after.schema, after.name, String(input.limit + 1)],
  )) as unknown as RelationRow[];
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  return {
    models: page.map(describeRelation),
    ...(rows.length > page.length && last && { next_cursor: encodeCursor(last) }),
  };
}

function describeRelation({ schema, name, kind, estimated_rows }: RelationRow) {
  return {
    name: modelName(schema, name),
    type: relationTypes[kind] ?? 'table',
    schema,
    // -1: never counted.
    ...(Number(estimated_rows) >= 0 && kind !== 'v' && kind !== 'f' && { estimated_rows: Number(estimated_rows) }),
  };
}

interface ColumnRow extends RelationRow {
  column: string | null;
  type: string;
  nullable: string;
  primary_key: string;
  oid: string;
  element: string;
  sort: string;
  cast: string;
}

/**
 * A table with its columns. A name without a schema is looked for in the given schemas, in their order,
 * or where the user's own search path leads.
 * @throws {PatchbayError} `model_not_found`
 */
export async function findTable(sql: Sql, model: string, outputSchemas: readonly string[]): Promise<Table<PostgresqlColumn>> {
  const name = parseModelName(model);
  checkSchema(model, name, outputSchemas);
  const schemas = name.schema !== undefined ? [name.schema] : outputSchemas;
  const rows = (await sql.unsafe(
    `with relation as (
       select c.oid, n.nspname, c.relname, c.relkind, c.reltuples
       from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       cross join lateral (select case when $1::text = '[]' then pg_catalog.current_schemas(false)::text[]
         else array(select pg_catalog.json_array_elements_text($1::text::json)) end as path) s
       where c.relkind in (${kinds}) and c.relname = $2::text and n.nspname = any(s.path)
       order by pg_catalog.array_position(s.path, n.nspname::text) limit 1)
     select r.nspname as schema, r.relname as name, r.relkind as kind, r.reltuples::bigint as estimated_rows,
       a.attname as column, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
       not a.attnotnull as nullable, coalesce(a.attnum = any(i.indkey), false) as primary_key,
       b.oid, case when b.typcategory = 'A' then b.typelem else 0 end as element, b.typtype as sort,
       pg_catalog.format_type(b.oid, -1) as cast
     from relation r
     left join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
     left join pg_catalog.pg_index i on i.indrelid = r.oid and i.indisprimary
     left join pg_catalog.pg_type t on t.oid = a.atttypid
     left join pg_catalog.pg_type b on b.oid = (case when t.typtype = 'd' then t.typbasetype else t.oid end)
     order by a.attnum`,
    [JSON.stringify(schemas), name.name],
  )) as unknown as ColumnRow[];
  const first = rows[0];
  if (!first) throw modelNotFound(model);
  const { type, estimated_rows } = describeRelation(first);
  return {
    schema: first.schema,
    name: first.name,
    type,
    ...(estimated_rows !== undefined && { estimated_rows }),
    columns: rows.filter(({ column }) => column !== null).map((row) => ({
      name: row.column!,
      type: row.type,
      nullable: row.nullable === 't',
      primary_key: row.primary_key === 't',
      oid: Number(row.oid),
      element: Number(row.element),
      sort: row.sort,
      cast: row.cast,
    })),
  };
}

/** The array types that there are, with the type of their elements. */
export async function listArrayTypes(sql: Sql): Promise<Map<number, number>> {
  const rows = (await sql.unsafe(`select oid, typelem from pg_catalog.pg_type where typcategory = 'A' and typelem <> 0`)) as unknown as {
    oid: string;
    typelem: string;
  }[];
  return new Map(rows.map(({ oid, typelem }) => [Number(oid), Number(typelem)]));
}
