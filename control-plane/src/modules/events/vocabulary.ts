/** Everything that ever happens here, as far as others may subscribe to it. */
import type { Problem } from '../../platform/errors.ts';

const described = {
  'webhook.received': 'A provider sent a request to a connector’s address',
  'message.received': 'A message came in',
  'message.status': 'A message that was sent got another status',
  'check.failed': 'A connector that worked, or was never checked, does not work',
  'check.recovered': 'A connector that did not work works again',
  'default.changed': 'A tenant uses another connector for a category, or none: its own default or one that it inherits',
  'connector.created': 'A connector was created',
  'connector.updated': 'A connector was changed, activated or deactivated',
  'connector.deleted': 'A connector was deleted',
  'tenant.created': 'A tenant was created',
  'sync.completed': 'A dataset was brought up to date',
  'sync.failed': 'A dataset could not be brought up to date',
  'records.changed': 'A sync brought records that were added, changed or deleted',
} as const;

/** What nothing raises as long as there are no datasets. Emptied, these are offered like the others. */
const notYet = ['sync.completed', 'sync.failed', 'records.changed'] as const satisfies EventType[];

export type EventType = keyof typeof described;
/** Each type that may be subscribed to, with what it tells; the words are part of the API. */
export const eventTypes = Object.fromEntries(Object.entries(described).filter(([type]) => !notYet.includes(type as never))) as Omit<typeof described, (typeof notYet)[number]>;
export const eventTypeNames = Object.keys(eventTypes) as [keyof typeof eventTypes, ...(keyof typeof eventTypes)[]];

/** What an event tells beside tenant and connector, which others are named by their slugs. Never a secret. */
export type EventData =
  | { type: 'webhook.received' | 'message.received' | 'message.status'; data: Record<string, unknown> }
  | { type: 'check.failed' | 'check.recovered'; data: { latency_ms: number; message?: string; error?: Problem } }
  | { type: 'default.changed'; data: { category: string; from: string | null; to: string | null; /** Whose `to` is. */ how: 'own' | 'inherited' | null } }
  | { type: 'connector.created' | 'connector.deleted'; data: Record<string, never> }
  | { type: 'connector.updated'; data: { changed: string[] } }
  | { type: 'tenant.created'; data: { name: string; parent: string | null } }
  | { type: 'sync.completed' | 'sync.failed' | 'records.changed'; data: Record<string, unknown> };
