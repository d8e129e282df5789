/**
 * Tells this process what any process changed: triggers NOTIFY at commit, this LISTENs. When the
 * listening connection was lost, changes may have been missed: on its return `onLost` empties the
 * caches, and what they hold also ages, for the time in between.
 */
import type postgres from 'postgres';
import { z } from 'zod';

const change = z.object({
  table: z.string(),
  tenant_id: z.string().nullable(),
  id: z.string(),
  /** Of rows that have one; null when the row is gone. */
  version: z.int().nullable().default(null),
});
export type Change = z.output<typeof change>;

export interface ChangeListener {
  onChange(change: Change): void;
  /** The connection was lost or made anew: changes may have been missed. */
  onLost(): void;
}

export interface Changes {
  subscribe(listener: ChangeListener): void;
  /** For the process that made the change: heard at once, before the notification comes back. */
  announce(change: Change): void;
  close(): Promise<void>;
}

export async function listenForChanges(sql: postgres.Sql): Promise<Changes> {
  const listeners: ChangeListener[] = [];
  const announce = (made: Change) => listeners.forEach((listener) => listener.onChange(made));
  const subscription = await sql.listen(
    'patchbay_changes',
    (payload) => {
      const parsed = change.safeParse(JSON.parse(payload));
      if (parsed.success) announce(parsed.data);
    },
    () => listeners.forEach((listener) => listener.onLost()),
  );
  return { subscribe: (listener) => void listeners.push(listener), announce, close: () => subscription.unlisten() };
}
