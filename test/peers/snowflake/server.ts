/**
 * A protocol peer for Snowflake: its documented SQL API (POST /api/v2/statements with `async`, polling with
 * 202, partitions, cancelling) over DuckDB, with sign-in by key pair (the JWT's signature, issuer,
 * subject and life are checked) and by access token. What it makes of Snowflake's SQL is no more than the tests need.
 */
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { StatementType } from '@duckdb/node-api';
import { jwtVerify } from 'jose';
import { testCertificate } from '../certificate.ts';
import { createDatabase, failureOf, interrupt } from '../duckdb/database.ts';
import type { DuckDBConnection } from '../duckdb/database.ts';
import { startHttpPeer } from '../http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../http.ts';
import { catalog, translate } from './sql.ts';
import type { Binding } from './sql.ts';
import { apiColumn } from './values.ts';
import type { ApiColumn } from './values.ts';

export interface SnowflakePeer extends HttpPeer {
  account: string;
  username: string;
  /** PKCS #8, and the same encrypted. */
  private_key: string;
  encrypted_private_key: string;
  passphrase: string;
  access_token: string;
  ca_certificate: string;
  /** Each statement with its bindings. */
  statements: { statement: string; bindings: Binding[] }[];
  cancelled(): number;
  /** Answers the next statement with 503, after it has begun to run. */
  loseAnswer(): void;
  run(sql: string): Promise<(string | null)[][]>;
}

interface Job {
  connection: DuckDBConnection;
  answer?: HttpAnswer;
  partitions: (string | null)[][][];
}

const partitionRows = 4000;
const handle = '01b0c5d2-0000-0000-0000-';

export async function startSnowflake({ tls = true } = {}): Promise<SnowflakePeer> {
  const database = await createDatabase();
  await database.run(catalog);
  const certificate = await testCertificate();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const passphrase = 'key-passphrase';
  const login = { account: 'acme-prod', username: 'shop', access_token: 'token-of-the-shop' };
  const fingerprint = createHash('sha256').update(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })).digest('base64');
  const jobs = new Map<string, Job>();
  const statements: SnowflakePeer['statements'] = [];
  let cancelled = 0;
  let lost = false;
  const handles = new Map<string, string>();

  const isSignedIn = async ({ headers }: ReceivedRequest): Promise<boolean> => {
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (headers['x-snowflake-authorization-token-type'] === 'PROGRAMMATIC_ACCESS_TOKEN') return token === login.access_token;
    const subject = `${login.account}.${login.username}`.toUpperCase();
    return jwtVerify(token, publicKey, { issuer: `${subject}.SHA256:${fingerprint}`, subject, algorithms: ['RS256'], maxTokenAge: '1h' }).then(() => true, () => false);
  };

  const execute = async (job: Job, statement: string, bindings: Binding[]): Promise<HttpAnswer> => {
    try {
      const prepared = await job.connection.prepare(translate(statement, bindings));
      const result = await prepared.runAndReadAll();
      if (prepared.statementType !== StatementType.SELECT) return written(statement, Number(result.getRows()[0]?.[0] ?? 0), job);
      const columns = result.columnTypes().map(apiColumn);
      const rows = result.getRows().map((row) => row.map((value, index) => (value === null ? null : columns[index]!.text(value as never))));
      for (let at = 0; at === 0 || at < rows.length; at += partitionRows) job.partitions.push(rows.slice(at, at + partitionRows));
      return resultSet(result.columnNames().map((name, index) => ({ ...columns[index]!, name })), job);
    } catch (error) {
      return refusal(error);
    } finally {
      job.connection.closeSync();
    }
  };

  const handleRequest = async (request: ReceivedRequest): Promise<HttpAnswer> => {
    if (!(await isSignedIn(request))) return problem(401, '390144', 'JWT token is invalid.');
    const [, id, action] = /^\/api\/v2\/statements(?:\/([^/]+))?(?:\/(cancel))?$/.exec(request.url.pathname) ?? [];
    if (id === undefined) {
      const body = JSON.parse(request.body.toString()) as { statement: string; bindings?: Record<string, Binding>; database?: string };
      if (body.database !== 'SHOP') return problem(422, '390201', `The requested database ${body.database} does not exist or not authorized.`, '02000');
      const bindings = Object.values(body.bindings ?? {});
      const requestId = request.url.searchParams.get('requestId')!;
      // The same id means the same statement only where the request says that it is a repeat.
      const known = request.url.searchParams.get('retry') === 'true' ? handles.get(requestId) : undefined;
      if (known !== undefined) return { status: 202, body: { code: '333334', message: 'Asynchronous execution in progress.', statementHandle: known } };
      statements.push({ statement: body.statement, bindings });
      const job: Job = { connection: await database.connect(), partitions: [] };
      await job.connection.run(`set search_path = 'PUBLIC,main'`);
      const statementHandle = `${handle}${String(jobs.size + 1).padStart(12, '0')}`;
      jobs.set(statementHandle, job);
      handles.set(requestId, statementHandle);
      void execute(job, body.statement, bindings).then((answer) => (job.answer = answer));
      if (lost) {
        lost = false;
        return { status: 503, headers: { 'retry-after': '0' }, body: { message: 'Service unavailable' } };
      }
      return { status: 202, body: { code: '333334', message: 'Asynchronous execution in progress.', statementHandle, statementStatusUrl: `/api/v2/statements/${statementHandle}` } };
    }
    const job = jobs.get(id);
    if (!job) return problem(404, '391902', 'Statement handle not found.');
    if (action === 'cancel') {
      cancelled += 1;
      void interrupt(job.connection, () => job.answer !== undefined);
      return { body: { code: '000604', message: 'SQL execution canceled', statementHandle: id } };
    }
    if (!job.answer) return { status: 202, body: { code: '333334', message: 'Asynchronous execution in progress.', statementHandle: id } };
    const partition = Number(request.url.searchParams.get('partition') ?? 0);
    if (partition === 0) return job.answer;
    const page = job.partitions[partition];
    if (!page) return problem(400, '391918', 'Invalid partition.');
    return { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify({ data: page }), { level: 1 }) };
  };

  const peer = await startHttpPeer(handleRequest, tls ? certificate : undefined);
  return {
    ...peer, ...login, passphrase, statements,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    encrypted_private_key: privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string,
    ca_certificate: certificate.ca,
    cancelled: () => cancelled,
    loseAnswer: () => void (lost = true),
    run: database.run,
    async stop() {
      await peer.stop();
      await Promise.all([...jobs.values()].map((job) => interrupt(job.connection, () => job.answer !== undefined)));
      database.close();
    },
  };
}

function resultSet(rowType: (ApiColumn & { name: string })[], job: Job): HttpAnswer {
  return {
    body: {
      code: '090001', message: 'Statement executed successfully.', data: job.partitions[0],
      resultSetMetaData: {
        format: 'jsonv2', numRows: job.partitions.reduce((sum, page) => sum + page.length, 0),
        rowType: rowType.map(({ text: _, ...column }) => ({ nullable: true, ...column })),
        partitionInfo: job.partitions.map((page) => ({ rowCount: page.length, uncompressedSize: 1 })),
      },
    },
  };
}

/** What a statement that writes tells: a merge counts what it inserted and what it updated; here, all as inserted. */
function written(statement: string, count: number, job: Job): HttpAnswer {
  job.partitions.push([/^\s*merge/i.test(statement) && /when not matched/i.test(statement) ? [String(count), '0'] : [String(count)]]);
  return resultSet(job.partitions[0]![0]!.map((_, index) => ({ name: index === 0 ? 'number of rows inserted' : 'number of rows updated', type: 'fixed', precision: 19, scale: 0, text: String })), job);
}

const problem = (status: number, code: string, message: string, sqlState = '00000'): HttpAnswer => ({ status, body: { code, message, sqlState } });

function refusal(error: unknown): HttpAnswer {
  const { failure, message } = failureOf(error);
  const table = /Table with name (\S+) does not exist/.exec(message)?.[1];
  if (failure === 'table') return problem(422, '002003', `SQL compilation error:\nObject '${table ?? '?'}' does not exist or not authorized.`, '42S02');
  if (failure === 'interrupted') return problem(422, '000604', 'SQL execution canceled', '57014');
  if (failure === 'constraint') return problem(422, '100072', message, '22000');
  if (failure === 'value') return problem(422, '100038', message, '22018');
  return problem(422, '001003', `SQL compilation error: ${message}`, '42000');
}
