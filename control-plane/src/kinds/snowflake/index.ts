import { database } from '../../categories/database.ts';
import { defineKind } from '../contract.ts';
import { snowflakeConfig } from './config.ts';
import { importUrl } from './import.ts';

export const snowflake = defineKind({
  kind: 'snowflake',
  label: 'Snowflake',
  description: 'Tables, views and queries of a Snowflake database',
  category: database,
  documentation_url: 'https://docs.snowflake.com/en/user-guide/key-pair-auth',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'SQL API v2 over DuckDB' },
  config: snowflakeConfig,
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig: importUrl,
});

export default snowflake;
