import type { Connector } from '../api/client.ts';
import { Badge } from './feedback.tsx';
import type { Tone } from './feedback.tsx';

/** How a connector is, by its last test: each state’s name and colour. */
export const states: Record<Connector['health'], { label: string; tone: Tone }> = {
  healthy: { label: 'Healthy', tone: 'good' }, failing: { label: 'Failing', tone: 'bad' }, untested: { label: 'Not tested', tone: 'plain' }, inactive: { label: 'Inactive', tone: 'plain' },
};

export function ConnectorStatus({ connector: { health } }: { connector: Pick<Connector, 'health'> }) {
  return <Badge tone={states[health].tone} dot>{states[health].label}</Badge>;
}
