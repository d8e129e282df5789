/** A provider's published API description (OpenAPI) as a judge: Prism's validators hold each request and each answer against it. */
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { validateInput, validateOutput, validateSecurity } from '@stoplight/prism-http/dist/validator/index.js';
import type { HttpAnswer, ReceivedRequest } from './http.ts';

export interface Description {
  /** The operation's path as the description writes it, and the values of its parameters; undefined when there is none. */
  find(request: Pick<ReceivedRequest, 'method' | 'url'>): { path: string; parameters: Record<string, string> } | undefined;
  /** What of a request differs from the description. @param body the parsed one, where it is not sent as JSON */
  request(request: ReceivedRequest, body?: unknown): string[];
  answer(request: ReceivedRequest, answer: HttpAnswer): string[];
}

type Found = { _tag: 'Left'; left: unknown[] } | { _tag: 'Right' };

export async function readDescription(description: object): Promise<Description> {
  const operations = await getHttpOperationsFromSpec(description);
  const find = ({ method, url }: Pick<ReceivedRequest, 'method' | 'url'>) => operations
    .filter((operation) => operation.method === method.toLowerCase())
    .flatMap((operation) => {
      const parameters = match(operation.path, url.pathname);
      return parameters ? [{ operation, path: operation.path, parameters }] : [];
    })[0];
  const violations = (what: string, result: Found): string[] => (result._tag === 'Left' ? result.left.map((found) => `${what}: ${JSON.stringify(found)}`) : []);
  return {
    find,
    request(request, body) {
      const found = find(request);
      if (!found) return [`${request.method} ${request.url.pathname} is not described`];
      const resource = found.operation;
      const text = body === undefined ? (request.body.length > 0 ? request.body.toString() : undefined) : JSON.stringify(body);
      const isJson = body !== undefined || /json/.test(request.headers['content-type'] ?? '');
      const element = {
        method: resource.method as 'get', url: { path: request.url.pathname, query: queryOf(request.url) }, headers: request.headers as Record<string, string>,
        body: isJson && text !== undefined ? (JSON.parse(text) as unknown) : text,
      };
      const what = `${request.method} ${request.url.pathname}`;
      return [...violations(what, validateInput({ resource, element }) as Found), ...violations(what, validateSecurity({ resource, element }) as Found)];
    },
    answer(request, { status = 200, headers = {}, body }) {
      const found = find(request);
      const element = { statusCode: status, headers: { 'content-type': 'application/json', ...headers }, body };
      return found ? violations(`answer of ${request.url.pathname}`, validateOutput({ resource: found.operation, element }) as Found) : [];
    },
  };
}

/** A parameter that comes several times is a list. */
function queryOf({ searchParams }: URL): Record<string, string | string[]> {
  return Object.fromEntries([...new Set(searchParams.keys())].map((name) => {
    const values = searchParams.getAll(name);
    return [name, values.length === 1 ? values[0]! : values];
  }));
}

/** The values of a path's parameters; undefined when it is another path. */
function match(template: string, pathname: string): Record<string, string> | undefined {
  const pattern = template.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const found = new RegExp(`^${pattern}$`).exec(pathname);
  return found ? { ...found.groups } : undefined;
}
