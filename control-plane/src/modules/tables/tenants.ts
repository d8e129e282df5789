import { boolean, index, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const tenants = pgTable('tenants', {
  id: uuid().primaryKey(),
  slug: text().notNull(),
  name: text().notNull(),
  parent_id: uuid(),
  /** Ids from the root of the tree down to this tenant, both included. */
  path: uuid().array().notNull(),
  inherits_defaults: boolean().notNull().default(true),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updated_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  uniqueIndex('tenants_slug').on(table.slug),
  index('tenants_path').using('gin', table.path),
  index('tenants_parent').on(table.parent_id),
]);

/** The wrapped data key of each tenant: apart from `tenants`, so that no listing ever reads it. */
export const tenantKeys = pgTable('tenant_keys', {
  tenant_id: uuid().primaryKey().references(() => tenants.id, { onDelete: 'cascade' }),
  wrapped_key: text().notNull(),
});

export type TenantRow = typeof tenants.$inferSelect;
