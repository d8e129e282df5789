/**
 * Open sessions, one per version of a connector, shared by all calls that reach it. One is closed when
 * it was idle for long, when its connector changed, and at shutdown; never while a call uses it.
 */
import type { AnySession } from '../../kinds/contract.ts';
import type { Logger } from '../../platform/telemetry/log.ts';

export interface SessionKey {
  id: string;
  version: number;
}

export interface Lease {
  session: AnySession;
  config: Record<string, unknown>;
  release(): void;
}

export interface Sessions {
  /** @param open is called when there is no open session of this version */
  acquire(key: SessionKey, open: () => Promise<{ session: AnySession; config: Record<string, unknown> }>): Promise<Lease>;
  /** No new call gets a session of another version than this one; null: of any. */
  retire(connectorId: string, version: number | null): void;
  size(): number;
  close(): Promise<void>;
}

interface Entry {
  key: SessionKey;
  opened: Promise<{ session: AnySession; config: Record<string, unknown> }>;
  users: number;
  idle_since: number;
  retired: boolean;
}

export interface SessionsOptions {
  idle_seconds: number;
  max: number;
  log: Logger;
  onSize(size: number): void;
}

export function createSessions({ idle_seconds, max, log, onSize }: SessionsOptions): Sessions {
  const current = new Map<string, Entry>();
  const closing = new Set<Promise<void>>();

  const close = (entry: Entry): void => {
    const closed: Promise<void> = entry.opened
      .then(({ session }) => session.close())
      .catch((error: unknown) => log.warn({ error, connector: entry.key.id }, 'a session did not close well'))
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };

  const retireEntry = (entry: Entry): void => {
    entry.retired = true;
    if (current.get(entry.key.id) === entry) current.delete(entry.key.id);
    onSize(current.size);
    if (entry.users === 0) close(entry);
  };

  const sweep = setInterval(() => {
    const oldest = Date.now() - idle_seconds * 1000;
    for (const entry of current.values()) if (entry.users === 0 && entry.idle_since < oldest) retireEntry(entry);
  }, Math.min(idle_seconds, 30) * 1000);
  sweep.unref();

  return {
    async acquire(key, open) {
      let entry = current.get(key.id);
      if (entry && entry.key.version < key.version) {
        retireEntry(entry);
        entry = undefined;
      }
      if (!entry) {
        entry = { key, opened: open(), users: 0, idle_since: Date.now(), retired: false };
        current.set(key.id, entry);
        if (current.size > max) {
          const idle = [...current.values()].filter(({ users }) => users === 0 ).sort((a, b) => a.idle_since - b.idle_since)[0];
          if (idle && idle !== entry) retireEntry(idle);
        }
        onSize(current.size);
      }
      const used = entry;
      used.users += 1;
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        used.users -= 1;
        used.idle_since = Date.now();
        if (used.retired && used.users === 0) close(used);
      };
      try {
        return { ...(await used.opened), release };
      } catch (error) {
        // Nothing is open, so there is nothing to close; the next call tries again.
        if (current.get(key.id) === used) current.delete(key.id);
        used.retired = false;
        onSize(current.size);
        throw error;
      }
    },
    retire(connectorId, version) {
      const entry = current.get(connectorId);
      if (entry && entry.key.version !== version) retireEntry(entry);
    },
    size: () => current.size,
    async close() {
      clearInterval(sweep);
      for (const entry of current.values()) {
        current.delete(entry.key.id);
        close(entry);
      }
      await Promise.all(closing);
    },
  };
}
