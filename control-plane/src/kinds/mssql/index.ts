import { database } from '../../categories/database.ts';
import { defineKind } from '../contract.ts';
import { mssqlConfig } from './config.ts';
import { importConnection } from './import.ts';

export const mssql = defineKind({
  kind: 'mssql',
  label: 'SQL Server',
  description: 'Tables, views and queries of Microsoft SQL Server or Azure SQL',
  category: database,
  aliases: ['sqlserver'],
  documentation_url: 'https://learn.microsoft.com/en-us/sql/relational-databases/security/authentication-access/create-a-login',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'TDS 7.4 over DuckDB' },
  config: mssqlConfig,
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig: importConnection,
});

export default mssql;
