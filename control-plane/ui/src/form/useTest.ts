/** A test of a config before it is saved: running, cancelled, or with its outcome. */
import { useEffect, useRef, useState } from 'react';
import { isAbort, problemOf } from '../api/client.ts';
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
  cancel(): void;
  /** For what a former outcome no longer speaks of. */
  clear(): void;
}

export function useTest(run: (signal: AbortSignal) => Promise<CheckResult>, onDone?: () => void): ConnectorTest {
  const [state, setState] = useState<TestState>({ running: false, elapsed: 0 });
  const controller = useRef<AbortController>(undefined);

  useEffect(() => {
    if (!state.running) return undefined;
    const timer = setInterval(() => setState((before) => ({ ...before, elapsed: before.elapsed + 1 })), 1000);
    return () => clearInterval(timer);
  }, [state.running]);
  useEffect(() => () => controller.current?.abort(), []);

  const start = async () => {
    const mine = new AbortController();
    controller.current = mine;
    setState({ running: true, elapsed: 0 });
    try {
      const result = await run(mine.signal);
      if (result.ok) {
        setState({ running: false, elapsed: 0, outcome: { ok: true, latency_ms: result.latency_ms, message: result.message } });
        toast('The test went well', { description: [result.message, formatDuration(result.latency_ms)].filter(Boolean).join(' · ') });
      } else {
        setState({ running: false, elapsed: 0, outcome: { ok: false, latency_ms: result.latency_ms, problem: result.error as unknown as Problem } });
      }
      onDone?.();
    } catch (error) {
      setState({ running: false, elapsed: 0, ...(!isAbort(error) && { outcome: { ok: false, problem: problemOf(error) } }) });
    }
  };
  return { ...state, start: () => void start(), cancel: () => controller.current?.abort(), clear: () => setState((before) => (before.running ? before : { running: false, elapsed: 0 })) };
}
