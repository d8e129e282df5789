/** Runs a node: each item through its own backend, in order. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { backendOf, choiceOf } from './backend';
import type { Backend } from './backend';
import { downloadedItem, uploadOf } from './binary';
import { attempt } from './each-item';
import { inputOf } from './inputs';
import { failure, problemError } from './problem';
import { readRecords } from './records';
import { createServed } from './served';
import type { Served } from './served';
import { send, sendForJson } from './transport';
import type { Request } from './transport';
import type { NodeTarget, Operation } from './types';

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
  for (let itemIndex = 0; itemIndex < functions.getInputData().length; itemIndex += 1) {
    await attempt(functions, output, [itemIndex], async () => await runItem(functions, target, itemIndex, served, output));
  }
  served.tell(functions);
  return [output];
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

async function* recordsOf(call: Call): AsyncGenerator<IDataObject[]> {
  const { functions, itemIndex, backend, served } = call;
  const limit = limitOf(call);
  const answer = await send(backend.access, requestOf(call, { ...call.input, ...(limit !== Infinity && { limit }) }));
  served.note(answer);
  yield* readRecords(answer.body, ({ problem }) =>
    problem
      ? problemError(functions.getNode(), problem, itemIndex)
      : failure(functions.getNode(), 'stream_cut', 'The connection to Patchbay broke off before all records had come.',
        'Run it again; if it persists, look at the control plane’s log.', itemIndex), limit);
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
      yield [isObject(value) ? value : { value }];
      return;
    }
    const entries = (value[list] ?? []) as IDataObject[];
    yield entries.slice(0, left);
    left -= entries.length;
    cursor = value.next_cursor as string | undefined;
  } while (cursor !== undefined && left > 0);
}

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
