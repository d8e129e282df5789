import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Connector, Kind, Problem } from '../api/client.ts';
import { checksQuery, statisticsQuery, webhookQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Bars } from '../charts/Bars.tsx';
import { Sparkline } from '../charts/Sparkline.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Badge, ProblemPane, Skeleton } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { formatDuration, Time } from '../components/Time.tsx';
import { optionInWords } from '../form/optionWords.ts';
import type { ConfigSchema, FormField } from '../form/schema.ts';
import { draftsOf, fieldsOf, isShown, textOf } from '../form/schema.ts';
import { ConnectedAccount } from './ConnectedAccount.tsx';
import { lookEvery, TestSchedule } from './TestSchedule.tsx';
import type { Connecting } from './useConnecting.ts';

function Value({ field, value }: { field: FormField; value: unknown }) {
  if (field.secret) {
    const { set, updated_at, reference } = (value ?? { set: false }) as { set: boolean; updated_at?: string; reference?: string };
    if (reference) return <code>{reference}</code>;
    return set ? <span><Badge tone="good" dot>Stored</Badge>{updated_at && <span className="muted"> set <Time at={updated_at} /></span>}</span> : <span className="muted">Not set</span>;
  }
  if (field.fields && Array.isArray(value) && value.length > 0) return <ul className="plain-list">{value.map((item, index) => <li key={index}><ListItem fields={field.fields!} item={item as Record<string, unknown>} /></li>)}</ul>;
  const text = field.fields && Array.isArray(value) ? '' : textOf(field.kind, value);
  if (text === '') return <span className="muted">—</span>;
  if (field.kind === 'boolean') return <span>{text === 'true' ? 'Yes' : 'No'}</span>;
  if (field.kind === 'choice') return <span>{optionInWords(text)}</span>;
  return text.includes('\n') ? <pre tabIndex={0} role="region" aria-label={field.title}>{text}</pre> : <code>{text}</code>;
}

const listText = ({ kind }: FormField, value: unknown): string => (kind === 'choice' ? optionInWords(textOf(kind, value)) : textOf(kind, value));

/** The first two of its fields, and what else is set. */
function ListItem({ fields, item }: { fields: FormField[]; item: Record<string, unknown> }) {
  const [first, second, ...more] = fields.filter(({ name }) => item[name] !== undefined);
  return (
    <>
      {first && <strong>{textOf(first.kind, item[first.name])}</strong>} {second && <code>{textOf(second.kind, item[second.name])}</code>}
      {more.map((field) => <small key={field.name} className="list-value muted">{field.title}: {listText(field, item[field.name])}</small>)}
    </>
  );
}

export interface OverviewProps {
  connector: Connector;
  kind: Kind | undefined;
  connecting: Connecting;
  /** The button that mends a failure, where that is connecting the account. */
  reconnect(problem: Problem): ReactNode;
  /** How the last test has failed, where the page shows it already. */
  told: Problem | undefined;
}

export function Overview({ connector, kind, connecting, reconnect, told }: OverviewProps) {
  const may = useMay();
  const checks = useInfiniteQuery({ ...checksQuery(connector.id), refetchInterval: connector.active && connector.check_every_minutes !== null ? lookEvery : false });
  const statistics = useQuery(statisticsQuery('24h', { connector: connector.id }));
  const webhook = useQuery({ ...webhookQuery(connector.id), enabled: kind !== undefined, retry: false });
  const fields = kind ? fieldsOf(kind.config_schema as ConfigSchema) : [];
  const drafts = draftsOf(fields, connector.config);
  const last = connector.last_check;
  const failure = last && !last.ok ? (last.error as Problem | undefined) : undefined;
  const buckets = statistics.data?.buckets ?? [];
  const { connection } = connecting;
  return (
    <div className="columns">
      <div className="stack">
        <Card title="Health">
          <dl className="definition">
            {last && <div><dt>Last test</dt><dd>{last.ok ? 'Went well' : 'Failed'} <Time at={last.checked_at} />, {formatDuration(last.latency_ms)}</dd></div>}
            <TestSchedule connector={connector} />
          </dl>
          {last ? (
            <>
              {checks.data ? <Sparkline checks={checks.data.pages[0]!.checks} /> : <div className="sparkline" />}
              {failure && !told && <ProblemPane problem={failure} latency_ms={last.latency_ms} action={reconnect(failure)} />}
            </>
          ) : <p className="muted">It was not tested yet.{may('connectors:use') && ' Press “Test” to see whether it can be reached.'}</p>}
        </Card>
        {connecting.isPending && <Card title="Connected account"><Skeleton lines={4} height={20} /></Card>}
        {connection && <ConnectedAccount connector={connector} connection={connection} connecting={connecting} isTold={[told, failure].some((problem) => problem?.code === 'oauth_reconnect_required')} />}
        <Card>
          <Bars title="Operations in the last day" times={buckets.map(({ at }) => at)} height={110} series={[
            { name: 'Went well', tone: 'accent', values: buckets.map(({ count, errors }) => count - errors) }, { name: 'Failed', tone: 'bad', values: buckets.map(({ errors }) => errors) },
          ]} />
        </Card>
        {webhook.data?.takes_webhooks && (
          <Card title="Incoming webhooks" actions={webhook.data.enabled ? <Badge tone="good" dot>Verified</Badge> : <Badge dot>Refused</Badge>}>
            <div className="stack close">
              <p>What the provider sends to this address becomes an event.</p>
              <CopyText text={webhook.data.url} label="Copy the webhook address" />
              {webhook.data.hint && <p className="muted">{webhook.data.hint}</p>}
            </div>
          </Card>
        )}
      </div>
      <div className="stack">
        <Card title="Configuration" actions={may('connectors:write') && <Link to="/connectors/$id/edit" params={{ id: connector.id }}>Edit</Link>}>
          <dl className="definition">
            {fields.filter((field) => isShown(field, drafts, fields)).map((field) => <div key={field.name}><dt>{field.title}</dt><dd><Value field={field} value={connector.config[field.name]} /></dd></div>)}
            {connector.output_schemas.length > 0 && <div><dt>Schemas</dt><dd><code>{connector.output_schemas.join(', ')}</code></dd></div>}
          </dl>
        </Card>
        <Card title="About">
          <dl className="definition">
            <div><dt>Id</dt><dd><CopyText text={connector.id} label="Copy the id" /></dd></div>
            <div><dt>Slug</dt><dd><code>{connector.slug}</code></dd></div>
            <div><dt>Version</dt><dd>{connector.version}</dd></div>
            <div><dt>Created</dt><dd><Time at={connector.created_at} full /></dd></div>
            <div><dt>Changed</dt><dd><Time at={connector.updated_at} full /></dd></div>
          </dl>
        </Card>
      </div>
    </div>
  );
}
