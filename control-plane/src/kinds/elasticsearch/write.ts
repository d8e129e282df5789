/** `write` by `_bulk`, which is no transaction: what was written before something failed stays. */
import type { WriteInput } from '../../engines/sql/write.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { inPath } from './client.ts';
import type { Client } from './client.ts';

interface Item {
  status: number;
  error?: { type?: string; reason?: string };
}

const mostBytes = 5_000_000;
const mostNamed = 20;

/** @returns how many documents changed; those that update and delete did not find do not count */
export async function writeDocuments(client: Client, input: WriteInput, signal: AbortSignal): Promise<number> {
  check(input);
  let affected = 0;
  for (const { first, lines } of requests(input)) {
    const { items } = await client.call<{ items: Record<string, Item>[] }>({
      method: 'POST', path: `${inPath(input.model)}/_bulk`, query: { refresh: 'wait_for' }, raw: { content: lines, content_type: 'application/x-ndjson' }, signal,
    }).catch((error: unknown) => { throw first === 0 ? error : brokenOff(error, affected, first); });
    const results = items.map((item) => Object.values(item)[0]!);
    const missing = ({ status }: Item) => status === 404 && (input.mode === 'update' || input.mode === 'delete');
    affected += results.filter(({ status }) => status < 300).length;
    const failed = results.flatMap((item, index) => (item.status >= 300 && !missing(item) ? [{ index: first + index, item }] : []));
    if (failed.length > 0) throw partly(failed, affected);
  }
  return affected;
}

function check({ mode, key, records }: WriteInput): void {
  if (key.some((name) => name !== '_id')) {
    throw new PatchbayError('invalid_request', 'Documents of a search server are known by their _id alone.', { hint: 'Leave the key empty.', fields: [{ path: 'key', message: 'must be empty or _id' }] });
  }
  const fields = records.flatMap(({ _id }, index) =>
    _id === undefined ? (mode === 'insert' ? [] : [{ path: `records.${index}._id`, message: `is needed to ${mode}` }])
      : typeof _id === 'string' && _id !== '' ? [] : [{ path: `records.${index}._id`, message: 'must be text' }]);
  if (fields.length > 0) throw new PatchbayError('invalid_request', 'Some records have no usable _id.', { hint: 'Give each record its _id as text.', fields: fields.slice(0, mostNamed) });
}

function* requests({ mode, records }: WriteInput): Generator<{ first: number; lines: string }> {
  let first = 0;
  let lines = '';
  for (const [index, { _id, _index: _unused, ...document }] of records.entries()) {
    lines += `${actions[mode](_id as string | undefined, document).map((line) => JSON.stringify(line)).join('\n')}\n`;
    if (lines.length < mostBytes) continue;
    yield { first, lines };
    first = index + 1;
    lines = '';
  }
  if (lines !== '') yield { first, lines };
}

const actions: Record<WriteInput['mode'], (_id: string | undefined, document: object) => object[]> = {
  // Of the two that add a document, a data stream takes `create` alone.
  insert: (_id, document) => [{ create: _id === undefined ? {} : { _id } }, document],
  upsert: (_id, doc) => [{ update: { _id } }, { doc, doc_as_upsert: true }],
  update: (_id, doc) => [{ update: { _id } }, { doc }],
  delete: (_id) => [{ delete: { _id } }],
};

/** @param sent how many records the requests before held */
function brokenOff(error: unknown, written: number, sent: number): unknown {
  if (!PatchbayError.is(error)) return error;
  return new PatchbayError(error.code, error.message, {
    hint: `${written} of the first ${sent} records were written and stay: a search server has no transactions. Of the next ones that is not known; upsert them again by their _id. ${error.hint ?? ''}`.trim(),
    details: { ...error.details, affected_records: written }, retry_after: error.retry_after, cause: error,
  });
}

function partly(failed: { index: number; item: Item }[], written: number): PatchbayError {
  const { index, item } = failed[0]!;
  return new PatchbayError('rejected_by_backend', `The search server refused ${failed.length} of the records, the first is number ${index + 1}: ${item.error?.reason ?? `status ${item.status}`}.`, {
    hint: `${written} other records were written and stay: a search server has no transactions. Correct the records named and send those again.`,
    fields: failed.slice(0, mostNamed).map(({ index: number, item: { error } }) => ({ path: `records.${number}`, message: error?.reason ?? 'was refused' })),
    details: { affected_records: written, failed_records: failed.length },
  });
}
