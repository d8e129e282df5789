/** How an API's pages hang together: for the whole API, and where an endpoint differs, for that one. */
import { z } from 'zod';
import { metaOf } from '../fields.ts';

export const paginations = ['link_header', 'page', 'offset', 'cursor', 'none'] as const;

const parameter = z.string().min(1).max(200);
const when = (...values: string[]) => ({ pagination: values });
const group = 'Pages';

export const pagingFields = {
  pagination: z.enum(paginations).default('link_header').meta({
    title: 'Pages', order: 30, group,
    description: 'link_header: the answer’s Link header names the next page; page: pages are numbered; offset: records are skipped; cursor: the answer holds a mark of where the next page begins; none: there is one page',
  }),
  page_parameter: parameter.default('page').meta({ title: 'Parameter of the page’s number', order: 31, group, show_when: when('page') }),
  first_page: z.int().min(0).default(1).meta({ title: 'Number of the first page', order: 32, group, show_when: when('page') }),
  offset_parameter: parameter.default('offset').meta({ title: 'Parameter of the offset', description: 'Counts records, from 0', order: 33, group, show_when: when('offset') }),
  cursor_parameter: parameter.default('cursor').meta({ title: 'Parameter of the cursor', order: 34, group, show_when: when('cursor') }),
  cursor_path: z.string().min(1).optional().meta({
    title: 'Where the cursor lies in the answer', order: 35, group, show_when: when('cursor'), placeholder: 'meta.next_cursor',
    description: 'Names with dots between them, or a JSON pointer; -1 is the last of a list (data.-1.id). An address found there is followed as it is',
  }),
  cursor_header: z.string().min(1).optional().meta({ title: 'Header that holds the cursor', description: 'In place of the path', order: 36, group, show_when: when('cursor') }),
  page_size_parameter: parameter.optional().meta({ title: 'Parameter of the page’s size', placeholder: 'limit', order: 37, group, show_when: when('page', 'offset', 'cursor', 'link_header') }),
  page_size: z.int().min(1).max(100_000).optional().meta({
    title: 'Page size', description: 'Records to ask for at once; a page with fewer is the last one', order: 38, group, show_when: when('page', 'offset', 'cursor', 'link_header'),
  }),
} as const;

/** As the API's field is described, and seen while the endpoint's pages are the API's, too. */
const otherwise = <T extends z.ZodType>(name: keyof typeof pagingFields, schema: T) => {
  const { title, description, placeholder, order, show_when } = metaOf(pagingFields[name]);
  const described = { title, order, advanced: true, ...(description !== undefined && { description }), ...(placeholder !== undefined && { placeholder }) };
  return schema.optional().meta(show_when ? { ...described, show_when: { pagination: [...show_when['pagination']!, ''] } } : described);
};

/** What an endpoint may say otherwise: the same fields, none of them with a default. */
export const endpointPaging = {
  pagination: otherwise('pagination', z.enum(paginations)),
  page_parameter: otherwise('page_parameter', parameter),
  first_page: otherwise('first_page', z.int().min(0)),
  offset_parameter: otherwise('offset_parameter', parameter),
  cursor_parameter: otherwise('cursor_parameter', parameter),
  cursor_path: otherwise('cursor_path', z.string().min(1)),
  cursor_header: otherwise('cursor_header', z.string().min(1)),
  page_size_parameter: otherwise('page_size_parameter', parameter),
  page_size: otherwise('page_size', z.int().min(1).max(100_000)),
} as const;

const paging = z.object(pagingFields);
export type Paging = z.output<typeof paging>;

/** What holds for one endpoint. Only the names of paging fields are taken from either. */
export function pagingOf(config: Paging, endpoint: Partial<Paging> = {}): Paging {
  const named = Object.keys(pagingFields) as (keyof Paging)[];
  const own = Object.fromEntries(named.filter((name) => endpoint[name] !== undefined).map((name) => [name, endpoint[name]]));
  return paging.parse({ ...Object.fromEntries(named.map((name) => [name, config[name]])), ...own });
}

/** A check for `.superRefine`: a cursor has to be found somewhere, a size has to be told. */
export function requirePagingFields(config: Paging & { endpoints: readonly Partial<Paging>[] }, context: z.RefinementCtx): void {
  const check = (one: Paging, path: (string | number)[]) => {
    if (one.pagination === 'cursor' && one.cursor_path === undefined && one.cursor_header === undefined) {
      context.addIssue({ code: 'custom', path: [...path, 'cursor_path'], message: 'is required with the pages "cursor", or the header that holds the cursor' });
    }
    if (one.page_size_parameter !== undefined && one.page_size === undefined) {
      context.addIssue({ code: 'custom', path: [...path, 'page_size'], message: 'is required with the parameter of the page’s size' });
    }
  };
  check(config, []);
  config.endpoints.forEach((endpoint, index) => check(pagingOf(config, endpoint), ['endpoints', index]));
}
