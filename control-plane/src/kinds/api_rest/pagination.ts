/** How an API's pages hang together. Pages are looked at one by one and say where the next one is. */
import { PatchbayError } from '../../platform/errors.ts';
import type { HttpResponse } from '../../engines/http/index.ts';
import type { Paging } from './paging-fields.ts';
import { valueAt } from './records.ts';

export interface Page {
  response: HttpResponse;
  /** The answer, parsed. */
  body: unknown;
  records: readonly unknown[];
}

export interface Pages {
  first: string;
  /** @returns the next page's address, undefined after the last one */
  next(page: Page): string | URL | undefined;
  /** A page past the end may not exist (404). */
  may_be_missing: boolean;
}

/** @param path the endpoint's own, below the base URL */
export function createPages(path: string, paging: Paging): Pages {
  const { pagination, page_size, page_size_parameter } = paging;
  const sized = pagination !== 'none' && page_size_parameter !== undefined && page_size !== undefined ? { [page_size_parameter]: page_size } : {};
  const at = (parameters: Record<string, string | number>) => withParameters(path, { ...sized, ...parameters });
  const isLast = ({ records }: Page) => records.length === 0 || (page_size !== undefined && records.length < page_size);
  switch (pagination) {
    case 'none':
      return { first: path, next: () => undefined, may_be_missing: false };
    case 'link_header':
      return { first: at({}), next: linkHeader, may_be_missing: false };
    case 'page': {
      let number = paging.first_page;
      return {
        first: at({ [paging.page_parameter]: number }),
        next: differing((page) => (isLast(page) ? undefined : at({ [paging.page_parameter]: (number += 1) }))),
        may_be_missing: true,
      };
    }
    case 'offset': {
      let offset = 0;
      return {
        first: at({ [paging.offset_parameter]: offset }),
        next: differing((page) => (isLast(page) ? undefined : at({ [paging.offset_parameter]: (offset += page.records.length) }))),
        may_be_missing: true,
      };
    }
    case 'cursor':
      return {
        first: at({}),
        next: differing((page) => {
          const cursor = cursorOf(page, paging);
          if (cursor === undefined) return undefined;
          return /^(https?:\/)?\/|^\?/.test(cursor) ? addressFrom(cursor, page.response.url) : at({ [paging.cursor_parameter]: cursor });
        }),
        may_be_missing: false,
      };
  }
}

/** RFC 8288: `Link: <https://api.example.com/customers?page=2>; rel="next"`. */
function linkHeader({ response }: Page): URL | undefined {
  const header = response.headers.get('link');
  if (header === null) return undefined;
  const next = links(header).find(({ relations }) => relations.includes('next'));
  if (next === undefined) return undefined;
  return addressFrom(next.target, response.url);
}

function addressFrom(target: string, from: URL): URL {
  const url = URL.parse(target, from.href);
  if (url && url.href !== from.href) return url;
  throw new PatchbayError('backend_error', 'The backend’s link to the next page leads nowhere.', {
    hint: 'It is malformed or names the page itself; ask the provider.',
  });
}

function cursorOf({ response, body }: Page, { cursor_header, cursor_path }: Paging): string | undefined {
  const found = cursor_header !== undefined ? response.headers.get(cursor_header) : valueAt(body, cursor_path!);
  return typeof found === 'number' || (typeof found === 'string' && found !== '') ? String(found) : undefined;
}

/** An API that does not know the parameter gives the first page for ever. */
function differing(next: Pages['next']): Pages['next'] {
  let before: Uint8Array | undefined;
  return (page) => {
    const { bytes } = page.response;
    if (page.records.length > 0 && before && Buffer.compare(before, bytes) === 0) {
      throw new PatchbayError('invalid_config', 'The API gave the same page twice, so its pages do not hang together in the way that the connector says.', {
        hint: 'Correct the endpoint’s pages: the kind of pagination, and the name of its parameter.', fields: [{ path: 'config.pagination', message: 'is not this API’s' }],
      });
    }
    before = bytes;
    return next(page);
  };
}

/** The path with parameters set, in place of those of the same name. */
function withParameters(path: string, parameters: Record<string, string | number>): string {
  const names = Object.keys(parameters);
  if (names.length === 0) return path;
  const [bare = '', ...rest] = path.split('#', 1)[0]!.split('?');
  const query = new URLSearchParams(rest.join('?'));
  for (const name of names) query.set(name, String(parameters[name]));
  return `${bare}?${query.toString()}`;
}

function links(header: string): { target: string; relations: string[] }[] {
  return [...header.matchAll(/<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)/g)].map(([, target = '', parameters = '']) => {
    const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i.exec(parameters);
    return { target, relations: (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/) };
  });
}
