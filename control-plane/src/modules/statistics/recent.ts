/** The newest operations of each connector. Of a busy one not each is kept: those that came last before each write. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { recentOperations } from '../tables/index.ts';
import type { RecentOperation } from '../tables/index.ts';

/** Of each connector, in memory and in the store. */
const kept = 25;
/** What is written at a time; the others wait for the next time. */
const connectorsPerWrite = 500;
/** Beyond so many that wait, operations of further connectors are not kept rather than memory running out. */
const maximumConnectors = 5_000;

interface Place {
  tenant_id: string;
  connector_id: string;
}

export function createRecentOperations(db: Database) {
  const pending = new Map<string, Place & { operations: RecentOperation[] }>();
  return {
    add(place: Place, operation: RecentOperation): void {
      const known = pending.get(place.connector_id);
      if (!known) {
        if (pending.size < maximumConnectors) pending.set(place.connector_id, { ...place, operations: [operation] });
        return;
      }
      known.operations.push(operation);
      if (known.operations.length > kept) known.operations.shift();
    },
    /** Those who have waited longest. What cannot be written is lost: it would soon be replaced anyway. */
    async write(): Promise<void> {
      const due = [...pending.values()].slice(0, connectorsPerWrite);
      if (due.length === 0) return;
      for (const { connector_id } of due) pending.delete(connector_id);
      // In one order everywhere, so that two processes never wait for each other’s rows.
      due.sort((a, b) => a.connector_id.localeCompare(b.connector_id));
      await db.insert(recentOperations).values(due.map(({ operations, ...place }) => ({ ...place, operations: operations.reverse() }))).onConflictDoUpdate({
        target: [recentOperations.tenant_id, recentOperations.connector_id],
        set: {
          updated_at: new Date(),
          operations: sql`(select jsonb_agg(one) from (
            select one from jsonb_array_elements(excluded.operations || recent_operations.operations) one order by one->>'at' desc limit ${sql.raw(String(kept))}
          ) newest)`,
        },
      });
    },
  };
}

/** Newest first. */
export async function readRecentOperations(db: Database, connector: { tenant_id: string; id: string }): Promise<RecentOperation[]> {
  const [row] = await db.select().from(recentOperations).where(and(eq(recentOperations.tenant_id, connector.tenant_id), eq(recentOperations.connector_id, connector.id)));
  return row?.operations ?? [];
}
