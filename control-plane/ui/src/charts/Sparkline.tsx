import type { Schemas } from '../api/client.ts';
import { formatDuration } from '../components/Time.tsx';

type Check = Pick<Schemas['CheckResult'], 'ok' | 'latency_ms'> & { id: string };

/** Tests from the oldest to the newest: as tall as they took, red where they failed. @param checks newest first */
export function Sparkline({ checks }: { checks: Check[] }) {
  const shown = checks.slice(0, 40).reverse();
  const slowest = Math.max(1, ...shown.map(({ latency_ms }) => latency_ms));
  const failed = shown.filter(({ ok }) => !ok).length;
  return (
    <svg className="sparkline" viewBox={`0 0 ${40 * 6} 36`} preserveAspectRatio="xMaxYMid meet" role="img" aria-label={`The last ${shown.length} tests: ${failed} failed, the slowest took ${formatDuration(slowest)}`}>
      {shown.map(({ id, ok, latency_ms }, index) => {
        const height = 6 + (Math.sqrt(latency_ms) / Math.sqrt(slowest)) * 28;
        return <rect key={id} className={`bar ${ok ? 'good' : 'bad'}`} x={(40 - shown.length + index) * 6} y={36 - height} width="4" height={height} rx="1.5" />;
      })}
    </svg>
  );
}
