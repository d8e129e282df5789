import { database } from '../../categories/database.ts';
import { defineKind } from '../contract.ts';
import { elasticsearchConfig, importElasticsearch } from './config.ts';

export const elasticsearch = defineKind({
  kind: 'elasticsearch',
  label: 'Elasticsearch',
  description: 'Indices, data streams and queries of Elasticsearch or OpenSearch',
  category: database,
  aliases: ['opensearch'],
  documentation_url: 'https://www.elastic.co/docs/deploy-manage/api-keys/elasticsearch-api-keys',
  optional_operations: ['write'],
  peer: { class: 'protocol peer', name: 'REST API of Elasticsearch and OpenSearch' },
  config: elasticsearchConfig,
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig: importElasticsearch,
});

export default elasticsearch;
