/** `write`: in one transaction where there is a replica set; a single server has none, which an error then says. */
import type { AnyBulkWriteOperation, BSON, Document, MongoBulkWriteError, MongoClient } from 'mongodb';
import type { WriteInput } from '../../engines/sql/write.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Found } from './collections.ts';
import { candidates, literal } from './values.ts';

type Bson = typeof BSON;

export async function writeDocuments(bson: Bson, client: MongoClient, { schema, name }: Found, input: WriteInput, signal: AbortSignal): Promise<number> {
  const operations = input.records.map((record, index) => operationOf(bson, input, record, index));
  const collection = client.db(schema).collection(name);
  const hello = await client.db('admin').command({ hello: 1 }, { signal });
  const transactional = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
  try {
    if (!transactional) return affected(await collection.bulkWrite(operations, { ordered: true }));
    return await client.withSession((session) => session.withTransaction(async () => {
      signal.throwIfAborted();
      const result = await collection.bulkWrite(operations, { ordered: true, session });
      signal.throwIfAborted();
      return affected(result);
    }));
  } catch (error) {
    if ((error as Error).name !== 'MongoBulkWriteError') throw error;
    throw refused(error as MongoBulkWriteError, transactional);
  }
}

function affected(result: { insertedCount: number; matchedCount: number; upsertedCount: number; deletedCount: number }): number {
  return result.insertedCount + result.matchedCount + result.upsertedCount + result.deletedCount;
}

function operationOf(bson: Bson, { mode, key }: WriteInput, record: Record<string, unknown>, index: number): AnyBulkWriteOperation<Document> {
  const keys = key.length > 0 ? key : ['_id'];
  const document = literal(bson, record) as Document;
  if (typeof document['_id'] === 'string') document['_id'] = idOf(bson, document['_id']);
  if (mode === 'insert') return { insertOne: { document } };
  const missing = keys.filter((name) => record[name] === undefined || record[name] === null);
  if (missing.length > 0) {
    throw new PatchbayError('invalid_request', `Record ${index + 1} has no ${missing.join(', ')}, which identifies it.`, {
      hint: 'Give each record the fields of its key.', fields: missing.map((name) => ({ path: `records.${index}.${name}`, message: 'is part of the key' })),
    });
  }
  const filter = { $and: keys.map((name) => ({ [name]: { $in: candidates(bson, record[name]) } })) };
  if (mode === 'delete') return { deleteOne: { filter } };
  const entries = Object.entries(document);
  const set = Object.fromEntries(entries.filter(([name]) => !keys.includes(name) && name !== '_id'));
  const onInsert = Object.fromEntries(entries.filter(([name]) => keys.includes(name) || name === '_id'));
  const update = { ...(Object.keys(set).length > 0 && { $set: set }), ...((mode === 'upsert' || Object.keys(set).length === 0) && { $setOnInsert: onInsert }) };
  return { updateOne: { filter, update, upsert: mode === 'upsert' } };
}

/** What `read` shows of an ObjectId is one again. */
const idOf = (bson: Bson, id: string) => (/^[0-9a-f]{24}$/i.test(id) ? new bson.ObjectId(id) : id);

function refused(error: MongoBulkWriteError, transactional: boolean): PatchbayError {
  const failures = [error.writeErrors].flat();
  const { index = 0, errmsg = error.message } = failures[0] ?? {};
  const written = transactional ? 0 : affected(error.result);
  return new PatchbayError('rejected_by_backend', `MongoDB refused record ${index + 1}: ${errmsg}.`, {
    hint: transactional ? 'Correct the records; nothing was written.' : `${written} records before it were written and stay: a single MongoDB server has no transactions, a replica set has.`,
    fields: [{ path: `records.${index}`, message: errmsg ?? 'was refused' }], details: { affected_records: written }, cause: error,
  });
}
