import { foreignKey, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ErrorCode } from '../../platform/errors.ts';
import { connectors } from './connectors.ts';

/** Why a connector got no token the last time. */
export interface OAuthFailure {
  code: ErrorCode;
  message: string;
  hint?: string;
  at: string;
  /** Of the connector: a failure says nothing about what was changed since. */
  version: number;
}

/** The tokens of one connector, and who is fetching new ones. */
export const oauthTokens = pgTable('oauth_tokens', {
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  /** Of the newest version of the connector that has used this row: an older one writes no more. */
  version: integer().notNull(),
  /** What the tokens are bound to: provider, client and destination. Under any other config they are as if they were not there. */
  fingerprint: text().notNull(),
  /** Access and refresh token; null when there are none. */
  ciphertext: text(),
  scopes: text().array().notNull().default([]),
  /** Whom the tokens stand for, where the provider says so. */
  account: text(),
  expires_at: timestamp({ withTimezone: true }),
  /** When somebody connected by the browser; null for grants that need nobody. */
  connected_at: timestamp({ withTimezone: true }),
  refreshed_at: timestamp({ withTimezone: true }),
  failure: jsonb().$type<OAuthFailure>(),
  /** Who fetches new tokens, and until when others wait for it. */
  worker: uuid(),
  worker_until: timestamp({ withTimezone: true }),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.connector_id] }),
  foreignKey({ name: 'oauth_tokens_connector', columns: [table.tenant_id, table.connector_id], foreignColumns: [connectors.tenant_id, connectors.id] }).onDelete('cascade'),
]);

export type OAuthTokenRow = typeof oauthTokens.$inferSelect;

/** Connect links: given out, opened in a browser, and ended by the provider's answer or by time. */
export const oauthAttempts = pgTable('oauth_attempts', {
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  /** SHA-256 of the secret in the link. */
  link: text().notNull(),
  /** SHA-256 of the state that went to the provider, joined with the browser's cookie; null until the link was opened. */
  state: text(),
  /** PKCE's, encrypted. */
  verifier: text(),
  /** Of the config that the link was made for. */
  fingerprint: text().notNull(),
  actor: jsonb().$type<{ id: string; name: string }>().notNull(),
  expires_at: timestamp({ withTimezone: true }).notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.connector_id, table.link] }),
  index('oauth_attempts_link').on(table.link),
  index('oauth_attempts_state').on(table.state),
  index('oauth_attempts_expires_at').on(table.expires_at),
  foreignKey({ name: 'oauth_attempts_connector', columns: [table.tenant_id, table.connector_id], foreignColumns: [connectors.tenant_id, connectors.id] }).onDelete('cascade'),
]);

export type OAuthAttemptRow = typeof oauthAttempts.$inferSelect;
