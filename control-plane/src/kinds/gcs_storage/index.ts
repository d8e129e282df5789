import { createHash } from 'node:crypto';
import { storage } from '../../categories/storage.ts';
import { createStorageSession } from '../../engines/objects/session.ts';
import { defineKind } from '../contract.ts';
import { gcsConfig } from './config.ts';
import { importGcsConfig } from './import.ts';
import { openGcsStore } from './store.ts';

export const gcsStorage = defineKind({
  kind: 'gcs_storage',
  label: 'Google Cloud Storage',
  description: 'A bucket of Google Cloud Storage',
  category: storage,
  aliases: ['gcs'],
  optional_operations: ['query'],
  documentation_url: 'https://cloud.google.com/iam/docs/keys-create-delete',
  peer: { class: 'protocol peer', name: 'a server that follows Google’s JSON API' },
  config: gcsConfig,
  async open(config, context) {
    return createStorageSession(openGcsStore(config, context), {
      prefix: config.prefix, output_schemas: context.output_schemas, ...(context.cache && { cache: context.cache }),
      identity: ['gcs', config.endpoint, config.bucket, createHash('sha256').update(config.service_account_json).digest('base64')],
    });
  },
  importConfig: importGcsConfig,
});

export default gcsStorage;
