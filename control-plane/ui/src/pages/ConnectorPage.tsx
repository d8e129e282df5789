import { Tabs } from '@base-ui/react/tabs';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Connector, Kind } from '../api/client.ts';
import { catalogQuery, categoriesQuery, connectorQuery, refresh, resolutionQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { AuditList } from '../components/AuditList.tsx';
import { Button, buttonClass } from '../components/Button.tsx';
import { ConnectorStatus } from '../components/ConnectorStatus.tsx';
import { Confirm } from '../components/Dialog.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Menu } from '../components/Menu.tsx';
import { Page } from '../components/Page.tsx';
import { attempt, toast } from '../components/Toasts.tsx';
import { Checks } from '../connector/Checks.tsx';
import { DeleteConnector } from '../connector/DeleteConnector.tsx';
import { Models } from '../connector/Models.tsx';
import { Overview } from '../connector/Overview.tsx';
import { Used } from '../connector/Used.tsx';
import { useConnecting } from '../connector/useConnecting.ts';
import { filtersOfList } from '../layout/connectorList.ts';
import type { ConfigSchema } from '../form/schema.ts';
import { TestOutcome } from '../form/TestOutcome.tsx';
import { useTest } from '../form/useTest.ts';

export function ConnectorPage() {
  const { id } = useParams({ from: '/shell/connectors/$id' });
  const query = useQuery(connectorQuery(id));
  const connector = query.data;
  if (query.isError && problemOf(query.error).status === 404) {
    return <Page title="Connector" before={<Back />}><EmptyState icon="search" title="There is no such connector" action={<Link className={buttonClass('primary')} to="/connectors">Look at the connectors</Link>}>It was deleted, or you have no right to see it.</EmptyState></Page>;
  }
  if (!connector) return <Page title="Connector" before={<Back />}><Loaded query={query} lines={6} height={48}>{null}</Loaded></Page>;
  return <Details key={connector.id} connector={connector} />;
}

/** Whether there may be an account behind it: only then the service is asked. */
function signsInByOAuth({ config }: Connector, kind: Kind | undefined): boolean {
  const { token_url, authentication } = (kind?.config_schema as ConfigSchema | undefined)?.properties ?? {};
  const isChoice = authentication?.enum?.some((way) => String(way).startsWith('oauth2')) ?? false;
  return token_url !== undefined && (!isChoice || String(config['authentication']).startsWith('oauth2'));
}

function Back() {
  return <Link className="back" to="/connectors" search={filtersOfList()} resetScroll={false}><Icon name="back" size={15} />Connectors</Link>;
}

function Details({ connector }: { connector: Connector }) {
  const { id, category, tenant_slug } = connector;
  const { tab = 'overview' } = useSearch({ from: '/shell/connectors/$id' });
  const navigate = useNavigate({ from: '/connectors/$id' });
  const may = useMay();
  const catalog = useQuery(catalogQuery);
  const categories = useQuery(categoriesQuery);
  const categoryName = categories.data?.categories.find((one) => one.category === category)?.label ?? category.replaceAll('_', ' ');
  const kind = catalog.data?.kinds.find((one) => one.kind === connector.kind);
  const [asking, setAsking] = useState<'default' | 'delete' | 'deactivate'>();
  const resolution = useQuery({ ...resolutionQuery(tenant_slug, category), enabled: may('connectors:use') });
  const current = resolution.data?.how === 'own' ? resolution.data.connector : null;
  const done = () => refresh('connectors', 'defaults', 'audit', 'statistics');
  const test = useTest((signal) => unwrap(api.POST('/api/connectors/{id}/test', { params: { path: { id } }, body: {}, signal })), () => void done());
  const connecting = useConnecting(id, signsInByOAuth(connector, kind), test.start);
  const bar = useRef<HTMLDivElement>(null);
  const reconnect = ({ code }: { code: string }) => code === 'oauth_reconnect_required' && may('connectors:write') && connecting.connection?.grant === 'authorization_code' && !connecting.link && (
    <Button size="small" busy={connecting.busy} onClick={() => { test.clear(); void openTab('overview'); void connecting.start(); }}>{connecting.connection.account ? 'Reconnect' : 'Connect an account'}</Button>
  );

  const openTab = (value: string) => navigate({ search: (before) => ({ ...before, tab: value === 'overview' ? undefined : value, model: undefined }), replace: true });
  const setActive = async (active: boolean, undo = true) => {
    const params = { params: { path: { id } } };
    await unwrap(active ? api.POST('/api/connectors/{id}/activate', params) : api.POST('/api/connectors/{id}/deactivate', params));
    await done();
    toast(`“${connector.name}” is ${active ? 'active' : 'inactive'}`, undo ? { undo: () => setActive(!active, false) } : {});
  };
  const makeDefault = async (target = id, undo = true): Promise<void> => {
    const { replaced } = await unwrap(api.POST('/api/connectors/{id}/make_default', { params: { path: { id: target } } }));
    await done();
    toast(`The default ${categoryName} of ${tenant_slug} is changed`, undo && replaced ? { description: `It replaces “${replaced.name}”.`, undo: () => makeDefault(replaced.id, false) } : {});
  };
  const canDiscover = kind?.operations.includes('discover') === true && may('connectors:use');
  const tabs = [
    { value: 'overview', label: 'Overview' }, { value: 'checks', label: 'Tests' },
    ...(canDiscover ? [{ value: 'models', label: 'Models' }] : []),
    { value: 'used', label: 'Where used' },
    ...(may('audit:read') ? [{ value: 'audit', label: 'Audit trail' }] : []),
  ];

  useEffect(() => {
    // On a phone the open tab may lie beyond the edge.
    void bar.current?.querySelector(`[data-tab="${tab}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab, tabs.length]);

  return (
    <Page title={connector.name} before={<Back />}
      lead={<span className="facts"><KindIcon kind={connector.kind} category={category} size={20} /><span>{kind?.label ?? connector.kind}</span><span>of <Link to="/connectors" search={{ tenant: tenant_slug }}>{tenant_slug}</Link></span><ConnectorStatus connector={connector} />{connector.is_default && <Badge tone="accent">Default {categoryName}</Badge>}{may('events:read') && <Link to="/events" search={{ connector: id }}>Events</Link>}</span>}
      actions={(
        <>
          {may('connectors:use') && <Button icon="bolt" busy={test.running} disabled={!connector.active} onClick={test.start}>Test</Button>}
          {may('connectors:write') && <Link className={buttonClass()} to="/connectors/$id/edit" params={{ id }}>Edit</Link>}
          {may('connectors:write') && (
            <Menu trigger={<Button icon="dots" aria-label="More actions" />} items={[
              !connector.is_default && connector.active && { label: `Make default ${categoryName}`, icon: 'star', onSelect: () => setAsking('default') },
              connector.active ? { label: 'Deactivate', icon: 'close', onSelect: () => setAsking('deactivate') } : { label: 'Activate', icon: 'check', onSelect: () => void attempt('It is not activated', () => setActive(true)) },
              { label: 'Delete', icon: 'trash', danger: true, onSelect: () => setAsking('delete') },
            ]} />
          )}
        </>
      )}>
      {connector.description && <p className="description">{connector.description}</p>}
      <TestOutcome test={test} action={reconnect} />
      <Tabs.Root value={tab} onValueChange={(value) => void openTab(String(value))}>
        <Tabs.List className="tabs" ref={bar}>
          {tabs.map(({ value, label }) => <Tabs.Tab key={value} value={value} data-tab={value} className="tab">{label}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="overview" className="tab-panel"><Overview connector={connector} kind={kind} connecting={connecting} reconnect={reconnect} told={test.outcome?.ok === false ? test.outcome.problem : undefined} /></Tabs.Panel>
        <Tabs.Panel value="checks" className="tab-panel"><Checks id={id} /></Tabs.Panel>
        {canDiscover && <Tabs.Panel value="models" className="tab-panel"><Models connector={connector} /></Tabs.Panel>}
        <Tabs.Panel value="used" className="tab-panel"><Used connector={connector} /></Tabs.Panel>
        {may('audit:read') && <Tabs.Panel value="audit" className="tab-panel"><AuditList filter={{ resource: id }} /></Tabs.Panel>}
      </Tabs.Root>
      <Confirm open={asking === 'default'} onClose={() => setAsking(undefined)} danger={false} action="Make default" title={`Make “${connector.name}” the default?`}
        description={current ? <>It replaces “{current.name}” as the default {categoryName} of {tenant_slug}. Workflows use it from their next step on.</> : <>{tenant_slug} has no default {categoryName} of its own. Tenants below it inherit this one.</>}
        onConfirm={() => makeDefault()} />
      <Confirm open={asking === 'deactivate'} onClose={() => setAsking(undefined)} action="Deactivate" title={`Deactivate “${connector.name}”?`}
        description={connector.is_default ? <>It is the default {categoryName} of {tenant_slug}: workflows that ask for it fail until it is active again or another one is the default.</> : 'Nothing can use it until it is active again. Its configuration is kept.'}
        onConfirm={() => setActive(false)} />
      <DeleteConnector connector={connector} open={asking === 'delete'} onClose={() => setAsking(undefined)} onDeleted={() => void navigate({ to: '/connectors', search: filtersOfList(), resetScroll: false })} />
    </Page>
  );
}
