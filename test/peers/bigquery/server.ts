/**
 * A protocol peer for BigQuery: Google's token endpoint (the assertion's signature, audience, scope and life
 * are checked) and the documented REST API v2 (jobs, query results, cancelling, dry runs, datasets, tables,
 * table data) over DuckDB. What it makes of GoogleSQL is no more than the tests need.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { StatementType } from '@duckdb/node-api';
import { jwtVerify } from 'jose';
import { testCertificate } from '../certificate.ts';
import { createDatabase, failureOf, interrupt } from '../duckdb/database.ts';
import type { DuckDBConnection } from '../duckdb/database.ts';
import { startHttpPeer } from '../http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../http.ts';
import { macros, translate } from './sql.ts';
import type { Parameter } from './sql.ts';
import { cellOf, fieldOf } from './values.ts';
import type { FieldSchema } from './values.ts';

export interface BigqueryPeer extends HttpPeer {
  project_id: string;
  /** The JSON file of the key. */
  service_account_json: string;
  ca_certificate: string;
  /** Each job's query with its parameters; dry runs too. */
  jobs: { query: string; parameters: Parameter[]; dryRun: boolean }[];
  cancelled(): number;
  /** Answers the next job with 503, after it was made. */
  loseAnswer(): void;
  run(sql: string): Promise<(string | null)[][]>;
}

interface JobRequest {
  jobReference: { jobId: string };
  configuration: { dryRun?: boolean; query: { query: string; queryParameters?: Parameter[]; maximumBytesBilled?: string; defaultDataset?: { datasetId: string } } };
}
interface Job {
  connection: DuckDBConnection;
  done: boolean;
  failure?: HttpAnswer;
  fields: FieldSchema[];
  rows: { f: { v: unknown }[] }[];
  affected?: number;
}

const statementTypes: Partial<Record<number, string>> = {
  [StatementType.SELECT]: 'SELECT', [StatementType.INSERT]: 'INSERT', [StatementType.UPDATE]: 'UPDATE', [StatementType.DELETE]: 'DELETE', [StatementType.CREATE]: 'CREATE_TABLE', [StatementType.DROP]: 'DROP_TABLE',
};
const scope = 'https://www.googleapis.com/auth/bigquery';
/** What each query would read, for maximum_bytes_billed. */
const bytesRead = 10_000_000;

export async function startBigquery({ tls = true } = {}): Promise<BigqueryPeer> {
  const database = await createDatabase();
  await database.run(macros);
  const certificate = await testCertificate();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const project_id = 'acme-shop';
  const client_email = `reader@${project_id}.iam.gserviceaccount.com`;
  const tokens = new Set<string>();
  const jobs = new Map<string, Job>();
  const log: BigqueryPeer['jobs'] = [];
  let cancelled = 0;
  let lost = false;
  let address = '';

  const giveToken = async ({ body }: ReceivedRequest): Promise<HttpAnswer> => {
    const form = new URLSearchParams(body.toString());
    try {
      const { payload } = await jwtVerify(form.get('assertion') ?? '', publicKey, { issuer: client_email, audience: `${address}/token`, algorithms: ['RS256'], maxTokenAge: '1h' });
      if (payload['scope'] !== scope || form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') throw new Error('scope');
    } catch {
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
    }
    const access_token = `ya29.${randomUUID()}`;
    tokens.add(access_token);
    return { body: { access_token, token_type: 'Bearer', expires_in: 3599 } };
  };

  const connect = async (dataset = 'shop'): Promise<DuckDBConnection> => {
    const connection = await database.connect();
    await connection.run(`set search_path = '${dataset},main'`);
    return connection;
  };

  const load = async (job: Job, sql: string): Promise<void> => {
    const prepared = await job.connection.prepare(sql);
    const result = await prepared.runAndReadAll();
    if (prepared.statementType !== StatementType.SELECT) {
      job.affected = Number(result.getRows()[0]?.[0] ?? 0);
      return;
    }
    const cells = result.columnTypes().map(cellOf);
    job.fields = result.columnNames().map((name, index) => fieldOf(name, result.columnTypes()[index]!));
    job.rows = result.getRows().map((row) => ({ f: row.map((value, index) => ({ v: value === null ? (job.fields[index]!.mode === 'REPEATED' ? [] : null) : cells[index]!(value as never) })) }));
  };

  const insertJob = async ({ body }: ReceivedRequest): Promise<HttpAnswer> => {
    const { jobReference, configuration: { dryRun = false, query } } = JSON.parse(body.toString()) as JobRequest;
    const parameters = query.queryParameters ?? [];
    if (jobs.has(jobReference.jobId)) return refusal('duplicate', `Already Exists: Job ${project_id}:EU.${jobReference.jobId}`, 409);
    log.push({ query: query.query, parameters, dryRun });
    const reference = { projectId: project_id, jobId: jobReference.jobId, location: 'EU' };
    if (Number(query.maximumBytesBilled ?? Infinity) < bytesRead) return refusal('bytesBilledLimitExceeded', `Query exceeded limit for bytes billed: ${query.maximumBytesBilled}. ${bytesRead} or higher required.`);
    const connection = await connect(query.defaultDataset?.datasetId);
    let sql: string;
    let statementType: string;
    try {
      sql = translate(query.query, parameters);
      const statements = await connection.extractStatements(sql);
      const prepared = statements.count === 1 ? await statements.prepare(0) : undefined;
      statementType = prepared ? (/^\s*merge/i.test(sql) ? 'MERGE' : (statementTypes[prepared.statementType] ?? 'OTHER')) : 'SCRIPT';
      prepared?.destroySync();
    } catch (error) {
      connection.closeSync();
      return problem(error);
    }
    if (dryRun) {
      connection.closeSync();
      return { body: { jobReference: reference, status: { state: 'DONE' }, statistics: { totalBytesProcessed: String(bytesRead), query: { statementType } } } };
    }
    const job: Job = { connection, done: false, fields: [], rows: [] };
    jobs.set(jobReference.jobId, job);
    void load(job, sql).catch((error: unknown) => (job.failure = problem(error))).finally(() => {
      job.done = true;
      connection.closeSync();
    });
    if (lost) {
      lost = false;
      return { ...refusal('backendError', 'Visibility check was unavailable.', 503), headers: { 'retry-after': '0' } };
    }
    return { body: { jobReference: reference, status: { state: 'RUNNING' }, statistics: { query: { statementType } } } };
  };

  const results = async (id: string, query: URLSearchParams): Promise<HttpAnswer> => {
    const job = jobs.get(id);
    if (!job) return refusal('notFound', `Not found: Job ${project_id}:${id}`, 404);
    for (let turn = 0; turn < 20 && !job.done; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    if (!job.done) return { body: { jobComplete: false, jobReference: { projectId: project_id, jobId: id } } };
    if (job.failure) return job.failure;
    return page({ jobComplete: true, schema: { fields: job.fields }, totalRows: String(job.rows.length), ...(job.affected !== undefined && { numDmlAffectedRows: String(job.affected) }) }, job.rows, query);
  };

  const describe = async (dataset: string, table: string): Promise<{ job: Job; resource: object } | undefined> => {
    const [found] = await database.run(`select table_type from information_schema.tables where table_schema = '${dataset}' and table_name = '${table}'`);
    if (!found) return undefined;
    const job: Job = { connection: await connect(), done: false, fields: [], rows: [] };
    await load(job, `select * from "${dataset}"."${table}"`);
    job.connection.closeSync();
    const columns = await database.run(`select column_name, is_nullable from information_schema.columns where table_schema = '${dataset}' and table_name = '${table}'`);
    const required = new Set(columns.filter(([, nullable]) => nullable === 'NO').map(([name]) => name));
    const keys = (await database.run(`select unnest(constraint_column_names) from duckdb_constraints() where constraint_type = 'PRIMARY KEY' and schema_name = '${dataset}' and table_name = '${table}'`)).map(([name]) => name);
    return {
      job,
      resource: {
        type: found[0] === 'VIEW' ? 'VIEW' : 'TABLE', numRows: String(job.rows.length),
        schema: { fields: job.fields.map((field) => (required.has(field.name) ? { ...field, mode: 'REQUIRED' } : field)) },
        ...(keys.length > 0 && { tableConstraints: { primaryKey: { columns: keys } } }),
      },
    };
  };

  const described = new Map<string, Job>();
  const handle = async (request: ReceivedRequest): Promise<HttpAnswer> => {
    const { pathname, searchParams } = request.url;
    if (pathname === '/token') return giveToken(request);
    if (!tokens.has(request.headers.authorization?.replace('Bearer ', '') ?? '')) return refusal('authError', 'Invalid Credentials', 401);
    const path = decodeURIComponent(pathname).replace(`/bigquery/v2/projects/${project_id}/`, '');
    if (path === 'jobs') return insertJob(request);
    const [, jobId] = /^jobs\/([^/]+)\/cancel$/.exec(path) ?? [];
    if (jobId !== undefined) {
      cancelled += 1;
      const job = jobs.get(jobId);
      if (job) void interrupt(job.connection, () => job.done);
      return { body: { job: { status: { state: 'DONE' } } } };
    }
    const [, queryId] = /^queries\/([^/]+)$/.exec(path) ?? [];
    if (queryId !== undefined) return results(queryId, searchParams);
    if (path === 'datasets') {
      const rows = await database.run(`select schema_name from information_schema.schemata where catalog_name = 'memory' and schema_name <> 'main'`);
      return { body: { datasets: rows.map(([datasetId]) => ({ datasetReference: { projectId: project_id, datasetId } })) } };
    }
    const [, dataset, table, data] = /^datasets\/([^/]+)\/tables(?:\/([^/]+)(\/data)?)?$/.exec(path) ?? [];
    if (dataset === undefined) return refusal('notFound', `Not found: ${path}`, 404);
    if (table === undefined) {
      const rows = await database.run(`select table_name, table_type from information_schema.tables where table_schema = '${dataset}'`);
      return { body: { tables: rows.map(([tableId, type]) => ({ tableReference: { datasetId: dataset, tableId }, type: type === 'VIEW' ? 'VIEW' : 'TABLE' })) } };
    }
    const name = `${dataset}.${table}`;
    const kept = searchParams.has('pageToken') ? described.get(name) : undefined;
    const found = kept ? { job: kept, resource: {} } : await describe(dataset, table);
    if (!found) return refusal('notFound', `Not found: Table ${project_id}:${name}`, 404);
    if (data === undefined) return { body: found.resource };
    described.set(name, found.job);
    const selected = searchParams.get('selectedFields')?.split(',');
    const places = found.job.fields.flatMap((field, index) => (!selected || selected.includes(field.name) ? [index] : []));
    return page({ totalRows: String(found.job.rows.length) }, found.job.rows, searchParams, places.length < found.job.fields.length ? places : undefined);
  };

  const peer = await startHttpPeer(handle, tls ? certificate : undefined);
  address = peer.url;
  return {
    ...peer, project_id, ca_certificate: certificate.ca, jobs: log,
    service_account_json: JSON.stringify({
      type: 'service_account', project_id, private_key_id: 'key-1', client_email, token_uri: `${peer.url}/token`,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    }),
    cancelled: () => cancelled,
    loseAnswer: () => void (lost = true),
    run: database.run,
    async stop() {
      await peer.stop();
      await Promise.all([...jobs.values()].map((job) => interrupt(job.connection, () => job.done)));
      database.close();
    },
  };
}

/** A page of rows, compressed as Google's are. @param places only these columns */
function page(head: object, rows: Job['rows'], query: URLSearchParams, places?: number[]): HttpAnswer {
  const start = Number(query.get('pageToken') ?? 0);
  const end = start + Number(query.get('maxResults') ?? 10_000);
  const shown = rows.slice(start, end).map((row) => (places ? { f: places.map((place) => row.f[place]!) } : row));
  const body = JSON.stringify({ ...head, rows: shown, ...(end < rows.length && { pageToken: String(end) }) });
  return { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: gzipSync(body, { level: 1 }) };
}

function refusal(reason: string, message: string, status = 400): HttpAnswer {
  return { status, body: { error: { code: status, message, errors: [{ reason, message, domain: 'global' }] } } };
}

function problem(error: unknown): HttpAnswer {
  const { failure, message } = failureOf(error);
  const table = /Table with name (\S+) does not exist/.exec(message)?.[1];
  if (failure === 'table') return refusal('notFound', `Not found: Table acme-shop:shop.${table ?? '?'} was not found in location EU`, 404);
  if (failure === 'interrupted') return refusal('stopped', 'Job execution was cancelled: User requested cancellation');
  if (failure === 'value') return refusal('invalidQuery', `Bad value: ${message}`);
  return refusal('invalidQuery', message);
}
