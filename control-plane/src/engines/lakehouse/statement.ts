/**
 * What a user's SQL is, as DuckDB's own parser sees it: one SELECT, the tables that it names, and nothing
 * that reads a file or a setting. Names of tables are models, so no other table can be reached.
 */
import type { Filter } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Connection } from './duckdb.ts';

export interface TableReference {
  /** As written, its quotes taken off. */
  name: string;
  /** Conditions that rows of it must meet wherever it is named: what need not be fetched for them is not. */
  filters: Filter[];
}

type Node = { [member: string]: unknown };

/** Table functions that make rows out of their arguments alone. */
const tableFunctions = new Set(['range', 'generate_series', 'unnest', 'repeat', 'repeat_row', 'json_each', 'json_tree', 'generate_subscripts']);
/** Scalar functions that tell of this machine, or run text as a statement. */
const refusedFunctions = new Set(['current_setting', 'getenv', 'query', 'query_table', 'write_log', 'get_block_size', 'pg_conf_load_time', 'getvariable', 'nextval', 'currval', 'json_execute_serialized_sql', 'json_serialize_plan', 'txid_current']);

/** How many statements are remembered as they were parsed, and how long one may be: workflows send the same ones all the time. */
const statementsKept = 100;
const longestKept = 10_000;

export interface Statements {
  /** @throws {PatchbayError} `invalid_query` for what is not one SELECT over models */
  parse(connection: Connection, query: string, parameters: unknown[]): Promise<TableReference[]>;
}

export function createStatements(): Statements {
  const known = new Map<string, Node>();
  return {
    async parse(connection, query, parameters) {
      const statement = known.get(query) ?? await selectOf(connection, query);
      known.delete(query);
      if (query.length <= longestKept) known.set(query, statement);
      for (const oldest of known.keys()) if (known.size > statementsKept) known.delete(oldest);
      return tablesOf(statement, parameters);
    },
  };
}

async function selectOf(connection: Connection, query: string): Promise<Node> {
  const [row] = await connection.rows('select json_serialize_sql($1::varchar)::varchar as tree', [query]);
  const tree = JSON.parse(String(row!['tree'])) as { error: boolean; error_type?: string; error_message?: string; statements?: { node: Node }[] };
  if (tree.error) {
    throw tree.error_type === 'not implemented'
      ? refused('Only SELECT can be run here.', 'must be a SELECT')
      : refused(`The query cannot be parsed: ${tree.error_message ?? 'it is no SQL'}.`, 'is no SQL that DuckDB understands');
  }
  const statements = tree.statements ?? [];
  if (statements.length !== 1) {
    throw refused(statements.length === 0 ? 'There is no statement in the query.' : 'Only one statement can be run at a time.', 'must be one statement');
  }
  return statements[0]!.node;
}

function tablesOf(statement: Node, parameters: unknown[]): TableReference[] {
  const tables = new Map<string, TableReference>();
  const found = (name: string, filters: Filter[]) => {
    // DuckDB knows no capitals in names of views.
    const known = tables.get(name.toLowerCase());
    if (known && known.name !== name) {
      throw refused(`${known.name} and ${name} differ in capitals alone, so one query cannot have both.`, `may not name both ${known.name} and ${name}`, 'Query them one after the other, or write one name in one way.');
    }
    // Named twice, each row of it that either wants is needed: a filter counts only where it is the only mention.
    if (known) known.filters = [];
    else tables.set(name.toLowerCase(), { name, filters });
  };
  walk(statement, new Set(), { found, parameters });
  return [...tables.values()];
}

interface Visit {
  found(name: string, filters: Filter[]): void;
  parameters: unknown[];
}

/** @param scope names of common table expressions, in lower case, which stand before tables */
function walk(value: unknown, scope: ReadonlySet<string>, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const one of value) walk(one, scope, visit);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  const inner = withCommonTables(node, scope, visit);
  if (node['type'] === 'BASE_TABLE') {
    baseTable(node, inner, [], visit);
    return;
  }
  if (node['type'] === 'SHOW_REF' && !node['query']) throw refused('SHOW cannot be run here.', 'must be a SELECT');
  if (node['type'] === 'TABLE_FUNCTION') {
    const name = String((node['function'] as Node)['function_name']).toLowerCase();
    if (!tableFunctions.has(name)) throw refused(`The table function ${name} cannot be used here.`, `may not use ${name}`, 'Name models in quotes in the place of tables: FROM "orders/".');
  }
  if (node['class'] === 'FUNCTION' && refusedFunctions.has(String(node['function_name']).toLowerCase())) {
    throw refused(`The function ${String(node['function_name'])} cannot be used here.`, `may not use ${String(node['function_name'])}`);
  }
  const single = node['type'] === 'SELECT_NODE' && (node['from_table'] as Node | undefined)?.['type'] === 'BASE_TABLE' ? (node['from_table'] as Node) : undefined;
  if (single) baseTable(single, inner, filtersOf(node['where_clause'], single, visit.parameters), visit);
  for (const [member, child] of Object.entries(node)) {
    if (member !== 'cte_map' && !(single && member === 'from_table')) walk(child, inner, visit);
  }
}

/** Each of them sees those before it, and itself when it is recursive. @returns the scope of what follows */
function withCommonTables(node: Node, scope: ReadonlySet<string>, visit: Visit): ReadonlySet<string> {
  const expressions = (node['cte_map'] as { map?: { key: string; value: Node }[] } | undefined)?.map ?? [];
  if (expressions.length === 0) return scope;
  const inner = new Set(scope);
  for (const { key, value } of expressions) {
    const isRecursive = ((value['query'] as Node | undefined)?.['node'] as Node | undefined)?.['type'] === 'RECURSIVE_CTE_NODE';
    walk(value, isRecursive ? new Set([...inner, key.toLowerCase()]) : new Set(inner), visit);
    inner.add(key.toLowerCase());
  }
  return inner;
}

function baseTable(node: Node, scope: ReadonlySet<string>, filters: Filter[], { found }: Visit): void {
  const name = String(node['table_name']);
  if (node['schema_name'] !== '' || node['catalog_name'] !== '') {
    const full = [node['catalog_name'], node['schema_name'], name].filter(Boolean).join('.');
    throw refused(`There is no table ${full} here.`, `names ${full}, which is no model`, 'Models have no schema: name them in quotes as Discover lists them, FROM "sales/orders/".');
  }
  if (node['at_clause']) throw refused('AT cannot be used here.', 'may not use AT', 'Name the version with the table: FROM "orders/@v3".');
  if (!scope.has(name.toLowerCase())) found(name, filters);
}

const comparisons: Record<string, Filter['operator']> = {
  COMPARE_EQUAL: '=', COMPARE_LESSTHAN: '<', COMPARE_LESSTHANOREQUALTO: '<=', COMPARE_GREATERTHAN: '>', COMPARE_GREATERTHANOREQUALTO: '>=',
};
const turned: Partial<Record<Filter['operator'], Filter['operator']>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The comparisons of a field with a constant that must all hold. What is not understood is left out: it only makes fewer files needless. */
function filtersOf(where: unknown, table: Node, parameters: unknown[]): Filter[] {
  const node = where as Node | null;
  if (!node) return [];
  if (node['type'] === 'CONJUNCTION_AND') return (node['children'] as unknown[]).flatMap((child) => filtersOf(child, table, parameters));
  if (node['class'] !== 'COMPARISON') return [];
  const operator = comparisons[String(node['type'])];
  if (operator === undefined) return [];
  const [left, right] = [node['left'], node['right']] as [Node, Node];
  const names = [table['alias'], table['table_name']].map((name) => String(name).toLowerCase());
  const filter = (column: Node, constant: Node, comparison: Filter['operator']): Filter[] => {
    const field = fieldOf(column, names);
    const value = constantOf(constant, parameters);
    return field === undefined || value === undefined || value === null ? [] : [{ field, operator: comparison, value }];
  };
  return left['class'] === 'COLUMN_REF' ? filter(left, right, operator) : filter(right, left, turned[operator] ?? operator);
}

function fieldOf(node: Node, names: string[]): string | undefined {
  if (node['class'] !== 'COLUMN_REF') return undefined;
  const parts = node['column_names'] as string[];
  if (parts.length === 1) return parts[0];
  return parts.length === 2 && names.includes(parts[0]!.toLowerCase()) ? parts[1] : undefined;
}

/** Literals, parameters, and DATE '…' and TIMESTAMP '…'. */
function constantOf(node: Node, parameters: unknown[]): unknown {
  if (node['class'] === 'PARAMETER') return parameters[Number(node['identifier']) - 1];
  if (node['class'] === 'CAST') {
    const type = (node['cast_type'] as { id?: string }).id;
    return type === 'DATE' ? constantOf(node['child'] as Node, parameters) : undefined;
  }
  if (node['class'] !== 'CONSTANT') return undefined;
  const { type, value, is_null: isNull } = node['value'] as { type: { id: string }; value: unknown; is_null: boolean };
  // A decimal's digits come without their point.
  return isNull || !['INTEGER', 'BIGINT', 'VARCHAR', 'BOOLEAN', 'INTEGER_LITERAL', 'STRING_LITERAL'].includes(type.id) ? undefined : value;
}

function refused(message: string, problem: string, hint = 'Write one SELECT whose tables are models, in quotes: SELECT * FROM "orders/".'): PatchbayError {
  return new PatchbayError('invalid_query', message, { hint, fields: [{ path: 'query', message: problem }] });
}
