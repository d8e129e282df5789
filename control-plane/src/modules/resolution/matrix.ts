/** Tenants × categories: what each resolves to. One query for a page, however deep the tree. */
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { walk } from '../inheritance/index.ts';
import { connectors, tenants, withinTenant } from '../tables/index.ts';
import { likePattern } from '../tenants/index.ts';

export type CellState = 'own' | 'inherited' | 'missing' | 'inactive';

export interface MatrixCell {
  state: CellState;
  /** Of the connector’s last test; null when there was none. */
  ok: boolean | null;
  connector: { id: string; name: string; kind: string; tenant_slug: string } | null;
}

export interface MatrixRow {
  id: string;
  slug: string;
  name: string;
  /** How many tenants stand above it. */
  depth: number;
  cells: Record<string, MatrixCell>;
}

export interface MatrixQuery {
  /** The tenant and those below it; all, for null. */
  tenant_id: string | null;
  search?: string;
  /** The id of the last tenant of the page before. */
  after?: string;
  limit: number;
}

interface Holder {
  id: string;
  slug: string;
  inherits_defaults: boolean;
}

interface DefaultConnector {
  id: string;
  name: string;
  kind: string;
  category: string;
  active: boolean;
  ok: boolean | null;
}

interface LoadedRow {
  id: string;
  slug: string;
  name: string;
  depth: number;
  /** The tenant first, then those above it, each with its defaults. */
  lineage: { tenant: Holder; defaults: DefaultConnector[] }[];
}

/** In the order of the tree: each tenant is followed by those below it. */
export async function readMatrix(db: Database, categories: readonly string[], query: MatrixQuery): Promise<MatrixRow[]> {
  const conditions: SQL[] = [sql`true`];
  const within = withinTenant(tenants.id, query.tenant_id);
  if (within) conditions.push(within);
  if (query.search) conditions.push(sql`(${tenants.slug} ilike ${likePattern(query.search)} or ${tenants.name} ilike ${likePattern(query.search)})`);
  if (query.after !== undefined) conditions.push(sql`${tenants.path} > (select path from tenants where id = ${query.after})`);
  const loaded = await db.execute(sql`
    with page as (
      select id, slug, name, path from ${tenants} where ${sql.join(conditions, sql` and `)} order by path limit ${query.limit}
    )
    select page.id, page.slug, page.name, cardinality(page.path) - 1 as depth, json_agg(json_build_object(
      'tenant', json_build_object('id', above.id, 'slug', above.slug, 'inherits_defaults', above.inherits_defaults),
      'defaults', (
        select coalesce(json_agg(json_build_object(
          'id', held.id, 'name', held.name, 'kind', held.kind, 'category', held.category, 'active', held.active, 'ok', (held.last_check->>'ok')::boolean
        )), '[]') from ${connectors} held where held.tenant_id = above.id and held.is_default
      )
    ) order by cardinality(above.path) desc) as lineage
    from page join ${tenants} above on above.id = any(page.path)
    group by page.id, page.slug, page.name, page.path order by page.path`) as unknown as LoadedRow[];
  return [...loaded].map(({ lineage, ...row }) => ({
    ...row,
    cells: Object.fromEntries(categories.map((category) => [category, cellOf(lineage, category)])),
  }));
}

function cellOf(lineage: LoadedRow['lineage'], category: string): MatrixCell {
  const { chain, owned, how } = walk(lineage.map(({ tenant, defaults }) => ({ tenant, connector: defaults.find((held) => held.category === category) ?? null })), category);
  const decisive = chain.at(-1)!;
  const inactive = lineage.flatMap(({ defaults }) => defaults).find(({ id }) => decisive.reason === 'default_inactive' && id === decisive.connector_id);
  const connector = owned?.connector ?? inactive ?? null;
  return {
    state: how ?? (inactive ? 'inactive' : 'missing'),
    ok: connector?.ok ?? null,
    connector: connector && { id: connector.id, name: connector.name, kind: connector.kind, tenant_slug: decisive.tenant_slug },
  };
}
