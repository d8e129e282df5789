import { oracle } from '../../../control-plane/src/kinds/oracle/index.ts';
import { openSession } from '../../../control-plane/src/kinds/oracle/session.ts';
import type { OracleDriver } from '../../../control-plane/src/kinds/oracle/driver.ts';
import type { AnyKind } from '../../../control-plane/src/kinds/contract.ts';
import { startOracleDouble } from '../../peers/oracle/double.ts';
import { duckdbRows } from './table.ts';
import type { KindBench } from './table.ts';

/**
 * No Oracle server runs here: both read by the double of node-oracledb, which is DuckDB in this process. So this is what the kind adds
 * to a driver (numbers and times as text, the lines of JSON) on top of one that is faster than a network; the driver's own decoding is in neither.
 * A text costs the double a call into DuckDB, and the kind asks for times as text, so that this is rather the lower bound.
 */
let double: ReturnType<typeof startOracleDouble> | undefined;
const peer = () => (double ??= startOracleDouble().then(async (started) => {
  await started.run(`create schema "SHOP"; create table "SHOP"."ORDERS" as select id as "ID", customer as "CUSTOMER", amount as "AMOUNT", quantity as "QUANTITY", paid as "PAID", placed_at as "PLACED_AT", note as "NOTE" from (${duckdbRows})`);
  return started;
}));

export const bench: KindBench<object> = {
  kind: {
    ...oracle,
    config: oracle.config.partial(),
    open: async (_config: object, context: Parameters<typeof openSession>[1]) => {
      const { driver, host, port, username, password } = await peer();
      return openSession(oracle.config.parse({ host, port, username, password, service_name: 'FREEPDB1' }), context, driver);
    },
  } as unknown as AnyKind,
  available: true,
  input: { model: 'SHOP.ORDERS' },
  start: async () => ({ config: {}, stop: async () => undefined }),
  async direct() {
    const { driver, host, port, username, password } = await peer();
    const connection = await (driver as OracleDriver).getConnection({ user: username, password, connectString: `(HOST=${host})(PORT=${port})` });
    const { resultSet } = await connection.execute('select "ID", "CUSTOMER", "AMOUNT", "QUANTITY", "PAID", "PLACED_AT", "NOTE" from "SHOP"."ORDERS"', [], { resultSet: true, outFormat: driver.OUT_FORMAT_ARRAY, fetchArraySize: 500 });
    let count = 0;
    for (let page = await resultSet!.getRows(500); page.length > 0; page = await resultSet!.getRows(500)) count += page.length;
    await resultSet!.close();
    await connection.close();
    return count;
  },
};
