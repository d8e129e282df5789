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

const outdated: Problem = {
  title: 'A part of this page could not be loaded', status: 0, code: 'outdated', detail: 'Patchbay was probably updated since the page was opened.', hint: 'Reload the page.',
};

/** What a proxy answers instead of the service: no problem document, and of its page nothing is shown. */
const foreign = (status: number): Problem => ({
  title: 'Patchbay did not answer', status, code: 'no_answer', detail: `Something between this page and Patchbay answered in its place, with status ${status}.`,
  hint: 'Try again in a moment. If it stays so, ask whoever runs the proxy in front of Patchbay.', retryable: true,
});

/** As browsers word it: Chromium, Firefox, Safari. */
const words = { outdated: /dynamically imported module|importing a module script|preload CSS/i, offline: /fetch|network|load failed/i };

/** Any error as a problem to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof Error && words.outdated.test(error.message)) return outdated;
  if (error instanceof TypeError && words.offline.test(error.message)) return offline;
  return { title: 'Something went wrong', status: 0, code: 'internal', detail: error instanceof Error ? error.message : String(error) };
}

const isProblem = (value: unknown): value is Problem => typeof value === 'object' && value !== null && 'detail' in value && 'code' in value;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** An answer that is no success, as it was sent. */
export function refusal(status: number, text: string): ProblemError {
  const problem = parsed(text);
  return new ProblemError(isProblem(problem) ? problem : foreign(status));
}

/** The answer’s data; throws a ProblemError when the service refused. */
export async function unwrap<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await request.catch((reason: unknown) => {
    // A page where JSON should be.
    throw reason instanceof SyntaxError ? new ProblemError(foreign(200)) : reason;
  });
  if (response.ok && data !== undefined) return data;
  throw new ProblemError(isProblem(error) ? error : foreign(response.status));
}

/** The rows of a stream, as far as it got. */
export async function readRecords(path: string, body: unknown, signal: AbortSignal): Promise<Record<string, unknown>[]> {
  const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...ownPage }, body: JSON.stringify(body), signal });
  const text = await response.text();
  if (!response.ok) throw refusal(response.status, text);
  const rows = text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>);
  const last = rows.at(-1);
  if (last && '$error' in last) throw new ProblemError(last['$error'] as Problem);
  return rows;
}
