import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Kind, Problem } from '../api/client.ts';
import { catalogQuery, refresh, resolutionQuery, tenantsQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { SwitchField, TextArea, TextField } from '../components/Field.tsx';
import { EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Page } from '../components/Page.tsx';
import { toast } from '../components/Toasts.tsx';
import { ConfigForm } from '../form/ConfigForm.tsx';
import { FormFooter } from '../form/FormFooter.tsx';
import { ImportDialog } from '../form/ImportDialog.tsx';
import { KindAside } from '../form/KindAside.tsx';
import type { ConfigSchema, Drafts } from '../form/schema.ts';
import { draftsOf, errorsLeft, fieldErrorsOf, fieldsOf, isTold, readForm } from '../form/schema.ts';
import { TenantField } from '../form/TenantField.tsx';
import { TestScheduleField } from '../form/TestScheduleField.tsx';
import { UnsavedGuard } from '../form/UnsavedGuard.tsx';
import { useTest } from '../form/useTest.ts';
import { focusFirstInvalid } from '../form/focus.ts';
import { useTenant } from '../layout/TenantSwitcher.tsx';

export function NewConnector() {
  const { kind: name } = useParams({ from: '/shell/catalog/$kind' });
  const catalog = useQuery(catalogQuery);
  const tenants = useQuery(tenantsQuery('', 2));
  const kind = catalog.data?.kinds.find((one) => one.kind === name || one.aliases.includes(name));
  return (
    <Page title={kind ? `New ${kind.label} connector` : 'New connector'} before={<Link className="back" to="/catalog"><Icon name="back" size={15} />Catalog</Link>}>
      <Loaded query={catalog} lines={6} height={44}>
        <Loaded query={tenants} lines={6} height={44}>
          {kind ? <Form key={kind.kind} kind={kind} only={tenants.data?.tenants.length === 1 ? tenants.data.tenants[0]!.slug : undefined} /> : <EmptyState icon="search" title={`There is no kind “${name}”`} action={<Link className="button primary medium" to="/catalog">Open the catalog</Link>} />}
        </Loaded>
      </Loaded>
    </Page>
  );
}

function Form({ kind, only }: { kind: Kind; only: string | undefined }) {
  const navigate = useNavigate();
  const session = useSession();
  const chosen = useTenant();
  const category = kind.category.replaceAll('_', ' ');
  const fields = useMemo(() => fieldsOf(kind.config_schema as ConfigSchema), [kind]);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [picked, setTenant] = useState<string>();
  const tenant = picked ?? chosen ?? session.tenant?.slug ?? only ?? '';
  const [schemas, setSchemas] = useState('');
  const [isDefault, setIsDefault] = useState(false);
  const [testEvery, setTestEvery] = useState<number | null>(null);
  const [initial] = useState<Drafts>(() => draftsOf(fields));
  const [drafts, setDrafts] = useState(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem>();
  const [saving, setSaving] = useState(false);
  const resolution = useQuery({ ...resolutionQuery(tenant, kind.category), enabled: tenant !== '' });
  const current = resolution.data?.connector ?? undefined;
  const own = current && resolution.data?.how === 'own' ? current : undefined;

  const isDirty = name !== '' || description !== '' || schemas !== '' || isDefault || testEvery !== null || picked !== undefined || drafts !== initial;

  const mark = (failure: Problem) => {
    const atFields = fieldErrorsOf(failure.errors);
    const others = fieldErrorsOf(failure.errors?.filter(({ path }) => !path.startsWith('config.')), '');
    setErrors({ ...Object.fromEntries(Object.entries(others).map(([field, message]) => [`:${field}`, message])), ...atFields });
    focusFirstInvalid();
  };
  const refuse = (failure: Problem) => {
    mark(failure);
    setProblem(failure);
  };
  const read = () => {
    const { config, errors: unreadable } = readForm(fields, drafts);
    setErrors(unreadable);
    setProblem(undefined);
    if (Object.keys(unreadable).length === 0) return config;
    focusFirstInvalid();
    return undefined;
  };
  const outputSchemas = schemas.split(/[\n,]/).map((word) => word.trim()).filter(Boolean);

  const test = useTest(async (signal) => {
    const config = readForm(fields, drafts).config;
    const result = await unwrap(api.POST('/api/connectors/catalog/{kind}/test', {
      params: { path: { kind: kind.kind } }, signal, body: { config, ...(tenant !== '' && { tenant }), ...(outputSchemas.length > 0 && { output_schemas: outputSchemas }) },
    })).catch((error: unknown) => {
      if (!signal.aborted) mark(problemOf(error));
      throw error;
    });
    setErrors(fieldErrorsOf((result.error as Problem | undefined)?.errors));
    return result;
  });

  const save = async () => {
    const config = read();
    if (!config) return;
    setSaving(true);
    try {
      const made = await unwrap(api.POST('/api/connectors', {
        body: { name, kind: kind.kind, tenant, config, ...(description && { description }), ...(outputSchemas.length > 0 && { output_schemas: outputSchemas }), ...(isDefault && !own && { is_default: true }), check_every_minutes: testEvery },
      }));
      if (isDefault && own) await unwrap(api.POST('/api/connectors/{id}/make_default', { params: { path: { id: made.id } } }));
      await refresh('connectors', 'defaults', 'statistics');
      toast(`“${made.name}” is saved`, { description: isDefault ? `It is now the default ${category} of ${made.tenant_slug}.` : undefined });
      await navigate({ to: '/connectors/$id', params: { id: made.id }, ignoreBlocker: true });
    } catch (error) {
      refuse(problemOf(error));
    } finally {
      setSaving(false);
    }
  };

  const change = (next: Drafts) => {
    setDrafts(next);
    test.clear();
    setErrors((before) => errorsLeft(before, drafts, next));
  };
  /** For what is not of the config. */
  const forget = (...paths: string[]) => setErrors((before) => Object.fromEntries(Object.entries(before).filter(([path]) => !paths.includes(path))));
  const fill = (config: Record<string, unknown>) => {
    const imported = draftsOf(fields, config);
    change({ ...drafts, ...Object.fromEntries(Object.keys(config).map((field) => [field, fields.find((one) => one.name === field)?.secret ? { mode: 'plain' as const, text: String(config[field]) } : imported[field]!])) });
    toast('The form is filled in', { description: `${Object.keys(config).length} fields from what you gave` });
  };
  // Problems that fields tell already need no pane of their own.
  const isAllTold = problem?.errors !== undefined && problem.errors.length > 0 && problem.errors.every(({ path }) => isTold(path, fields, drafts) || ['name', 'tenant', 'slug'].includes(path));

  return (
    <div className="form-layout">
      <form className="form" aria-label={`New ${kind.label} connector`} noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="card">
          <header className="kind-header"><KindIcon kind={kind.kind} category={kind.category} size={36} /><div><strong>{kind.label}</strong><p className="muted">{kind.description}</p></div>{kind.has_import && <ImportDialog kind={kind.kind} label={kind.label} onImport={fill} />}</header>
          <fieldset className="form-section"><legend>Connector</legend>
            <div className="form-fields two">
              <TextField label="Name" required value={name} maxLength={200} placeholder={`Production ${kind.label}`} error={errors[':name'] ?? (errors[':slug'] && `${problem?.detail ?? ''} Choose another name.`)} onChange={(event) => { setName(event.target.value); forget(':name', ':slug'); }} />
              <TenantField value={tenant} onChange={(slug) => { setTenant(slug); forget(':tenant', ':slug'); test.clear(); }} error={errors[':tenant']} />
            </div>
            <div className="form-fields">
              <TextArea label="Description" rows={2} value={description} maxLength={2000} onChange={(event) => setDescription(event.target.value)} />
            </div>
          </fieldset>
          <ConfigForm fields={fields} redirectUri={kind.redirect_uri} drafts={drafts} onChange={change} errors={errors} />
          {kind.category === 'database' && (
            <fieldset className="form-section"><legend>What may be read</legend>
              <div className="form-fields"><TextField label="Schemas" value={schemas} placeholder="public, sales" help="Separated by commas; when empty, those that the user of the connection owns." onChange={(event) => { setSchemas(event.target.value); test.clear(); }} /></div>
            </fieldset>
          )}
          <TestScheduleField value={testEvery} onChange={setTestEvery} />
          <fieldset className="form-section"><legend>Default</legend>
            <SwitchField label={`Make it the default ${category} connector${tenant ? ` of ${tenant}` : ''}`} checked={isDefault} onChange={setIsDefault} disabled={tenant === ''}
              help={own ? <>It replaces “{own.name}”.</> : current ? <>Until now {tenant} inherits “{current.name}” from {current.tenant_slug}.</> : 'Workflows that ask for this category will use it.'} />
          </fieldset>
        </div>
        <FormFooter test={test} outcome={problem && !isAllTold && <ProblemPane problem={problem} />}>
          <Button icon="bolt" busy={test.running} onClick={() => { if (read()) test.start(); }}>Test</Button>
          <span className="spacer" />
          <Link className="button ghost medium" to="/catalog">Cancel</Link>
          <Button type="submit" variant="primary" busy={saving} disabled={name.trim() === '' || tenant === ''}>Save connector</Button>
        </FormFooter>
      </form>
      <UnsavedGuard isDirty={isDirty} />
      <KindAside kind={kind} />
    </div>
  );
}
