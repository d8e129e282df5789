/** Runs the Patchbay node: each item's request with its own credential. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { attempt } from '../shared/each-item';
import { inputOf, locatedIn } from '../shared/inputs';
import { failure } from '../shared/problem';
import { accessOf, sendForJson } from '../shared/transport';
import type { Access, Request } from '../shared/transport';
import { configOf } from './config';
import { operations } from './operations';
import type { AdminOperation } from './operations';

const pageSize = 1000;

export async function execute(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const output: INodeExecutionData[] = [];
  for (let itemIndex = 0; itemIndex < functions.getInputData().length; itemIndex += 1) {
    await attempt(functions, output, [itemIndex], async () => {
      for await (const json of run(functions, itemIndex)) output.push({ json, pairedItem: { item: itemIndex } });
    });
  }
  return [output];
}

async function* run(functions: IExecuteFunctions, itemIndex: number): AsyncGenerator<IDataObject> {
  const parameter = (name: string): string => functions.getNodeParameter(name, itemIndex) as string;
  const operation = operations[parameter('resource')]?.[parameter('operation')];
  if (!operation) throw failure(functions.getNode(), 'operation_not_found', 'There is no such operation.', 'Choose another one.', itemIndex);
  const access = await accessOf(functions, 'patchbayApi', itemIndex);
  const request = await requestOf(functions, itemIndex, operation, access);
  if (operation.list !== undefined) {
    yield* listed(functions, itemIndex, access, request, operation);
    return;
  }
  const { value } = await sendForJson<IDataObject>(access, request);
  // Executions are kept: a signing secret has no place in them.
  const { secret: _secret, ...json } = value;
  yield json;
}

async function requestOf(functions: IExecuteFunctions, itemIndex: number, operation: AdminOperation, access: Access): Promise<Request> {
  const { method, repeatable } = operation;
  const input = await inputOf(functions, itemIndex, operation.inputs ?? []);
  // A credential's default tenant stands in for one that is not named, as in the other nodes.
  if (operation.inputs?.some(({ name, type }) => name === 'tenant' && type === 'model') && !input.tenant && access.data.defaultTenant) {
    input.tenant = String(access.data.defaultTenant).trim();
  }
  if (operation.config !== undefined) Object.assign(input, await configOf(functions, itemIndex, access, operation));
  const path = filled(functions, itemIndex, operation.path, access);
  return {
    method, path, ...(repeatable && { repeatable }),
    ...(method === 'GET' || method === 'DELETE' ? { query: input } : { body: input }),
  };
}

function filled(functions: IExecuteFunctions, itemIndex: number, path: string, access: Access): string {
  return path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = locatedIn(functions, name, itemIndex) || (name === 'tenant' ? String(access.data.defaultTenant ?? '').trim() : '');
    if (value === '') throw failure(functions.getNode(), `${name}_missing`, `No ${name} is given.`, `Choose one under ${name.charAt(0).toUpperCase()}${name.slice(1)}, or give it by an expression.`, itemIndex);
    return encodeURIComponent(value);
  });
}

async function* listed(
  functions: IExecuteFunctions, itemIndex: number, access: Access, request: Request, { list = '', keyed, method }: AdminOperation,
): AsyncGenerator<IDataObject> {
  const isPaged = method === 'GET' && !keyed;
  let left = method === 'GET' && functions.getNodeParameter('returnAll', itemIndex, false) !== true ? (functions.getNodeParameter('limit', itemIndex, 50) as number) : Infinity;
  let cursor: string | undefined;
  do {
    const page: IDataObject = isPaged ? { limit: Math.min(left, pageSize), ...(cursor !== undefined && { cursor }) } : {};
    const { value } = await sendForJson<IDataObject>(access, { ...request, ...(isPaged && { query: { ...request.query, ...page } }) });
    const entries = (keyed ? Object.values(value[list] as IDataObject) : value[list]) as IDataObject[];
    for (const entry of entries.slice(0, left)) yield entry;
    left -= entries.length;
    cursor = value.next_cursor as string | undefined;
  } while (cursor !== undefined && left > 0);
}
