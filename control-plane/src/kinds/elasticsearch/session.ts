/** What an open connector to a search server does: its operations. */
import type { database } from '../../categories/database.ts';
import { firstRecords, linesOf } from '../../engines/sql/batch.ts';
import { refuseWrite } from '../../engines/sql/write.ts';
import type { OpenContext, Session } from '../contract.ts';
import { createClient, inPath } from './client.ts';
import type { ElasticsearchConfig } from './config.ts';
import { checkIndex, describeIndex, fieldsOf, listIndices } from './indices.ts';
import { numberFieldsOf, typeNumbers } from './numbers.ts';
import { hitPages } from './pages.ts';
import type { Hit } from './pages.ts';
import { aggregate, searchQueryOf, textPages } from './query.ts';
import type { Row } from './query.ts';
import { searchOf } from './search.ts';
import { writeDocuments } from './write.ts';

export function openSession(config: ElasticsearchConfig, context: OpenContext): Session<typeof database, 'write'> {
  const client = createClient(config, context);
  const patterns = context.output_schemas;
  const encode = (row: Row) => JSON.stringify(row);

  return {
    async test({ signal }) {
      const { product, version } = await createClient(config, context).server(signal);
      return { message: `${product} ${version}` };
    },

    async discover(input, { signal }) {
      if (input.model === undefined) return listIndices(client, patterns, input, signal);
      checkIndex(input.model, patterns);
      return describeIndex(client, input.model, signal);
    },

    async *read(input, { signal }) {
      checkIndex(input.model, patterns);
      const [fields, numbers] = await Promise.all([fieldsOf(client, input.model, signal), numberFieldsOf(client, input.model, signal)]);
      const search = searchOf(input, fields);
      const wantsId = !input.fields?.length || input.fields.includes('_id');
      const pages = hitPages(client, input.model, search, { page_size: config.page_size, limit: input.limit, signal });
      yield* linesOf(pages, ({ _id, _source = {} }: Hit) => {
        typeNumbers(_source, numbers);
        return encode(wantsId ? { _id, ..._source } : _source);
      });
    },

    async *query({ query, parameters, limit }, { signal }) {
      if (!query.trimStart().startsWith('{')) {
        yield* firstRecords(linesOf(textPages(client, query, parameters, config.page_size, signal), encode), limit);
        return;
      }
      const search = searchQueryOf(query, parameters);
      checkIndex(search.index, patterns);
      const numbers = await numberFieldsOf(client, search.index, signal, search.runtime_mappings);
      if (search.aggs) {
        yield* firstRecords(linesOf([await aggregate(client, search, `${inPath(search.index)}/_search`, numbers, signal)], encode), limit);
        return;
      }
      const { index, size = Infinity, aggs: _none, ...body } = search;
      const wanted = Math.min(size, limit ?? Infinity);
      if (wanted === 0) return;
      const pages = hitPages(client, index, body, { page_size: config.page_size, ...(wanted !== Infinity && { limit: wanted }), signal });
      yield* linesOf(pages, ({ _id, _source = {}, fields = {} }: Hit) => {
        typeNumbers(_source, numbers);
        typeNumbers(fields, numbers);
        return encode({ _id, ..._source, ...fields });
      });
    },

    async write(input, { signal }) {
      if (config.read_only) refuseWrite();
      checkIndex(input.model, patterns);
      return { affected_records: await writeDocuments(client, input, signal) };
    },

    close: async () => undefined,
  };
}
