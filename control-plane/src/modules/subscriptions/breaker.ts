/**
 * A circuit breaker per target, in this process: a target that has failed several times in a row is left
 * alone for a while, then asked once; only when that goes well do the others follow.
 */
export interface Breaker {
  /** Milliseconds to wait before this target may be asked; 0 for now. Whoever gets 0 must `report`. */
  enter(target: string): number;
  /** @param alive it answered, whatever it said of the event */
  report(target: string, alive: boolean): void;
  /** Nobody may ask it now. */
  isOpen(target: string): boolean;
}

export interface BreakerOptions {
  /** So many failures in a row open it. */
  threshold: number;
  /** The first pause, in milliseconds; it doubles with each probe that fails, up to twenty times that. */
  pause: number;
  now?: () => number;
}

interface State {
  failures: number;
  open_until: number;
  pause: number;
  probing: boolean;
}

export function createBreaker({ threshold, pause, now = Date.now }: BreakerOptions): Breaker {
  const states = new Map<string, State>();
  return {
    enter(target) {
      const state = states.get(target);
      if (!state || state.failures < threshold) return 0;
      if (state.open_until > now()) return state.open_until - now();
      if (state.probing) return pause;
      state.probing = true;
      return 0;
    },
    report(target, alive) {
      if (alive) return void states.delete(target);
      const state = states.get(target) ?? { failures: 0, open_until: 0, pause, probing: false };
      states.set(target, state);
      state.failures += 1;
      const opens = state.failures === threshold || (state.probing && state.failures > threshold);
      if (!opens) return;
      state.open_until = now() + state.pause;
      state.pause = Math.min(state.pause * 2, pause * 20);
      state.probing = false;
    },
    isOpen: (target) => (states.get(target)?.open_until ?? 0) > now(),
  };
}
