import { BSON, MongoClient } from 'mongodb';
import { mongodb } from '../../../control-plane/src/kinds/mongodb/index.ts';
import { startMongodb } from '../../peers/mongodb.ts';
import { jsonRow, rows } from './table.ts';
import type { KindBench } from './table.ts';

/**
 * The driver alone makes objects. The kind has more to do, since all bytes pass the guard's proxy in this process and are lines of JSON in the end;
 * what makes up for it: documents stay BSON (`raw`), are written as JSON from their bytes (lines.ts), and the next batch comes meanwhile.
 */
export const bench: KindBench<{ hosts: string; database: string; username: string; password: string; tls: boolean }> = {
  kind: mongodb,
  available: true,
  input: { model: 'shop.orders' },
  async start() {
    const password = 'a password of the peer';
    const peer = await startMongodb({ password, collections: { 'shop.orders': Array.from({ length: rows }, (_, index) => document(index + 1)) } });
    return { config: { hosts: peer.host, database: 'shop', username: 'me', password, tls: false }, stop: peer.stop };
  },
  async direct({ hosts, database, username, password }) {
    const client = new MongoClient(`mongodb://${hosts}/`, { auth: { username, password } });
    let count = 0;
    for await (const found of client.db(database).collection('orders').find({}, { batchSize: 1000 })) count += found['_id'] === undefined ? 0 : 1;
    await client.close();
    return count;
  },
};

function document(i: number): BSON.Document {
  const { id: _id, amount, placed_at, ...row } = jsonRow(i);
  return { _id, ...row, amount: BSON.Decimal128.fromString(String(amount)), placed_at: new Date(String(placed_at)) };
}
