/** What an open MongoDB connector does: its operations. */
import type { AbstractCursor, Document } from 'mongodb';
import type { database } from '../../categories/database.ts';
import { fetchedAhead, firstRecords } from '../../engines/sql/batch.ts';
import { refuseWrite } from '../../engines/sql/write.ts';
import type { OpenContext, Session } from '../contract.ts';
import { discoverCollections, findCollection } from './collections.ts';
import type { Place } from './collections.ts';
import type { MongodbConfig } from './config.ts';
import { createConnection } from './connection.ts';
import { filterOf, projectionOf, sortOf } from './filter.ts';
import { linesOfBson } from './lines.ts';
import { cursorOf } from './query.ts';
import { writeDocuments } from './write.ts';

const batchSize = 1000;

export async function openSession(config: MongodbConfig, context: OpenContext): Promise<Session<typeof database, 'write'>> {
  const connection = await createConnection(config, context);
  const { BSON: bson } = await import('mongodb');
  const typed = async <T>(signal: AbortSignal, run: (place: Place) => Promise<T>): Promise<T> => {
    try {
      return await run({ client: await connection.client(), database: config.database, output_schemas: context.output_schemas, signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : connection.explain(error);
    }
  };
  const options = (signal: AbortSignal) => ({ signal, batchSize, raw: true, maxTimeMS: config.timeout * 1000 });

  /** What the driver has of a page at once; the cursor is closed at the server however it ends. */
  async function* pages(signal: AbortSignal, cursor: AbstractCursor<Document>): AsyncGenerator<Document[]> {
    try {
      while (await typed(signal, () => cursor.hasNext())) yield cursor.readBufferedDocuments();
    } finally {
      await cursor.close().catch(() => undefined);
    }
  }

  return {
    test: ({ signal }) => typed(signal, async ({ client }) => {
      await client.db(config.database ?? 'admin').command({ ping: 1 }, { signal });
      const { version } = await client.db('admin').command({ buildInfo: 1 }, { signal });
      return { message: `MongoDB ${String(version)}` };
    }),

    discover: (input, { signal }) => typed(signal, (place) => discoverCollections(place, input)),

    async *read(input, { signal }) {
      const filter = filterOf(bson, input.where);
      const shape = { projection: projectionOf(input.fields), sort: sortOf(input.order_by), limit: input.limit };
      const cursor = await typed(signal, async (place) => {
        const { schema, name } = await findCollection(place, input.model);
        return place.client.db(schema).collection(name).find(filter, { ...options(signal), ...Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) });
      });
      yield* linesOfBson(bson, fetchedAhead(pages(signal, cursor)));
    },

    async *query({ query, parameters, limit }, { signal }) {
      const cursor = await typed(signal, (place) => cursorOf(bson, place, query, parameters, { read_only: config.read_only, find: options(signal) }));
      const found = pages(signal, cursor);
      yield* firstRecords(linesOfBson(bson, limit === undefined ? fetchedAhead(found) : found), limit);
    },

    async write(input, { signal }) {
      if (config.read_only) refuseWrite();
      return typed(signal, async (place) => ({
        affected_records: await writeDocuments(bson, place.client, await findCollection(place, input.model, false), input, signal),
      }));
    },

    close: () => connection.close(),
  };
}
