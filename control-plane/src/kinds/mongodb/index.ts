import { database } from '../../categories/database.ts';
import { defineKind } from '../contract.ts';
import { importMongodb, mongodbConfig } from './config.ts';

export const mongodb = defineKind({
  kind: 'mongodb',
  label: 'MongoDB',
  description: 'Collections and aggregations of MongoDB',
  category: database,
  aliases: ['mongo'],
  documentation_url: 'https://www.mongodb.com/docs/manual/reference/connection-string/',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'MongoDB wire protocol over mingo' },
  config: mongodbConfig,
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig: importMongodb,
});

export default mongodb;
