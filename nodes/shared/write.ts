/** Writes items as records: those of the same backend in one request, in their order. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData, ResourceMapperValue } from 'n8n-workflow';
import { backendOf, choiceOf } from './backend';
import type { Backend } from './backend';
import { attempt } from './each-item';
import { locatedIn } from './inputs';
import { convertTexts } from './mapped';
import { failure } from './problem';
import type { Served } from './served';
import { sendForJson } from './transport';
import type { NodeTarget } from './types';

interface Batch {
  backend: Backend;
  /** What all of its records have in common. */
  input: { model: string; mode: string; key: string[] };
  records: IDataObject[];
  items: number[];
}

const largest = 1000;

/** @param pause waits between two requests */
export async function writeItems(
  functions: IExecuteFunctions, target: NodeTarget, served: Served, output: INodeExecutionData[], pause: (itemIndex: number) => Promise<void>,
): Promise<void> {
  /** One that is being filled for each backend. */
  const open = new Map<string, Batch>();
  const flush = async ({ backend, input, records, items }: Batch): Promise<void> => {
    await attempt(functions, output, items, async () => {
      await pause(items[0] ?? 0);
      const { value, headers } = await sendForJson<IDataObject>(backend.access, {
        method: 'POST', path: backend.path('write'), query: backend.query, body: { ...input, records, ...backend.extra },
      });
      served.note({ headers });
      output.push({ json: value, pairedItem: items.map((item) => ({ item })) });
    });
  };
  for (let itemIndex = 0; itemIndex < functions.getInputData().length; itemIndex += 1) {
    await attempt(functions, output, [itemIndex], async () => {
      const { batch, record, identity } = await recordOf(functions, target, itemIndex);
      const { batchSize = largest } = functions.getNodeParameter('options', itemIndex, {}) as { batchSize?: number };
      let filling = open.get(identity);
      // What comes later must not overtake what goes to another table, or is to be done otherwise.
      if (filling && (filling.items.length >= batchSize || JSON.stringify(filling.input) !== JSON.stringify(batch.input))) {
        open.delete(identity);
        await flush(filling);
        filling = undefined;
      }
      filling ??= batch;
      open.set(identity, filling);
      filling.records.push(record);
      filling.items.push(itemIndex);
    });
  }
  for (const batch of open.values()) await flush(batch);
}

async function recordOf(functions: IExecuteFunctions, target: NodeTarget, itemIndex: number): Promise<{ batch: Batch; record: IDataObject; identity: string }> {
  const backend = await backendOf(functions, target, choiceOf(functions, itemIndex), itemIndex);
  const model = locatedIn(functions, 'model', itemIndex);
  if (model === '') throw failure(functions.getNode(), 'model_missing', 'No model is chosen.', 'Choose one under Model.', itemIndex);
  const mode = functions.getNodeParameter('mode', itemIndex) as string;
  const columns = functions.getNodeParameter('columns', itemIndex) as ResourceMapperValue;
  const key = mode === 'insert' ? [] : (columns.matchingColumns ?? []);
  const whole = valuesOf(functions, itemIndex, columns);
  const record = mode === 'delete' && key.length > 0 ? Object.fromEntries(Object.entries(whole).filter(([name]) => key.includes(name))) : whole;
  if (Object.keys(record).length === 0) {
    throw failure(functions.getNode(), 'record_empty', 'The item gives no column a value.', 'Map at least one column, or have the item’s fields called like the columns.', itemIndex);
  }
  const { access, path, query, extra } = backend;
  return {
    batch: { backend, input: { model, mode, key }, records: [], items: [] },
    record,
    identity: JSON.stringify([access.url, access.credential, access.data, path('write'), query, extra]),
  };
}

function valuesOf(functions: IExecuteFunctions, itemIndex: number, { mappingMode, value, schema }: ResourceMapperValue): IDataObject {
  if (mappingMode !== 'autoMapInputData') {
    return convertTexts(present(value ?? {}), schema ?? [], ({ field, message }) =>
      failure(functions.getNode(), 'invalid_parameter', `The column "${field}" ${message}.`, 'Correct the value or its expression; a text is JSON in double quotes.', itemIndex));
  }
  const json = functions.getInputData()[itemIndex]?.json ?? {};
  const columns = (schema ?? []).filter(({ removed }) => !removed);
  // Without the columns at hand, every field of the item is meant to be one.
  return columns.length === 0 ? present(json) : convertTexts(present(Object.fromEntries(columns.map(({ id }) => [id, json[id]])) as IDataObject), columns);
}

const present = (record: IDataObject): IDataObject => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
