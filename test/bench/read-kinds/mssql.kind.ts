import tedious from 'tedious';
import { mssql } from '../../../control-plane/src/kinds/mssql/index.ts';
import { canMakeCertificates } from '../../peers/certificate.ts';
import { startTds } from '../../peers/tds/server.ts';
import { duckdbRows } from './table.ts';
import type { KindBench, ServerConfig } from './table.ts';

export const bench: KindBench<ServerConfig> = {
  kind: mssql,
  available: canMakeCertificates,
  input: { model: 'dbo.orders' },
  async start() {
    const peer = await startTds();
    await peer.run(`create table dbo.orders as ${duckdbRows}`);
    const { host, port, database, username, password } = peer;
    const config = { host, port, database, username, password, trust_server_certificate: true };
    return { config, stop: peer.stop };
  },
  async direct({ host, port, database, username, password }) {
    const connection = new tedious.Connection({ server: host, authentication: { type: 'default', options: { userName: username, password } }, options: { port, database, encrypt: true, trustServerCertificate: true } });
    await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
    let count = 0;
    await new Promise<void>((resolve, reject) => {
      const request = new tedious.Request('select * from dbo.orders', (error) => (error ? reject(error) : resolve()));
      request.on('row', () => void (count += 1));
      connection.execSql(request);
    });
    connection.close();
    return count;
  },
};
