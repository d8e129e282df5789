import { elasticsearch } from '../../../control-plane/src/kinds/elasticsearch/index.ts';
import { startElasticsearch } from '../../peers/elasticsearch.ts';
import { jsonRow, rows } from './table.ts';
import type { KindBench } from './table.ts';

interface Answer {
  _scroll_id: string;
  hits: { hits: { _id: string; _source: object }[] };
}

/**
 * The kind speaks REST by itself; the reference is the same scroll by fetch and JSON.parse. Both parse; the kind then gives numbers the type
 * of their field and writes lines, which is what it takes longer for, while the next page comes.
 */
export const bench: KindBench<{ base_url: string; username: string; password: string }> = {
  kind: elasticsearch,
  available: true,
  input: { model: 'orders' },
  async start() {
    const [username, password] = ['elastic', 'a password of the peer'];
    const documents = new Map(Array.from({ length: rows }, (_, index) => [String(index + 1), jsonRow(index + 1)]));
    const peer = await startElasticsearch({ product: 'opensearch', password, indices: { orders: { properties: { id: { type: 'long' } }, documents } } });
    return { config: { base_url: peer.url, username, password }, stop: peer.stop };
  },
  async direct({ base_url, username, password }) {
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}`, 'content-type': 'application/json' };
    const call = async (path: string, body: object, method = 'POST') => JSON.parse(await (await fetch(`${base_url}/${path}`, { method, headers, body: JSON.stringify(body) })).text()) as Answer;
    let { _scroll_id: scroll_id, hits: { hits } } = await call('orders/_search?scroll=5m', { sort: ['_doc'], size: 1000 });
    let count = hits.length;
    while (hits.length === 1000) {
      ({ _scroll_id: scroll_id, hits: { hits } } = await call('_search/scroll', { scroll: '5m', scroll_id }));
      count += hits.length;
    }
    await call('_search/scroll', { scroll_id: [scroll_id] }, 'DELETE');
    return count;
  },
};
