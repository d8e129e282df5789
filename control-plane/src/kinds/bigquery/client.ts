/** BigQuery's REST API: jobs that are sent off under an id of our own, and their rows page by page. */
import { randomUUID } from 'node:crypto';
import { readServiceAccountKey } from '../../engines/google/service-account.ts';
import { createHttpClient, oauthAuthentication } from '../../engines/http/index.ts';
import type { HttpClient, HttpRequest } from '../../engines/http/index.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import type { OpenContext } from '../contract.ts';
import type { BigqueryConfig } from './config.ts';
import { bigqueryError, bigqueryFailure } from './errors.ts';
import type { ErrorProto } from './errors.ts';
import type { Parameter } from './parameters.ts';
import type { Cell, FieldSchema } from './values.ts';

export interface Row {
  f: { v: Cell }[];
}
export interface Pages {
  fields: FieldSchema[];
  rows: AsyncIterable<Row[]>;
  /** What a statement that writes has written. */
  affected: number;
}
export interface Options {
  purpose: Purpose;
  signal: AbortSignal;
}

interface Job {
  jobReference: { jobId: string; location?: string };
  status?: { errorResult?: ErrorProto };
  statistics?: { query?: { statementType?: string } };
}
interface ResultPage {
  jobComplete?: boolean;
  schema?: { fields?: FieldSchema[] };
  rows?: Row[];
  pageToken?: string;
  numDmlAffectedRows?: string;
}

const pageRows = 10_000;
/** How long BigQuery may hold a request back while a job runs, in milliseconds. */
const patience = 10_000;
/** A page is at most some 20 MB of BigQuery's own form. */
const largestPage = 200_000_000;
/** The status of an id that is taken. */
const exists = 409;
const retry = { attempts: 4, base_delay: 300, max_delay: 8000 };

export interface Client {
  /** GET below the project. @param path `datasets` */
  get<T>(path: string, query: HttpRequest['query'], options: Options): Promise<T>;
  /** What kind of statement it is, as BigQuery says, without running it. */
  statementType(query: string, parameters: readonly Parameter[], options: Options): Promise<string>;
  run(query: string, parameters: readonly Parameter[], options: Options): Promise<Pages>;
  /** The rows of a table as they lie there: no job, no cost. */
  list(dataset: string, table: string, selected: string[] | undefined, options: Options): AsyncGenerator<Row[]>;
}

export function createClient(config: BigqueryConfig, { egress, oauth }: OpenContext): Client {
  const authentication = oauthAuthentication(oauth);
  const project = encodeURIComponent(config.project_id ?? readServiceAccountKey(config.service_account_json).project_id ?? '');
  const clients = new Map<Purpose, HttpClient>();
  const http = (purpose: Purpose): HttpClient => {
    const client = clients.get(purpose) ?? createHttpClient({
      egress, authentication, base_url: config.url, backend: 'BigQuery', ca_certificate: config.ca_certificate,
      max_response_bytes: largestPage, explain: (failure) => bigqueryFailure(failure, purpose),
    });
    clients.set(purpose, client);
    return client;
  };
  const base = `bigquery/v2/projects/${project}`;
  const get: Client['get'] = async <T>(path: string, query: HttpRequest['query'], { purpose, signal }: Options) =>
    (await http(purpose).request({ path: `${base}/${path}`, query, signal, retry })).json() as T;

  const insert = async (query: string, parameters: readonly Parameter[], { purpose }: Options, signal: AbortSignal, dryRun = false): Promise<Job> => {
    const { location, dataset, maximum_bytes_billed, timeout } = config;
    const jobId = `patchbay_${randomUUID()}`;
    const answer = await http(purpose).request({
      method: 'POST', path: `${base}/jobs`, signal, retry, accepts: (status) => (status >= 200 && status < 300) || status === exists,
      json: {
        jobReference: { projectId: decodeURIComponent(project), jobId, location },
        configuration: {
          dryRun, jobTimeoutMs: String(timeout * 1000), labels: { source: 'patchbay' },
          query: {
            query, useLegacySql: false, parameterMode: 'POSITIONAL', queryParameters: parameters,
            ...(dataset !== undefined && { defaultDataset: { projectId: decodeURIComponent(project), datasetId: dataset } }),
            ...(maximum_bytes_billed !== undefined && { maximumBytesBilled: String(maximum_bytes_billed) }),
          },
        },
      },
    });
    // Nobody else knows the id: it is this job, made by an attempt whose answer was lost.
    if (answer.status === exists) return { jobReference: { jobId, ...placeOf(answer.text(), jobId, location) } };
    const job = answer.json() as Job;
    if (job.status?.errorResult) throw bigqueryError(job.status.errorResult, purpose);
    return job;
  };

  return {
    get,
    async statementType(query, parameters, options) {
      return (await insert(query, parameters, options, options.signal, true)).statistics?.query?.statementType ?? 'unknown';
    },
    async run(query, parameters, options) {
      const { purpose, signal } = options;
      signal.throwIfAborted();
      // Not given up with the caller: only a job that is there can be cancelled.
      const inserting = insert(query, parameters, options, AbortSignal.timeout((config.timeout + 10) * 1000));
      const cancel = () => {
        inserting.then(({ jobReference: { jobId, location } }) => http(purpose).request({
          method: 'POST', path: `${base}/jobs/${encodeURIComponent(jobId)}/cancel`, query: { location }, signal: AbortSignal.timeout(10_000),
        })).catch(() => undefined);
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const { jobReference: { jobId, location } } = await inserting;
        const page = (more: HttpRequest['query']) => get<ResultPage>(`queries/${encodeURIComponent(jobId)}`, {
          location, maxResults: String(pageRows), timeoutMs: String(patience), 'formatOptions.useInt64Timestamp': 'true', ...more,
        }, options);
        let first = await page({});
        while (first.jobComplete === false) first = await page({});
        return { fields: first.schema?.fields ?? [], affected: Number(first.numDmlAffectedRows ?? 0), rows: pages(first, (pageToken) => page({ pageToken })) };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
    async *list(dataset, table, selected, options) {
      const page = (pageToken?: string) => get<ResultPage>(`datasets/${encodeURIComponent(dataset)}/tables/${encodeURIComponent(table)}/data`, {
        maxResults: String(pageRows), 'formatOptions.useInt64Timestamp': 'true', ...(selected && { selectedFields: selected.join(',') }), ...(pageToken && { pageToken }),
      }, options);
      yield* pages(await page(), page);
    },
  };
}

/** `Already Exists: Job acme-shop:EU.patchbay_…` */
function placeOf(said: string, jobId: string, usual: string | undefined): { location?: string } {
  const location = new RegExp(`:([A-Za-z0-9-]+)\\.${jobId}`).exec(said)?.[1] ?? usual;
  return location === undefined ? {} : { location };
}

async function* pages(first: ResultPage, next: (pageToken: string) => Promise<ResultPage>): AsyncGenerator<Row[]> {
  for (let page = first; ; page = await next(page.pageToken)) {
    yield page.rows ?? [];
    if (!page.pageToken) return;
  }
}
