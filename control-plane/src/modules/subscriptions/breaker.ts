/**
 * A circuit breaker per subscription, in this process: one whose target has failed several times in a row is
 * left alone for a while, then asked once; only when that goes well do the others follow. Not per host: tenants
 * share those (all triggers of one n8n), and one tenant's dead address must not silence another's.
 */
export interface Breaker {
  /** Milliseconds to wait before the subscription's target may be asked; 0 for now. Whoever gets 0 must `report`. */
  enter(subscription: string): number;
  /** @param alive the target answered, whatever it said of the event */
  report(subscription: string, alive: boolean): void;
  /** The subscriptions whose targets nobody may ask now. */
  left(): string[];
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
    enter(subscription) {
      const state = states.get(subscription);
      if (!state || state.failures < threshold) return 0;
      if (state.open_until > now()) return state.open_until - now();
      if (state.probing) return pause;
      state.probing = true;
      return 0;
    },
    report(subscription, alive) {
      if (alive) return void states.delete(subscription);
      const state = states.get(subscription) ?? { failures: 0, open_until: 0, pause, probing: false };
      states.set(subscription, state);
      state.failures += 1;
      const opens = state.failures === threshold || (state.probing && state.failures > threshold);
      if (!opens) return;
      state.open_until = now() + state.pause;
      state.pause = Math.min(state.pause * 2, pause * 20);
      state.probing = false;
    },
    left: () => [...states].filter(([, state]) => state.failures >= threshold && (state.probing || state.open_until > now())).map(([subscription]) => subscription),
  };
}
