/** Bars over time, stacked; drawn as SVG, with the figures as a table for who does not see them. */
import { useId, useState } from 'react';
import { formatCount } from '../components/Time.tsx';

export interface Series {
  name: string;
  tone: 'accent' | 'good' | 'bad' | 'warn' | 'plain';
  values: number[];
}

export interface BarsProps {
  title: string;
  /** The beginning of each bar. */
  times: string[];
  series: Series[];
  format?(value: number): string;
  /** Drawn beside each other’s place, not on top: for a maximum behind an average. */
  overlay?: boolean;
  /** Each bar says how things stood, not what happened meanwhile: the last one counts, and a sum says nothing. */
  standing?: boolean;
  height?: number;
}

const width = 600;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' });

/** The next round number, so that the scale’s labels are easy to read. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value) ?? value;
}

export function Bars({ title, times, series, format = formatCount, overlay = false, standing = false, height = 160 }: BarsProps) {
  const [pointed, setPointed] = useState<number>();
  const id = useId();
  const totals = times.map((_, index) => (overlay ? Math.max(...series.map(({ values }) => values[index] ?? 0)) : series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)));
  const top = roundUp(Math.max(0, ...totals));
  const step = width / Math.max(1, times.length);
  const scale = (value: number) => (value / top) * (height - 8);
  const isLong = times.length > 1 && new Date(times.at(-1)!).getTime() - new Date(times[0]!).getTime() > 36 * 3_600_000;
  const label = (time: string) => (isLong ? day : clock).format(new Date(time));
  const whole = (values: number[]) => (standing ? (values.at(-1) ?? 0) : overlay ? Math.max(0, ...values) : values.reduce((sum, value) => sum + value, 0));
  const sums = series.map(({ name, values }) => `${name}: ${format(whole(values))}`).join(', ');
  const shown = pointed ?? -1;

  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption>
        <span id={id} className="chart-title">{title}</span>
        <span className="legend">{series.map(({ name, tone, values }) => <span key={name}><i className={`swatch ${tone}`} aria-hidden="true" />{name}{shown >= 0 && <b> {format(values[shown] ?? 0)}</b>}</span>)}</span>
        <span className="chart-time" aria-hidden="true">{shown >= 0 ? label(times[shown]!) : ''}</span>
      </figcaption>
      <div className="chart-plot">
        <span className="chart-top" aria-hidden="true">{format(top)}</span>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${title}. ${sums}`} onPointerLeave={() => setPointed(undefined)}
          onPointerMove={(event) => { const box = event.currentTarget.getBoundingClientRect(); setPointed(Math.min(times.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * times.length)))); }}>
          {[0.5, 1].map((part) => <line key={part} className="chart-grid" x1="0" x2={width} y1={height - scale(top * part)} y2={height - scale(top * part)} />)}
          {times.map((time, index) => {
            let base = height;
            return (
              <g key={time} className={shown === index ? 'pointed' : undefined}>
                {series.map(({ name, tone, values }) => {
                  const tall = scale(values[index] ?? 0);
                  const y = overlay ? height - tall : (base -= tall);
                  return tall > 0 && <rect key={name} className={`bar ${tone}`} x={index * step + step * 0.12} y={y} width={step * 0.76} height={tall} />;
                })}
              </g>
            );
          })}
          <line className="chart-axis" x1="0" x2={width} y1={height} y2={height} />
        </svg>
      </div>
      <div className="chart-ends" aria-hidden="true"><span>{times[0] && label(times[0])}</span><span>{times.length > 0 && 'now'}</span></div>
      <table className="visually-hidden">
        <caption>{title}</caption>
        <thead><tr><th scope="col">Time</th>{series.map(({ name }) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>{times.map((time, index) => totals[index]! > 0 && <tr key={time}><th scope="row">{label(time)}</th>{series.map(({ name, values }) => <td key={name}>{format(values[index] ?? 0)}</td>)}</tr>)}</tbody>
      </table>
    </figure>
  );
}
