/** What an open BigQuery connector does: its operations. */
import type { database } from '../../categories/database.ts';
import { firstRecords, linesOf } from '../../engines/sql/batch.ts';
import { rowEncoder } from '../../engines/sql/cells.ts';
import { buildSelect } from '../../engines/sql/select.ts';
import { buildSingleWrite } from '../../engines/sql/single-write.ts';
import { checkStatement } from '../../engines/sql/statement.ts';
import { refuseWrite } from '../../engines/sql/write.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { OpenContext, RecordBatch, Session } from '../contract.ts';
import { describe, findTable, listTables } from './catalog.ts';
import { createClient } from './client.ts';
import type { Row } from './client.ts';
import type { BigqueryConfig } from './config.ts';
import { bigqueryDialect } from './dialect.ts';
import { queryParameter, textParameter } from './parameters.ts';
import { encoderOf } from './values.ts';
import type { Cell, FieldSchema } from './values.ts';

export function openSession(config: BigqueryConfig, context: OpenContext): Session<typeof database, 'write'> {
  const client = createClient(config, context);
  const place = { client, output_schemas: context.output_schemas, ...(config.dataset !== undefined && { dataset: config.dataset }) };

  return {
    async test({ signal }) {
      const { datasets = [] } = await client.get<{ datasets?: unknown[] }>('datasets', { maxResults: '10' }, { purpose: 'test', signal });
      return { message: `BigQuery, with ${datasets.length === 0 ? 'no dataset that this account sees' : datasets.length < 10 ? `${datasets.length} datasets` : 'ten datasets or more'}` };
    },

    discover: (input, { signal }) =>
      input.model === undefined
        ? listTables(place, input, { purpose: 'discover', signal })
        : describe(place, input.model, { purpose: 'discover', signal }),

    async *read(input, { signal }) {
      const options = { purpose: 'read' as const, signal };
      const table = await findTable(place, input.model, options);
      const { text, parameters, columns } = buildSelect(bigqueryDialect, table, input);
      const isWhole = parameters.length === 0 && !input.where?.length && !input.order_by?.length && table.type === 'table';
      if (isWhole) {
        // It comes in the order of the table, whatever order was asked for.
        const fields = table.fields.filter(({ name }) => columns.some((column) => column.name === name));
        const selected = input.fields?.length ? fields.map(({ name }) => name) : undefined;
        yield* firstRecords(records(fields, client.list(table.schema, table.name, selected, options)), input.limit);
      } else {
        const { fields, rows } = await client.run(text, parameters.map(textParameter), options);
        yield* records(fields, rows);
      }
    },

    async *query({ query, parameters, limit }, { signal }) {
      checkStatement(query, config.read_only);
      const options = { purpose: 'query' as const, signal };
      const bound = parameters.map(queryParameter);
      refuse(await client.statementType(query, bound, options), config.read_only);
      const { fields, rows } = await client.run(query, bound, options);
      yield* firstRecords(records(fields, rows), limit);
    },

    async write(input, { signal }) {
      if (config.read_only) refuseWrite();
      const options = { purpose: 'write' as const, signal };
      const { text, parameters } = buildSingleWrite(bigqueryDialect, await findTable(place, input.model, options), input);
      return { affected_records: (await client.run(text, parameters.map(textParameter), options)).affected };
    },

    close: async () => undefined,
  };
}

function records(fields: FieldSchema[], rows: AsyncIterable<Row[]>): AsyncGenerator<RecordBatch> {
  const encode = rowEncoder<Cell>(fields.map((field) => ({ name: field.name, encode: encoderOf(field) as (cell: Cell) => string })));
  return linesOf(rows, ({ f }) => encode(f.map(({ v }) => v)));
}

/** BigQuery tells what a statement is without running it: nothing is guessed from its text. */
function refuse(statementType: string, readOnly: boolean): void {
  if (statementType === 'SCRIPT') {
    throw new PatchbayError('invalid_query', 'The query was not run: it holds several statements.', {
      hint: 'Write one statement in each query.', fields: [{ path: 'query', message: 'must be one statement' }],
    });
  }
  if (readOnly && statementType !== 'SELECT') {
    throw new PatchbayError('invalid_query', `The query was not run: it is a ${statementType}, and this connector only reads.`, {
      hint: 'Write a SELECT, or let an admin turn off the connector’s "Read only" setting.', fields: [{ path: 'query', message: 'must be a SELECT' }],
    });
  }
}
