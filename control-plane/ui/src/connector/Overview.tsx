import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connector, Kind, Problem } from '../api/client.ts';
import { checksQuery, statisticsQuery, webhookQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Bars } from '../charts/Bars.tsx';
import { Sparkline } from '../charts/Sparkline.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Badge, ProblemPane } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { formatDuration, Time } from '../components/Time.tsx';
import type { ConfigSchema, FormField } from '../form/schema.ts';
import { draftsOf, fieldsOf, isShown, textOf } from '../form/schema.ts';
import { Connection } from './Connection.tsx';

function Value({ field, value }: { field: FormField; value: unknown }) {
  if (field.secret) {
    const { set, updated_at, reference } = (value ?? { set: false }) as { set: boolean; updated_at?: string; reference?: string };
    if (reference) return <code>{reference}</code>;
    return set ? <span><Badge tone="good" dot>Stored</Badge>{updated_at && <span className="muted"> set <Time at={updated_at} /></span>}</span> : <span className="muted">Not set</span>;
  }
  const text = textOf(field.kind, value);
  if (text === '') return <span className="muted">—</span>;
  if (field.kind === 'boolean') return <span>{text === 'true' ? 'Yes' : 'No'}</span>;
  return text.includes('\n') ? <pre>{text}</pre> : <code>{text}</code>;
}

export function Overview({ connector, kind }: { connector: Connector; kind: Kind | undefined }) {
  const may = useMay();
  const checks = useQuery(checksQuery(connector.id));
  const statistics = useQuery(statisticsQuery('24h', { connector: connector.id }));
  const webhook = useQuery({ ...webhookQuery(connector.id), enabled: kind !== undefined, retry: false });
  const fields = kind ? fieldsOf(kind.config_schema as ConfigSchema) : [];
  const drafts = draftsOf(fields, connector.config);
  const last = connector.last_check;
  const buckets = statistics.data?.buckets ?? [];
  return (
    <div className="columns">
      <div className="stack">
        <Card title="Health">
          {last ? (
            <>
              <dl className="definition"><div><dt>Last test</dt><dd>{last.ok ? 'Went well' : 'Failed'} <Time at={last.checked_at} />, {formatDuration(last.latency_ms)}</dd></div></dl>
              {checks.data && <Sparkline checks={checks.data.checks} />}
              {!last.ok && last.error && <ProblemPane problem={last.error as unknown as Problem} latency_ms={last.latency_ms} />}
            </>
          ) : <p className="muted">It was not tested yet.{may('connectors:use') && ' Press “Test” to see whether it can be reached.'}</p>}
        </Card>
        <Card>
          <Bars title="Operations in the last day" times={buckets.map(({ at }) => at)} height={110} series={[
            { name: 'Went well', tone: 'accent', values: buckets.map(({ count, errors }) => count - errors) }, { name: 'Failed', tone: 'bad', values: buckets.map(({ errors }) => errors) },
          ]} />
        </Card>
        <Connection connector={connector} />
        {webhook.data?.takes_webhooks && (
          <Card title="Incoming webhooks"><p>Enter this address at the provider{webhook.data.enabled ? '' : '; until a signing secret is set, requests are refused'}.</p><CopyText text={webhook.data.url} label="Copy the webhook address" />{webhook.data.hint && <p className="muted">{webhook.data.hint}</p>}</Card>
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
