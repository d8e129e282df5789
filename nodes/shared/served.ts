/** Keeps count of the backends that served a run, and says so under the node's output. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Answer } from './transport';

export interface Served {
  note(answer: Pick<Answer, 'headers'>): void;
  /** A list ended although more was wanted: it holds at most so many, and cannot be continued. */
  cut(most: number): void;
  tell(functions: IExecuteFunctions): void;
}

/** So many backends are named; a run over hundreds of tenants names the busiest. */
const named = 5;

export function createServed(): Served {
  const counts = new Map<string, number>();
  let held = 0;
  return {
    note({ headers }) {
      const label = labelOf(headers);
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    },
    cut(most) {
      held = most;
    },
    tell(functions) {
      if (held > 0) functions.addExecutionHints({ message: `There may be more results: at most ${held} come for an item`, location: 'outputPane', type: 'warning' });
      if (counts.size === 0) return;
      const busiest = [...counts].sort(([, a], [, b]) => b - a);
      const texts = busiest.slice(0, named).map(([label, count]) => `${label}: ${count === 1 ? '1 request' : `${count} requests`}`);
      const rest = counts.size > named ? `, and ${counts.size - named} more` : '';
      functions.addExecutionHints({ message: `Served by ${texts.join(', ')}${rest}`, location: 'outputPane', type: 'info' });
    },
  };
}

function labelOf(headers: Answer['headers']): string | undefined {
  const kind = headers['patchbay-kind'];
  const resolution = headers['patchbay-resolution'];
  const name = headers['patchbay-connector-name'];
  if (resolution === 'inline') return `this node’s own credential (${kind ?? 'unknown kind'})`;
  if (name === undefined) return undefined;
  const tenant = headers['patchbay-tenant'];
  const owner = tenant === undefined ? '' : resolution === 'inherited' ? `, inherited from ${tenant}` : resolution === 'fallback' ? `, standing in for the default of ${tenant}` : ` of ${tenant}`;
  return `“${decoded(name)}” (${kind ?? 'unknown kind'}${owner})`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
