import { vectorStore } from '../../categories/vector_store.ts';
import { pageOfModels } from '../../engines/models/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import { faissConfig } from './config.ts';
import { faissStore } from './store.ts';

export const faiss = defineKind({
  kind: 'faiss',
  label: 'FAISS',
  description: 'Flat FAISS indexes that are kept here: exact search without a server',
  category: vectorStore,
  documentation_url: 'https://github.com/facebookresearch/faiss/wiki/Index-IO,-cloning-and-hyper-parameter-tuning',
  optional_operations: ['import_index', 'export_index'],
  peer: { class: 'real server', name: 'FAISS 1.7.3 and PostgreSQL, as the store of uploads' },
  config: faissConfig,
  async open(config, { uploads }) {
    const opened = uploads && faissStore(uploads, config.metric);
    const store = () => opened ?? nowhere();
    return {
      async test() {
        if (!opened) return { message: 'Collections can be made once the connector is saved' };
        const { length } = await opened.list();
        return { message: length === 0 ? 'There is no collection yet' : `There ${length === 1 ? 'is one collection' : `are ${length} collections`}` };
      },
      discover: async (input) => (input.model === undefined ? pageOfModels(await store().list(), input) : { models: [await store().describe(input.model)] }),
      upsert: async (input, { signal }) => store().upsert(input, signal),
      search: async (input, { signal }) => store().search(input, signal),
      delete: async (input, { signal }) => store().delete(input, signal),
      import_index: async ({ collection, content }) => store().importIndex(collection, content),
      export_index: async ({ collection }) => store().exportIndex(collection),
      close: async () => undefined,
    };
  },
});
export default faiss;

function nowhere(): never {
  throw new PatchbayError('invalid_config', 'A connector that is not saved has no place for its collections.', { hint: 'Save it, and use it by its id or as a tenant’s default.' });
}
