/**
 * The files that are on their way to each connector, one after another. They go on while other pages are looked at,
 * and are listed until somebody takes them off.
 */
import { api, ProblemError, problemOf, unwrap } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { refresh } from '../api/queries.ts';
import { nameOf } from './name.ts';
import { sendFile } from './sendFile.ts';

export interface Upload {
  key: number;
  file: File;
  /** What it is called when it is read. */
  name: string;
  /** `asking`: whether it may take the place of one of the same name. `reading`: all is sent, the service types its rows. */
  state: 'waiting' | 'asking' | 'sending' | 'reading' | 'done' | 'failed';
  /** It may take the place of another. */
  replaces: boolean;
  /** A share of 1. */
  sent: number;
  rows?: number;
  problem?: Problem;
}

export interface UploadQueue {
  list(): readonly Upload[];
  subscribe(listener: () => void): () => void;
  add(files: Iterable<File>): void;
  replace(key: number): void;
  retry(key: number): void;
  /** Takes it off the list; one that is under way is cancelled. */
  remove(key: number): void;
}

const queues = new Map<string, UploadQueue>();
let keys = 0;

/** To leave the service’s pages ends what is under way. */
const warn = (event: BeforeUnloadEvent) => event.preventDefault();

export function uploadsOf(connectorId: string): UploadQueue {
  const queue = queues.get(connectorId) ?? createQueue(connectorId);
  queues.set(connectorId, queue);
  return queue;
}

function createQueue(id: string): UploadQueue {
  let uploads: readonly Upload[] = [];
  let isRunning = false;
  let underWay: { key: number; controller: AbortController } | undefined;
  const listeners = new Set<() => void>();
  const set = (next: readonly Upload[]) => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const change = (key: number, changes: Partial<Upload>) => set(uploads.map((upload) => (upload.key === key ? { ...upload, ...changes } : upload)));

  const isTaken = async (name: string, signal: AbortSignal): Promise<boolean> => {
    try {
      await unwrap(api.GET('/api/connectors/{id}/models', { params: { path: { id }, query: { model: name } }, signal }));
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'model_not_found') return false;
      throw error;
    }
  };

  const send = async ({ key, file, name, replaces }: Upload): Promise<void> => {
    const controller = new AbortController();
    const { signal } = controller;
    underWay = { key, controller };
    try {
      change(key, { state: 'sending', sent: 0 });
      if (!replaces && await isTaken(name, signal)) {
        change(key, { state: 'asking' });
        return;
      }
      const { rows } = await sendFile(`/api/connectors/${id}/upload?${new URLSearchParams({ name }).toString()}`, file, {
        signal, onSent: (sent) => change(key, { sent, state: sent === 1 ? 'reading' : 'sending' }),
      });
      change(key, { state: 'done', rows });
    } catch (error) {
      if (!signal.aborted) change(key, { state: 'failed', problem: problemOf(error) });
    } finally {
      underWay = undefined;
    }
    // Also after a failure: what was cancelled late may have been kept.
    void refresh('connectors', 'statistics');
  };

  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    window.addEventListener('beforeunload', warn);
    for (let next = uploads.find(({ state }) => state === 'waiting'); next; next = uploads.find(({ state }) => state === 'waiting')) await send(next);
    window.removeEventListener('beforeunload', warn);
    isRunning = false;
  };
  const wait = (key: number, changes: Partial<Upload> = {}) => {
    change(key, { state: 'waiting', ...changes });
    void run();
  };

  return {
    list: () => uploads,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add(files) {
      set([...uploads, ...[...files].map((file): Upload => ({ key: (keys += 1), file, name: nameOf(file.name), state: 'waiting', replaces: false, sent: 0 }))]);
      void run();
    },
    replace: (key) => wait(key, { replaces: true }),
    retry: (key) => wait(key),
    remove(key) {
      if (underWay?.key === key) underWay.controller.abort();
      set(uploads.filter((upload) => upload.key !== key));
    },
  };
}
