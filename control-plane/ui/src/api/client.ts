/** The typed client of the service’s API, and its problems as errors. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];
export type Connector = Schemas['Connector'];
export type Tenant = Schemas['Tenant'];
export type Kind = Schemas['Kind'];
export type CheckResult = Schemas['CheckResult'];

/** An RFC 9457 problem document. */
export interface Problem {
  title: string;
  status: number;
  code: string;
  fault?: 'caller' | 'connector' | 'backend' | 'service';
  retryable?: boolean;
  detail: string;
  hint?: string;
  errors?: { path: string; message: string }[];
  details?: Record<string, unknown>;
  request_id?: string;
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Tells the service that a request comes from its own page. */
export const ownPage = { 'Patchbay-Request': 'ui' };

export const api = createClient<paths>({ headers: ownPage });

const offline: Problem = {
  title: 'No connection', status: 0, code: 'offline', detail: 'Patchbay does not answer.', hint: 'Check your connection and whether the service runs, then try again.', retryable: true,
};

/** Any error as a problem to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof TypeError) return offline;
  return { title: 'Something went wrong', status: 0, code: 'internal', detail: error instanceof Error ? error.message : String(error) };
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

/** The answer’s data; throws a ProblemError when the service refused. */
export async function unwrap<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await request;
  if (response.ok && data !== undefined) return data;
  if (typeof error === 'object' && error !== null && 'detail' in error) throw new ProblemError(error as unknown as Problem);
  throw new ProblemError({ ...offline, status: response.status, detail: `The service answered ${response.status}.` });
}

/** The rows of a stream, as far as it got. */
export async function readRecords(path: string, body: unknown, signal: AbortSignal): Promise<Record<string, unknown>[]> {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...ownPage }, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok) throw new ProblemError(JSON.parse(text) as Problem);
  const rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  const last = rows.at(-1);
  if (last && '$error' in last) throw new ProblemError(last['$error'] as Problem);
  return rows;
}
