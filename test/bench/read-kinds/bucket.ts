import { createReadStream } from 'node:fs';
import type { AnyKind, AnySession } from '../../../control-plane/src/kinds/contract.ts';
import { runOperation } from '../../../control-plane/src/kinds/run.ts';
import { createEgress } from '../../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../../control-plane/src/platform/telemetry/log.ts';
import { parquetFile, readParquet } from './parquet.ts';
import type { KindBench } from './table.ts';

/**
 * A Parquet file in a store, its copy in the cache after the first read; the reference is DuckDB on the same rows in a file of its own. Half of
 * either's time goes into fetching texts, one call into DuckDB each; the kind lets DuckDB write whole lines of JSON (json.ts in the engine lakehouse), so
 * that it is one a row, and takes a chunk while the next is made.
 * @param open starts the store, empty
 */
export const bucketBench = (kind: AnyKind, open: KindBench['start'], available = true): KindBench => ({
  kind,
  available,
  input: { model: 'orders.parquet' },
  async start() {
    const store = await open();
    const egress = createEgress({ allow: ['127.0.0.0/8'] });
    const session = (await kind.open(kind.config.parse(store.config), { egress, log: silentLogger, output_schemas: [] })) as AnySession;
    await runOperation(kind, session, 'put', { key: 'orders.parquet' }, { signal: new AbortController().signal, log: silentLogger, timeout: 60 }, { content: createReadStream(await parquetFile()) });
    await session.close();
    await egress.close();
    return store;
  },
  direct: async () => readParquet(await parquetFile()),
});
