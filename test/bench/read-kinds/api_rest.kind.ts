import { apiRest } from '../../../control-plane/src/kinds/api_rest/index.ts';
import { startHttpPeer } from '../../peers/http.ts';
import { jsonRow, rows } from './table.ts';
import type { KindBench } from './table.ts';

const pageSize = 1000;

/**
 * An API of pages that Link headers hang together; the reference is the same pages by fetch and JSON.parse. Both parse; what is left are the
 * lines of JSON, which take half as long as parsing. The next page comes meanwhile.
 */
export const bench: KindBench<{ base_url: string; authentication: string; token: string }> = {
  kind: apiRest,
  available: true,
  input: { model: '/orders?page=1' },
  async start() {
    const pages = Array.from({ length: rows / pageSize }, (_, page) => JSON.stringify({ data: Array.from({ length: pageSize }, (__, index) => jsonRow(page * pageSize + index + 1)) }));
    const peer = await startHttpPeer(({ url }) => {
      const page = Number(url.searchParams.get('page'));
      return { headers: { 'content-type': 'application/json', ...(page < pages.length && { link: `</orders?page=${page + 1}>; rel="next"` }) }, body: pages[page - 1] };
    });
    return { config: { base_url: peer.url, authentication: 'bearer', token: 'a token of the peer' }, stop: peer.stop };
  },
  async direct({ base_url, token }) {
    let count = 0;
    for (let path: string | undefined = '/orders?page=1'; path !== undefined; ) {
      const answer = await fetch(base_url + path, { headers: { authorization: `Bearer ${token}` } });
      const { data } = JSON.parse(await answer.text()) as { data: object[] };
      count += data.length;
      path = /<(.+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    return count;
  },
};
