import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Connector, Kind, Problem } from '../api/client.ts';
import { catalogQuery, connectorQuery, refresh } from '../api/queries.ts';
import { Button } from '../components/Button.tsx';
import { TextArea, TextField } from '../components/Field.tsx';
import { Loaded, ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { Page } from '../components/Page.tsx';
import { toast } from '../components/Toasts.tsx';
import { ConfigForm } from '../form/ConfigForm.tsx';
import { focusFirstInvalid } from '../form/focus.ts';
import { FormFooter } from '../form/FormFooter.tsx';
import { KindAside } from '../form/KindAside.tsx';
import type { ConfigSchema, Drafts } from '../form/schema.ts';
import { draftsOf, errorsLeft, fieldErrorsOf, fieldsOf, isTold, readForm } from '../form/schema.ts';
import { TestScheduleField } from '../form/TestScheduleField.tsx';
import { UnsavedGuard } from '../form/UnsavedGuard.tsx';
import { useTest } from '../form/useTest.ts';

export function EditConnector() {
  const { id } = useParams({ from: '/shell/connectors/$id/edit' });
  const connector = useQuery(connectorQuery(id));
  const catalog = useQuery(catalogQuery);
  const kind = catalog.data?.kinds.find((one) => one.kind === connector.data?.kind);
  /** What the form was filled from. What others save meanwhile takes nothing of what is being typed. */
  const [loaded, setLoaded] = useState(connector.data);
  if (connector.data && loaded?.id !== connector.data.id) setLoaded(connector.data);
  const { refetch } = connector;
  const reload = useCallback(async () => {
    const { data } = await refetch();
    if (data) setLoaded(data);
  }, [refetch]);
  return (
    <Page title={connector.data ? `Edit ${connector.data.name}` : 'Edit connector'} before={<Link className="back" to="/connectors/$id" params={{ id }}><Icon name="back" size={15} />{connector.data?.name ?? 'Connector'}</Link>}>
      <Loaded query={connector} lines={6} height={44}>
        <Loaded query={catalog} lines={6} height={44}>
          {connector.data && loaded && kind && <Form key={`${loaded.id} ${loaded.version}`} connector={loaded} newest={connector.data.version} kind={kind} onReload={reload} />}
        </Loaded>
      </Loaded>
    </Page>
  );
}

/** @param newest the version that is stored by now */
function Form({ connector, newest, kind, onReload }: { connector: Connector; newest: number; kind: Kind; onReload(): Promise<void> }) {
  const navigate = useNavigate();
  const fields = useMemo(() => fieldsOf(kind.config_schema as ConfigSchema), [kind]);
  const before = useMemo(() => draftsOf(fields, connector.config), [fields, connector]);
  const [name, setName] = useState(connector.name);
  const [slug, setSlug] = useState(connector.slug);
  const [description, setDescription] = useState(connector.description);
  const [schemas, setSchemas] = useState(connector.output_schemas.join(', '));
  const [testEvery, setTestEvery] = useState(connector.check_every_minutes);
  const [drafts, setDrafts] = useState<Drafts>(before);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const id = connector.id;
  const read = readForm(fields, drafts, before);
  const outputSchemas = schemas.split(/[\n,]/).map((word) => word.trim()).filter(Boolean);

  const changes = {
    ...(name !== connector.name && { name }), ...(slug !== connector.slug && { slug }), ...(description !== connector.description && { description }),
    ...(outputSchemas.join() !== connector.output_schemas.join() && { output_schemas: outputSchemas }),
    ...(testEvery !== connector.check_every_minutes && { check_every_minutes: testEvery }),
    ...(Object.keys(read.config).length > 0 && { config: read.config }),
  };
  // What cannot be read is a change too: saving says where it is.
  const isDirty = Object.keys(changes).length > 0 || Object.keys(read.errors).length > 0;
  const isOutdated = newest !== connector.version && !saving;
  useEffect(() => {
    if (isOutdated && !isDirty) void onReload();
  }, [isOutdated, isDirty, onReload]);

  const mark = (failure: Problem) => {
    setErrors({ ...fieldErrorsOf(failure.errors), ...Object.fromEntries((failure.errors ?? []).filter(({ path }) => !path.startsWith('config.')).map(({ path, message }) => [`:${path}`, message])) });
    focusFirstInvalid();
  };
  const isReadable = () => {
    setErrors(read.errors);
    setProblem(undefined);
    if (Object.keys(read.errors).length === 0) return true;
    focusFirstInvalid();
    return false;
  };
  const test = useTest(async (signal) => {
    const result = await unwrap(api.POST('/api/connectors/{id}/test', { params: { path: { id } }, body: 'config' in changes ? { config: read.config } : {}, signal })).catch((error: unknown) => {
      if (!signal.aborted) mark(problemOf(error));
      throw error;
    });
    setErrors(fieldErrorsOf((result.error as Problem | undefined)?.errors));
    return result;
  }, () => void refresh('connectors'));

  const save = async () => {
    if (!isReadable()) return;
    setSaving(true);
    try {
      await unwrap(api.PATCH('/api/connectors/{id}', { params: { path: { id } }, body: { ...changes, version: connector.version } }));
      await refresh('connectors', 'defaults');
      toast('The changes are saved');
      await navigate({ to: '/connectors/$id', params: { id }, ignoreBlocker: true });
    } catch (error) {
      mark(problemOf(error));
      setProblem(problemOf(error));
    } finally {
      setSaving(false);
    }
  };

  const isConflict = (isOutdated && isDirty) || problem?.code === 'version_conflict';
  // Problems that fields tell already need no pane of their own.
  const isAllTold = problem?.errors !== undefined && problem.errors.length > 0 && problem.errors.every(({ path }) => isTold(path, fields, drafts) || ['name', 'slug'].includes(path));

  return (
    <div className="form-layout">
      <form className="form" aria-label={`Edit ${connector.name}`} noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="card">
          <fieldset className="form-section"><legend>Connector</legend>
            <div className="form-fields two">
              <TextField label="Name" required value={name} maxLength={200} error={errors[':name']} onChange={(event) => setName(event.target.value)} />
              <TextField label="Slug" required value={slug} maxLength={63} error={errors[':slug']} onChange={(event) => setSlug(event.target.value)} help="What people type and addresses hold" />
            </div>
            <div className="form-fields"><TextArea label="Description" rows={2} value={description} maxLength={2000} onChange={(event) => setDescription(event.target.value)} /></div>
          </fieldset>
          <ConfigForm fields={fields} redirectUri={kind.redirect_uri} drafts={drafts} before={before} stored={connector.config} errors={errors} onChange={(next) => { setDrafts(next); setErrors((was) => errorsLeft(was, drafts, next)); test.clear(); }} />
          {kind.category === 'database' && (
            <fieldset className="form-section"><legend>What may be read</legend>
              <div className="form-fields"><TextField label="Schemas" value={schemas} help="Separated by commas; when empty, those that the user of the connection owns." onChange={(event) => setSchemas(event.target.value)} /></div>
            </fieldset>
          )}
          <TestScheduleField value={testEvery} onChange={setTestEvery} stored={connector.check_every_minutes} />
        </div>
        <FormFooter test={test} outcome={isConflict ? (
          <div className="notice warn outdated" role="alert">
            <p><strong>Somebody else has changed it meanwhile.</strong> What you entered is still here; to save it, load what they saved and enter it again.</p>
            <Button size="small" icon="refresh" onClick={() => void onReload()}>Reload, and drop what I entered</Button>
          </div>
        ) : problem && !isAllTold && <ProblemPane problem={problem} />}>
          <Button icon="bolt" busy={test.running} onClick={() => { if (isReadable()) test.start(); }}>Test</Button>
          <span className="spacer" />
          <Link className="button ghost medium" to="/connectors/$id" params={{ id }}>Cancel</Link>
          <Button type="submit" variant="primary" busy={saving} disabled={!isDirty}>Save changes</Button>
        </FormFooter>
      </form>
      <UnsavedGuard isDirty={isDirty} />
      <KindAside kind={kind} />
    </div>
  );
}
