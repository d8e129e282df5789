import { database } from '../../categories/database.ts';
import { defineKind } from '../contract.ts';
import { oracleConfig } from './config.ts';
import { importAddress } from './import.ts';

export const oracle = defineKind({
  kind: 'oracle',
  label: 'Oracle Database',
  description: 'Tables, views and queries of an Oracle database',
  category: database,
  documentation_url: 'https://docs.oracle.com/en/database/oracle/oracle-database/19/netag/configuring-naming-methods.html',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'TNS listener that refuses; queries by a double of the driver' },
  config: oracleConfig,
  async open(config, context) {
    const [{ openSession }, { loadDriver }] = await Promise.all([import('./session.ts'), import('./driver.ts')]);
    return openSession(config, context, await loadDriver());
  },
  importConfig: importAddress,
});

export default oracle;
