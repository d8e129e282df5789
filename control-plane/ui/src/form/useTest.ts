/** A test of a config before it is saved: running, cancelled, or with its outcome. */
import { useEffect, useRef, useState } from 'react';
import { problemOf } from '../api/client.ts';
import type { CheckResult, Problem } from '../api/client.ts';
import { toast } from '../components/Toasts.tsx';
import { formatDuration } from '../components/Time.tsx';

export interface TestState {
  running: boolean;
  /** Seconds since it began. */
  elapsed: number;
  outcome?: { ok: true; latency_ms: number; message?: string | undefined } | { ok: false; latency_ms?: number | undefined; problem: Problem } | undefined;
}

export interface ConnectorTest extends TestState {
  start(): void;
  /** Gives the focus back to what it was started by. */
  cancel(): void;
  /** For what an outcome, also one that is still to come, no longer speaks of. */
  clear(): void;
}

export function useTest(run: (signal: AbortSignal) => Promise<CheckResult>, onDone?: () => void): ConnectorTest {
  const [state, setState] = useState<TestState>({ running: false, elapsed: 0 });
  const controller = useRef<AbortController>(undefined);
  const opener = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!state.running) return undefined;
    const timer = setInterval(() => setState((before) => ({ ...before, elapsed: before.elapsed + 1 })), 1000);
    return () => clearInterval(timer);
  }, [state.running]);
  useEffect(() => () => controller.current?.abort(), []);

  const start = async () => {
    controller.current?.abort();
    opener.current = document.activeElement as HTMLElement | null;
    const mine = new AbortController();
    controller.current = mine;
    setState({ running: true, elapsed: 0 });
    try {
      const result = await run(mine.signal);
      if (mine.signal.aborted) return;
      if (result.ok) {
        setState({ running: false, elapsed: 0, outcome: { ok: true, latency_ms: result.latency_ms, message: result.message } });
        toast('The test went well', { description: [result.message, formatDuration(result.latency_ms)].filter(Boolean).join(' · ') });
      } else {
        setState({ running: false, elapsed: 0, outcome: { ok: false, latency_ms: result.latency_ms, problem: result.error as unknown as Problem } });
      }
      onDone?.();
    } catch (error) {
      if (mine.signal.aborted) return;
      setState({ running: false, elapsed: 0, outcome: { ok: false, problem: problemOf(error) } });
    }
  };
  const clear = () => {
    controller.current?.abort();
    setState({ running: false, elapsed: 0 });
  };
  const cancel = () => {
    clear();
    opener.current?.focus();
  };
  return { ...state, start: () => void start(), cancel, clear };
}
