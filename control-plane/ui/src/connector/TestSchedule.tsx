import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connector } from '../api/client.ts';
import { connectorQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Time } from '../components/Time.tsx';
import { nextTestOf, scheduleInWords } from '../form/testSchedule.ts';

/** How often the outcome of a test that comes by itself is looked for. */
export const lookEvery = 20_000;

/** How often a connector is tested by itself, and when next. */
export function TestSchedule({ connector }: { connector: Connector }) {
  const mayEdit = useMay()('connectors:write');
  const { id, active, check_every_minutes } = connector;
  const next = nextTestOf(connector);
  const { dataUpdatedAt } = useQuery({ ...connectorQuery(id), refetchInterval: next ? lookEvery : false });
  return (
    <div>
      <dt>Tested</dt>
      <dd>
        {scheduleInWords(check_every_minutes)}
        {check_every_minutes !== null && !active && ', once it is active again'}
        {next && (next.getTime() - dataUpdatedAt > 5000 ? <>, next <Time at={next.toISOString()} /></> : ', next in a moment')}
        {mayEdit && <> · <Link to="/connectors/$id/edit" params={{ id }} aria-label="Change how often it is tested">Change</Link></>}
      </dd>
    </div>
  );
}
