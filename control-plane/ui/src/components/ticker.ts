/** One clock for everything on the page that tells how long ago something was; it stands still while nobody looks. */
const interval = 20_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const tick = () => listeners.forEach((listener) => listener());

function adjust(): void {
  const runs = listeners.size > 0 && !document.hidden;
  if (runs === (timer !== undefined)) return;
  clearInterval(timer);
  timer = runs ? setInterval(tick, interval) : undefined;
}

const look = () => {
  adjust();
  // What was said before the page was hidden is out of date at once.
  if (!document.hidden) tick();
};

/** @returns ends it */
export function onTick(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', look);
  listeners.add(listener);
  adjust();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) document.removeEventListener('visibilitychange', look);
    adjust();
  };
}
