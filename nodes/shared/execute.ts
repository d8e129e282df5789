/** Runs a node: each item through its own backend, in order. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { backendOf, choiceOf } from './backend';
import type { Backend } from './backend';
import { acceptOf, downloadedItem, recordsFile, uploadOf } from './binary';
import { attempt } from './each-item';
import { inputOf } from './inputs';
import { failure, problemError } from './problem';
import { readRecords } from './records';
import { createServed } from './served';
import type { Served } from './served';
import { pause, send, sendForJson } from './transport';
import type { Request } from './transport';
import type { NodeTarget, Operation } from './types';
import { writeItems } from './write';

/** One item's call. */
interface Call {
  functions: IExecuteFunctions;
  itemIndex: number;
  name: string;
  operation: Operation;
  backend: Backend;
  input: IDataObject;
  served: Served;
}

export async function executeTarget(functions: IExecuteFunctions, target: NodeTarget): Promise<INodeExecutionData[][]> {
  const output: INodeExecutionData[] = [];
  const served = createServed();
  const waiting = createPause(functions);
  const name = functions.getNodeParameter('operation', 0) as string;
  if (target.operations[name]?.mapped && functions.getNodeParameter('recordsFrom', 0, 'items') === 'items') {
    await writeItems(functions, target, served, output, waiting);
  } else {
    for (let itemIndex = 0; itemIndex < functions.getInputData().length; itemIndex += 1) {
      await attempt(functions, output, [itemIndex], async () => {
        await waiting(itemIndex);
        await runItem(functions, target, itemIndex, served, output);
      });
    }
  }
  served.tell(functions);
  return [output];
}

/** Waits between two requests, as long as the builder wants. */
function createPause(functions: IExecuteFunctions): (itemIndex: number) => Promise<void> {
  let isFirst = true;
  return async (itemIndex) => {
    const { pause: milliseconds = 0 } = functions.getNodeParameter('options', itemIndex, {}) as { pause?: number };
    if (!isFirst && milliseconds > 0) await pause({ functions, itemIndex }, milliseconds / 1000);
    isFirst = false;
  };
}

async function runItem(
  functions: IExecuteFunctions, target: NodeTarget, itemIndex: number, served: Served, output: INodeExecutionData[],
): Promise<void> {
  const name = functions.getNodeParameter('operation', itemIndex) as string;
  const operation = target.operations[name];
  if (!operation) {
    throw failure(functions.getNode(), 'operation_not_found', `${target.label} has no operation "${name}".`, 'Choose another operation.', itemIndex);
  }
  const backend = await backendOf(functions, target, choiceOf(functions, itemIndex), itemIndex);
  const input = await inputOf(functions, itemIndex, operation.inputs);
  const call: Call = { functions, itemIndex, name, operation, backend, input, served };
  if (operation.result === 'bytes') {
    const answer = await send(backend.access, requestOf(call, input));
    served.note(answer);
    output.push(await downloadedItem(functions, answer, input, binaryFieldOf(functions, itemIndex), itemIndex));
    return;
  }
  if (operation.result === 'records' && functions.getNodeParameter('output', itemIndex, 'items') === 'file') {
    output.push(await fileItem(call));
    return;
  }
  for await (const entries of operation.result === 'records' ? recordsOf(call) : valuesOf(call)) {
    for (const json of entries) output.push({ json, pairedItem: { item: itemIndex } });
  }
}

function binaryFieldOf(functions: IExecuteFunctions, itemIndex: number): string {
  return functions.getNodeParameter('binaryField', itemIndex, 'data') as string;
}

function requestOf({ name, operation, backend }: Call, body: IDataObject): Request {
  return {
    method: 'POST', path: backend.path(name), query: backend.query, body: { ...body, ...backend.extra },
    ...(operation.repeatable && { repeatable: true }),
  };
}

/** How many items the builder wants of this item's call. */
function limitOf({ functions, itemIndex, operation }: Call): number {
  if (!operation.limited || functions.getNodeParameter('returnAll', itemIndex, false) === true) return Infinity;
  return functions.getNodeParameter('limit', itemIndex, 50) as number;
}

async function fileItem(call: Call): Promise<INodeExecutionData> {
  const { functions, itemIndex, name, backend, served, input } = call;
  const format = functions.getNodeParameter('fileFormat', itemIndex, 'ndjson') as string;
  const { fileName = '' } = functions.getNodeParameter('options', itemIndex, {}) as { fileName?: string };
  const limit = limitOf(call);
  const answer = await send(backend.access, { ...requestOf(call, { ...input, ...(limit !== Infinity && { limit }) }), accept: acceptOf(format) });
  served.note(answer);
  const source = input.model === undefined ? name : String(input.model);
  try {
    return await recordsFile(functions, answer, format, { field: binaryFieldOf(functions, itemIndex), fileName, source, itemIndex });
  } catch (error) {
    throw cutOff(call, error);
  }
}

/** What n8n says of a stream that broke off is of no help to a builder. */
function cutOff({ functions, itemIndex }: Pick<Call, 'functions' | 'itemIndex'>, cause?: unknown): Error {
  const reason = cause instanceof Error && !/abort|reset|hang up|premature/i.test(cause.message) ? ` (${cause.message})` : '';
  return failure(functions.getNode(), 'stream_cut', `The connection to Patchbay broke off before all records had come${reason}.`,
    'Run it again; if it persists, look at the control plane’s log.', itemIndex);
}

async function* recordsOf(call: Call): AsyncGenerator<IDataObject[]> {
  const { functions, itemIndex, backend, served } = call;
  const limit = limitOf(call);
  const answer = await send(backend.access, requestOf(call, { ...call.input, ...(limit !== Infinity && { limit }) }));
  served.note(answer);
  yield* readRecords(answer.body, ({ problem }) =>
    problem
      ? problemError(functions.getNode(), problem, itemIndex)
      : cutOff(call), limit);
}

/** The one value of an answer, or the entries of its list, page after page. */
async function* valuesOf(call: Call): AsyncGenerator<IDataObject[]> {
  const { operation: { list, page_size: pageSize }, backend, served } = call;
  let left = limitOf(call);
  let cursor: string | undefined;
  do {
    const page = pageSize === undefined ? {} : { limit: Math.min(left, pageSize), ...(cursor !== undefined && { cursor }) };
    const { value, headers } = await sendForJson<IDataObject>(backend.access, await bodyOf(call, { ...call.input, ...page }));
    served.note({ headers });
    if (list === undefined) {
      yield simplifiedBy(call, value);
      return;
    }
    const entries = (value[list] ?? []) as IDataObject[];
    yield entries.slice(0, left);
    left -= entries.length;
    cursor = value.next_cursor as string | undefined;
    if (cursor === undefined && left > 0 && entries.length === pageSize) served.cut(pageSize);
  } while (cursor !== undefined && left > 0);
}

/** With *Simplify*, what the answer wraps: a list of objects as so many items. */
function simplifiedBy({ functions, itemIndex, operation: { simplify } }: Call, value: IDataObject): IDataObject[] {
  if (simplify === undefined || functions.getNodeParameter('simplify', itemIndex, true) !== true) return [value];
  if (typeof simplify === 'object') return [Object.fromEntries(Object.entries(simplify).map(([name, path]) => [name, at(value, path) ?? null])) as IDataObject];
  const inner: unknown = simplify in value ? value[simplify] : value;
  if (Array.isArray(inner) && inner.every(isObject)) return inner;
  return [isObject(inner) ? inner : { [simplify]: inner as IDataObject[string] }];
}

/** `usage.input_tokens` */
const at = (value: IDataObject, path: string): unknown => path.split('.').reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), value);

const isObject = (value: unknown): value is IDataObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The request of an operation that may take bytes. They travel raw, unless a config must travel along. */
async function bodyOf(call: Call, input: IDataObject): Promise<Request> {
  const { functions, itemIndex, operation, backend, name } = call;
  if (!operation.takes_bytes) return requestOf(call, input);
  const { binary, size, open, base64 } = await uploadOf(functions, itemIndex, binaryFieldOf(functions, itemIndex));
  const described: IDataObject = { content_type: binary.mimeType, ...input };
  // n8n sends no empty body, so the bytes of an empty file go as JSON too.
  if (Object.keys(backend.extra).length > 0 || size === 0) return requestOf(call, { ...described, content_base64: await base64() });
  return {
    method: 'POST', path: backend.path(name), query: { ...described, ...backend.query }, bytes: open,
    ...(operation.repeatable && { repeatable: true }),
  };
}
