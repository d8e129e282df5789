import type { Connector } from '../api/client.ts';
import { Badge } from './feedback.tsx';

/** How a connector is, by its last test. */
export function ConnectorStatus({ connector }: { connector: Pick<Connector, 'active' | 'last_check'> }) {
  if (!connector.active) return <Badge dot>Inactive</Badge>;
  if (!connector.last_check) return <Badge dot>Not tested</Badge>;
  return connector.last_check.ok ? <Badge tone="good" dot>Healthy</Badge> : <Badge tone="bad" dot>Failing</Badge>;
}
