/** How an API's pages hang together. A paginator looks at one page and says where the next one is. */
import { PatchbayError } from '../../platform/errors.ts';
import type { HttpResponse } from '../../engines/http/index.ts';

export interface Page {
  response: HttpResponse;
  records: readonly unknown[];
}

/** @returns the next page's address, undefined after the last one */
export type Paginator = (page: Page) => URL | undefined;

/** RFC 8288: `Link: <https://api.example.com/customers?page=2>; rel="next"`. */
export const linkHeader: Paginator = ({ response }) => {
  const header = response.headers.get('link');
  if (header === null) return undefined;
  const next = links(header).find(({ relations }) => relations.includes('next'));
  if (next === undefined) return undefined;
  const url = URL.parse(next.target, response.url.href);
  if (!url || url.href === response.url.href) {
    throw new PatchbayError('backend_error', 'The backend’s link to the next page leads nowhere.', {
      hint: 'Its Link header is malformed or names the page itself; ask the provider.',
    });
  }
  return url;
};

function links(header: string): { target: string; relations: string[] }[] {
  return [...header.matchAll(/<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)/g)].map(([, target = '', parameters = '']) => {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i.exec(parameters);
    return { target, relations: (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/) };
  });
}
