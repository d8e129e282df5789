/** Snowflake's SQL API (/api/v2/statements): a statement is sent off, waited for, and read partition by partition. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHttpClient } from '../../engines/http/index.ts';
import type { HttpClient, HttpResponse } from '../../engines/http/index.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import type { OpenContext } from '../contract.ts';
import { snowflakeAuthentication } from './authentication.ts';
import type { SnowflakeConfig } from './config.ts';
import { snowflakeError } from './errors.ts';
import type { RowType } from './values.ts';

export interface Binding {
  type: 'TEXT' | 'FIXED' | 'REAL' | 'BOOLEAN';
  value: string | null;
}
export type Cell = string | null;

/** The first partition, and how to get the others. */
export interface Result {
  columns: RowType[];
  partitions: AsyncIterable<Cell[][]>;
}

export interface Client {
  run(statement: string, bindings: readonly Binding[], options: { purpose: Purpose; signal: AbortSignal }): Promise<Result>;
}

interface ResultSet {
  resultSetMetaData: { rowType: RowType[]; partitionInfo?: unknown[] };
  data?: Cell[][];
}

/** A partition may be as large as Snowflake likes to make it; larger than this is refused. */
const largestPartition = 400_000_000;
const [firstPause, longestPause] = [20, 1000];
const runs = 202;

export function createClient(config: SnowflakeConfig, { egress }: OpenContext): Client {
  const authentication = snowflakeAuthentication(config);
  const clientFor = (purpose: Purpose): HttpClient => createHttpClient({
    egress, authentication,
    base_url: config.url ?? `https://${config.account.toLowerCase().replaceAll('_', '-')}.snowflakecomputing.com`,
    backend: 'Snowflake',
    ca_certificate: config.ca_certificate,
    max_response_bytes: largestPartition,
    explain: (failure) => snowflakeError(failure, purpose),
  });
  const { warehouse, database, schema, role, timeout } = config;
  const retry = { attempts: 4, base_delay: 200, max_delay: 5000 };

  return {
    async run(statement, bindings, { purpose, signal }) {
      const http = clientFor(purpose);
      signal.throwIfAborted();
      // Not given up with the caller: the answer holds the handle by which the statement can be stopped.
      const sending = http.request({
        method: 'POST', path: 'api/v2/statements', signal: AbortSignal.timeout((timeout + 10) * 1000), retry: { ...retry, query: { retry: 'true' } },
        // Without `async` there would be no handle to cancel it by before it has ended. By the id, and `retry`, a repeat is not run a second time.
        query: { async: 'true', requestId: randomUUID() },
        json: {
          statement, timeout, database, schema, warehouse, role,
          resultSetMetaData: { format: 'jsonv2' },
          parameters: { TIMEZONE: 'UTC', BINARY_OUTPUT_FORMAT: 'HEX', MULTI_STATEMENT_COUNT: '1' },
          ...(bindings.length > 0 && { bindings: Object.fromEntries(bindings.map((binding, index) => [String(index + 1), binding])) }),
        },
      });
      const pathOf = (answer: HttpResponse) => `api/v2/statements/${encodeURIComponent((answer.json() as { statementHandle: string }).statementHandle)}`;
      const cancel = () => {
        sending.then((answer) => http.request({ method: 'POST', path: `${pathOf(answer)}/cancel`, signal: AbortSignal.timeout(10_000) })).catch(() => undefined);
      };
      signal.addEventListener('abort', cancel, { once: true });
      try {
        let answer = await sending;
        signal.throwIfAborted();
        const path = pathOf(answer);
        for (let pause = firstPause; answer.status === runs; pause = Math.min(pause * 1.5, longestPause)) {
          await sleep(pause, undefined, { signal });
          answer = await http.request({ path, signal, retry });
        }
        const { resultSetMetaData, data } = answer.json() as ResultSet;
        return { columns: resultSetMetaData.rowType, partitions: partitions(http, path, { resultSetMetaData, data }, signal) };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

async function* partitions(http: HttpClient, path: string, first: ResultSet, signal: AbortSignal): AsyncGenerator<Cell[][]> {
  const count = first.resultSetMetaData.partitionInfo?.length ?? 1;
  yield first.data ?? [];
  first.data = [];
  for (let partition = 1; partition < count; partition += 1) {
    const answer = await http.request({ path, query: { partition: String(partition) }, signal, retry: { attempts: 4, base_delay: 200, max_delay: 5000 } });
    yield (answer.json() as ResultSet).data ?? [];
  }
}
