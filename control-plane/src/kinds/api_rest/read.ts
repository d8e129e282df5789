/** Endpoints as models: listed, described by their first page, read page after page. */
import type { z } from 'zod';
import type { discoverInput, discoverOutput, ReadInput } from '../../categories/shared.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { fetchedAhead } from '../../engines/sql/batch.ts';
import { compileWhere, pick } from '../../engines/objects/select.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { RecordBatch } from '../contract.ts';
import type { ApiRestConfig, Endpoint } from './config.ts';
import { createPages } from './pagination.ts';
import { pagingOf } from './paging-fields.ts';
import { fieldsOf, recordsOf } from './records.ts';
import { retryPolicy } from './retry.ts';

type Row = Record<string, unknown>;

const batchSize = 1000;
/** In milliseconds; shorter than the pause after which a stream counts as stuck. */
const longestPause = 10_000;

export async function discover(
  client: HttpClient,
  config: ApiRestConfig,
  input: z.output<typeof discoverInput>,
  signal: AbortSignal,
): Promise<z.input<typeof discoverOutput>> {
  if (input.model !== undefined) {
    const endpoint = endpointOf(config.endpoints, input.model);
    const pages = readPages(client, config, endpoint, signal);
    const { value: rows = [] } = await pages.next();
    await pages.return(undefined);
    return { models: [{ ...described(endpoint), fields: fieldsOf(rows.slice(0, 100)) }] };
  }
  const search = input.search?.toLowerCase() ?? '';
  const found = config.endpoints.filter(({ name }) => name.toLowerCase().includes(search));
  const offset = Number(input.cursor ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new PatchbayError('invalid_request', 'The cursor is not one that this connector gave.', { fields: [{ path: 'cursor', message: 'unknown cursor' }] });
  }
  const end = offset + input.limit;
  return { models: found.slice(offset, end).map(described), ...(end < found.length && { next_cursor: String(end) }) };
}

export async function* read(
  client: HttpClient,
  config: ApiRestConfig,
  { model, fields, where, order_by, limit = Infinity }: ReadInput,
  signal: AbortSignal,
): AsyncGenerator<RecordBatch> {
  if (order_by && order_by.length > 0) {
    throw new PatchbayError('invalid_request', 'An API’s records come in the API’s own order.', {
      hint: 'Leave out order_by and sort after reading, or put the API’s own sort parameter into the path.',
      fields: [{ path: 'order_by', message: 'is not supported by this kind' }],
    });
  }
  const holds = compileWhere(where ?? []);
  let left = limit;
  const pages = readPages(client, config, endpointOf(config.endpoints, model), signal);
  for await (const page of limit === Infinity ? fetchedAhead(pages) : pages) {
    const rows = page.filter(holds).slice(0, left);
    left -= rows.length;
    for (let start = 0; start < rows.length; start += batchSize) {
      const batch = rows.slice(start, start + batchSize);
      yield { rows: fields && fields.length > 0 ? batch.map((row) => pick(row, fields)) : batch };
    }
    if (left <= 0) return;
  }
}

/** One page is in memory at a time; the next is asked for when it is wanted. */
async function* readPages(client: HttpClient, config: ApiRestConfig, endpoint: Endpoint, signal: AbortSignal): AsyncGenerator<Row[], void> {
  const pages = createPages(endpoint.path, pagingOf(config, endpoint));
  const retry = retryPolicy(config, longestPause);
  let address: string | URL | undefined = pages.first;
  for (let isFirst = true; address !== undefined; isFirst = false) {
    const response = await client.request({ path: address, signal, retry }).catch((error: unknown) => {
      if (!PatchbayError.is(error) || error.code !== 'object_not_found') throw error;
      if (!isFirst && pages.may_be_missing) return undefined;
      throw new PatchbayError('model_not_found', `The API has nothing at "${endpoint.path}".`, { hint: 'Check the path, or the path of this endpoint in the connector.', cause: error });
    });
    if (!response) return;
    const body = response.bytes.length === 0 ? [] : response.exactJson();
    const records = recordsOf(body, endpoint.records_path, endpoint.name);
    yield records;
    address = pages.next({ response, body, records });
  }
}

function endpointOf(endpoints: readonly Endpoint[], model: string): Endpoint {
  const named = endpoints.find(({ name }) => name === model);
  if (named) return named;
  if (model.startsWith('/')) return { name: model, path: model };
  throw new PatchbayError('model_not_found', `The connector has no endpoint "${model}".`, {
    hint: `Give a path that begins with a slash${endpoints.length > 0 ? `, or one of: ${endpoints.slice(0, 20).map(({ name }) => name).join(', ')}` : ', or add the endpoint to the connector'}.`,
    fields: [{ path: 'model', message: 'unknown endpoint' }],
  });
}

function described({ name, description }: Endpoint): { name: string; type: string; label?: string } {
  return { name, type: 'endpoint', ...(description !== undefined && { label: description }) };
}
