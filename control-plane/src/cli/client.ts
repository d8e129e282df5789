/** What every command that talks to a running service shares: its address, its key, its errors, its output. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Problem } from '../platform/errors.ts';

export interface ApiOptions {
  url: string;
  key?: string;
  json?: boolean;
}

/** A problem document that came back; its text is what the user sees. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super([problem.detail, problem.hint, ...(problem.errors ?? []).map(({ path: field, message }) => `  ${field}: ${message}`)].filter(Boolean).join('\n'));
    this.problem = problem;
  }
}

/** Adds --url, --key and --json to a command. */
export function withApi(command: Command): Command {
  return command
    .option('--url <url>', 'address of Patchbay', process.env['PATCHBAY_URL'] ?? `http://127.0.0.1:${process.env['PATCHBAY_PORT'] ?? 7400}`)
    .option('--key <key>', 'API key; PATCHBAY_KEY, or the first admin key of this folder, when absent')
    .option('--json', 'print the API’s answer as JSON');
}

async function keyOf({ key }: ApiOptions): Promise<string> {
  const given = key ?? process.env['PATCHBAY_KEY'] ?? process.env['PATCHBAY_ADMIN_KEY'];
  if (given) return given;
  const file = path.join(process.env['PATCHBAY_DATA_DIRECTORY'] ?? '.patchbay', 'admin-key');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept) return kept.trim();
  throw new Error('No key: give --key, or set PATCHBAY_KEY.');
}

/** The answer of the API, whatever it is; throws ApiError for a problem document. */
export async function callRaw(options: ApiOptions, method: string, route: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${await keyOf(options)}`, 'content-type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(new URL(route, options.url), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  } catch {
    throw new Error(`Patchbay does not answer at ${options.url}. Is it running (npm start)? Give its address with --url or PATCHBAY_URL.`);
  }
  if (response.ok) return response;
  const text = await response.text();
  if (response.headers.get('content-type')?.includes('problem+json')) throw new ApiError(JSON.parse(text) as Problem);
  throw new Error(`${options.url} answered ${response.status}; is that Patchbay?`);
}

export async function call<T>(options: ApiOptions, method: string, route: string, body?: unknown): Promise<T> {
  return (await (await callRaw(options, method, route, body)).json()) as T;
}

/** Follows `next_cursor` to the end. */
export async function* pages<T extends object>(options: ApiOptions, route: string): AsyncGenerator<T> {
  for (let cursor: string | undefined; ;) {
    const url = new URL(route, 'http://unused');
    if (cursor !== undefined) url.searchParams.set('cursor', cursor);
    const answer = await call<T & { next_cursor?: string }>(options, 'GET', `${url.pathname}${url.search}`);
    yield answer as Awaited<T>;
    cursor = answer.next_cursor;
    if (cursor === undefined) return;
  }
}

/** Columns as wide as their widest cell. */
export function printTable(rows: Record<string, string>[], empty: string): void {
  const first = rows[0];
  if (!first) return console.log(empty);
  const names = Object.keys(first);
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]?.length ?? 0)));
  const line = (cells: string[]) => cells.map((cell, index) => cell.padEnd(widths[index]!)).join('  ').trimEnd();
  console.log(line(names.map((name) => name.toUpperCase())));
  for (const row of rows) console.log(line(names.map((name) => row[name] ?? '')));
}

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));
