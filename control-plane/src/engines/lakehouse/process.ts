/** One of DuckDB's processes, seen from the service. */
import { rm } from 'node:fs/promises';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { startProgram } from '../../platform/processes/index.ts';
import type { Program } from '../../platform/processes/index.ts';
import { heapLimit } from './child/protocol.ts';
import type { Answer, Message, Statement } from './child/protocol.ts';
import { endedError, StatementError } from './errors.ts';

export interface Place extends Pick<FileCache, 'directory' | 'scratch'> {
  /** Those of the same name have one share of the processes; the folder when absent. */
  share?: string;
}

/** What views stand for, by their names. */
export type Views = ReadonlyMap<string, string>;

export interface Lines {
  ndjson: Uint8Array;
  count: number;
}

export interface DuckdbProcess {
  place: Place;
  /** Its views that are not as these. To make one again, DuckDB would look at its files again. */
  lacking(views: Views): [name: string, select: string][];
  /**
   * One at a time. Left before its end, or aborted, it takes the process with it.
   * @param done told once, as soon as the process has answered, which may be long before all is taken, or ends
   */
  run(statement: Omit<Statement, 'views'>, views: Views, signal: AbortSignal, done: () => void): AsyncGenerator<Lines>;
  /** False from the moment on that it ends. */
  isUsable(): boolean;
  /** At once. Resolves when nothing of it is left. */
  end(): Promise<void>;
  ended: Promise<void>;
}

const entry = new URL('./child/main.ts', import.meta.url);
/** In bytes: so much of an answer is taken in before anybody wants it, which lets the process do something else. */
const takenAhead = 1024 * 1024;

export function startDuckdb(place: Place): DuckdbProcess {
  /** By names in lower case, as DuckDB takes them. */
  const known = new Map<string, string>();
  let isEnding = false;
  let scratch: string | undefined;
  let fail: (error: unknown) => void = () => undefined;

  const opening = (async (): Promise<Program> => {
    scratch = await place.scratch();
    const program = startProgram(entry, { directory: scratch, heap: heapLimit });
    send(program, { open: { directory: place.directory, scratch } });
    return program;
  })();
  const ended = opening.then(async (program) => {
    const ending = await program.ended;
    isEnding = true;
    fail(endedError(ending));
  }, () => {
    isEnding = true;
  }).then(async () => {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  });
  const end = (): Promise<void> => {
    isEnding = true;
    opening.then((program) => {
      program.keepAlive(true);
      program.kill();
    }, () => undefined);
    return ended;
  };
  const lacking = (views: Views): [string, string][] => [...views].filter(([name, select]) => known.get(name.toLowerCase()) !== select);

  async function* run(statement: Omit<Statement, 'views'>, views: Views, signal: AbortSignal, done: () => void): AsyncGenerator<Lines> {
    if (isEnding) throw endedError({ words: 'before it was asked', isOutOfMemory: false });
    const lines: Lines[] = [];
    let size = 0;
    let outcome: { error?: unknown } | undefined;
    let change: () => void = () => undefined;
    const settle = (result: { error?: unknown }): void => {
      if (outcome) return;
      outcome = result;
      signal.removeEventListener('abort', giveUp);
      done();
      change();
    };
    const giveUp = (): void => {
      void end();
      settle({ error: signal.reason });
    };
    fail = (error) => settle({ error });
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      const program = await opening.catch((error: unknown) => {
        throw endedError({ words: String(error), isOutOfMemory: false });
      });
      const made = lacking(views);
      program.listen((frame) => {
        if ('bytes' in frame) {
          lines.push({ ndjson: frame.bytes, count: frame.count });
          size += frame.bytes.length;
          if (size > takenAhead) program.pause();
          change();
          return;
        }
        const { error, isFresh, isSpent } = frame.message as Answer;
        if (isFresh) known.clear();
        else for (const [name, select] of made) known.set(name.toLowerCase(), select);
        program.keepAlive(false);
        if (isSpent) void end();
        settle(error ? { error: new StatementError(error) } : {});
      });
      program.resume();
      program.keepAlive(true);
      send(program, { statement: { ...statement, views: made } });
      for (;;) {
        signal.throwIfAborted();
        const next = lines.shift();
        if (next) {
          size -= next.ndjson.length;
          if (size <= takenAhead) program.resume();
          yield next;
        } else if (outcome) {
          if ('error' in outcome) throw outcome.error;
          return;
        } else await new Promise<void>((resolve) => (change = resolve));
      }
    } finally {
      if (!outcome) giveUp();
    }
  }

  return { place, lacking, run, isUsable: () => !isEnding, end, ended };
}

function send(program: Program, message: Message): void {
  program.send(message);
}
