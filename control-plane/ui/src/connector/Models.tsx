import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { problemOf, readRecords } from '../api/client.ts';
import type { Connector } from '../api/client.ts';
import { catalogQuery, modelQuery, modelsQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { formatCount } from '../components/Time.tsx';
import { Uploads } from '../uploads/Uploads.tsx';

const previewRows = 20;

/** What a connector can be read from, and the first rows of one. */
export function Models({ connector }: { connector: Connector }) {
  const { model } = useSearch({ from: '/shell/connectors/$id' });
  const navigate = useNavigate({ from: '/connectors/$id' });
  const [search, setSearch] = useState('');
  const query = useQuery(modelsQuery(connector.id, search));
  const catalog = useQuery(catalogQuery);
  const mayUpload = useMay()('connectors:use');
  const models = query.data?.models ?? [];
  const kind = catalog.data?.kinds.find((one) => one.kind === connector.kind);
  const isUploadedTo = mayUpload && kind?.operations.includes('upload') === true;
  const isEmpty = query.isSuccess && !query.isPlaceholderData && models.length === 0 && search === '';
  const choose = useCallback((name: string) => void navigate({ search: (before) => ({ ...before, model: name }), replace: true }), [navigate]);
  if (query.isError) return <ProblemPane problem={problemOf(query.error)} retry={() => void query.refetch()} />;
  const uploads = isUploadedTo && <Uploads connectorId={connector.id} about={kind.description} isEmpty={isEmpty} onShow={choose} />;
  const list = (
    <div className="models">
      <div className="models-list">
        <SearchInput label="Search models" value={search} onChange={setSearch} />
        <Loaded query={query} lines={6} height={36}>
          {models.length === 0 ? <p className="muted card-note">{search ? 'Nothing fits.' : 'There is nothing to read here.'}</p> : (
            <ul>
              {models.map((one) => (
                <li key={one.name}>
                  <button type="button" aria-pressed={one.name === model} onClick={() => choose(one.name)}>
                    <span className="clip">{one.label ?? one.name}</span>
                    <small>{one.type}{one.estimated_rows !== undefined && ` · ~${formatCount(one.estimated_rows)}`}</small>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </div>
      <div className="models-detail">
        {model === undefined ? <EmptyState icon="table" title="Choose a model">Its fields and first rows are shown here.</EmptyState> : <Preview key={model} connector={connector} model={model} />}
      </div>
    </div>
  );
  return <>{uploads}{!(uploads && isEmpty) && list}</>;
}

function Preview({ connector, model }: { connector: Connector; model: string }) {
  const described = useQuery(modelQuery(connector.id, model));
  const rows = useQuery({
    queryKey: ['connectors', 'preview', connector.id, model], staleTime: 60_000, retry: false,
    queryFn: ({ signal }) => readRecords(`/api/connectors/${connector.id}/read`, { model, limit: previewRows }, signal),
  });
  const fields = described.data?.models.find(({ name }) => name === model)?.fields ?? [];
  const names = fields.length > 0 ? fields.map(({ name }) => name) : [...new Set((rows.data ?? []).flatMap(Object.keys))];
  const typeOf = new Map(fields.map((field) => [field.name, field]));
  return (
    <section aria-label={model}>
      <h2 className="mono">{model}</h2>
      <Loaded query={rows} lines={8} height={28}>
        {rows.data?.length === 0 ? <EmptyState icon="box" title="No rows">{model} is empty.</EmptyState> : (
          <div className="table-scroll preview" tabIndex={0} role="region" aria-label={`The first rows of ${model}`}>
            <table className="table dense">
              <thead>
                <tr>{names.map((name) => <th key={name} scope="col">{name}{typeOf.get(name)?.primary_key && <> <Badge>key</Badge></>}{typeOf.has(name) && <small>{typeOf.get(name)!.type}</small>}</th>)}</tr>
              </thead>
              <tbody>{(rows.data ?? []).map((row, index) => <tr key={index}>{names.map((name) => <td key={name}>{cell(row[name])}</td>)}</tr>)}</tbody>
            </table>
          </div>
        )}
        <p className="muted">The first {previewRows} rows at most.</p>
      </Loaded>
    </section>
  );
}

function cell(value: unknown) {
  if (value === null || value === undefined) return <span className="muted">null</span>;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 200 ? <span title={text}>{text.slice(0, 200)}…</span> : text;
}
