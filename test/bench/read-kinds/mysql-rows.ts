import { createConnection } from 'mysql2';
import type { AnyKind } from '../../../control-plane/src/kinds/contract.ts';
import { hasMariadb, startMariadb } from '../../peers/mariadb.ts';
import { rows } from './table.ts';
import type { KindBench, ServerConfig } from './table.ts';

/** MySQL and MariaDB have one driver, and here one server. */
export const mysqlBench = (kind: AnyKind): KindBench<ServerConfig> => ({
  kind,
  available: hasMariadb,
  input: { model: 'shop.orders' },
  async start() {
    const peer = await startMariadb();
    await peer.run(`create table orders as select seq as id, concat('customer ', seq % 1000) as customer, cast(seq * 1.07 as decimal(12, 2)) as amount, cast(seq % 17 as int) as quantity, seq % 2 = 0 as paid,
      timestamp '2026-01-01 00:00:00' + interval seq second as placed_at, if(seq % 5 > 0, concat('a "note" of order ', seq), null) as note from seq_1_to_${rows}`);
    const { host, port, database, username, password } = peer;
    const config = { host, port, database, username, password, sslmode: 'disable' };
    return { config, stop: peer.stop };
  },
  async direct({ host, port, database, username, password }) {
    const connection = createConnection({ host, port, database, user: username, password });
    let count = 0;
    for await (const row of connection.query('select * from orders').stream()) count += row === undefined ? 0 : 1;
    connection.destroy();
    return count;
  },
});
