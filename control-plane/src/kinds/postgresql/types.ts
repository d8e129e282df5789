/**
 * How PostgreSQL's values become JSON, in one place for `read` (COPY, cursors) and `query`:
 *
 * - smallint, integer, real and double precision are numbers; NaN and the infinities, which JSON lacks, are text
 * - bigint, numeric and money are text, since JSON's readers would round them
 * - boolean, null, json and jsonb are themselves; in JSON too a number that would be rounded is text
 * - timestamps are ISO 8601 (with +00:00 where they have a time zone), bytea is base64
 * - arrays are lists; composite types are objects in `read` and text in `query`
 * - everything else is PostgreSQL's own text
 */
import type { Column } from '../../engines/sql/dialect.ts';
import { exactJson } from '../../platform/exact-json.ts';

/** How a value's text is turned into JSON. */
export type Encoding = 'number' | 'float' | 'boolean' | 'json' | 'timestamp' | 'text';

const encodings: Record<number, Encoding> = {
  16: 'boolean', 21: 'number', 23: 'number', 700: 'float', 701: 'float', 114: 'json', 3802: 'json', 1114: 'timestamp', 1184: 'timestamp',
};

export const bytea = 17;
const money = 790;
/** Lists of these are numbers to PostgreSQL's to_json. */
const roundedInJson = new Set([20, 1700]);
/** The first oid that is not PostgreSQL's own. */
const firstOwnOid = 16_384;

export const encodingOf = (oid: number): Encoding => encodings[oid] ?? 'text';

export interface PostgresqlColumn extends Column {
  /** Of the type, or of what a domain stands on. */
  oid: number;
  /** Of the elements of an array; 0 for what is none. */
  element: number;
  /** pg_type.typtype: b base, c composite, e enum, r range, … */
  sort: string;
  /** The type's name without its modifiers, qualified where needed: what a cast may be written with. */
  cast: string;
}

/** What is selected for a column so that its text is ready for `encoding`. */
export function selection({ oid, element, sort }: PostgresqlColumn, reference: string): { text: string; encoding: Encoding } {
  if (oid === bytea) return { text: `pg_catalog.translate(pg_catalog.encode(${reference}, 'base64'), E'\\n', '')`, encoding: 'text' };
  if (element !== 0) return { text: `pg_catalog.to_json(${reference}${elementCast(element)})`, encoding: 'json' };
  // What an extension brings may know its own way into JSON: hstore, geometry.
  if (sort === 'c' || (sort === 'b' && oid >= firstOwnOid)) return { text: `pg_catalog.to_json(${reference})`, encoding: 'json' };
  return { text: reference, encoding: encodingOf(oid) };
}

function elementCast(element: number): string {
  return roundedInJson.has(element) || element === money ? '::text[]' : '';
}

/** @returns JSON of a value's text */
export function encodeText(encoding: Encoding, text: string): string {
  switch (encoding) {
    case 'number':
      return text;
    case 'float':
      return /^-?\d/.test(text) ? text : `"${text}"`;
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'json':
      // A line must stay one line; in JSON a newline can only be white space.
      return exactJson(/[\n\r]/.test(text) ? text.replace(/[\n\r]/g, ' ') : text);
    case 'timestamp':
      return `"${isoTimestamp(text)}"`;
    case 'text':
      return JSON.stringify(text);
  }
}

/** `2024-01-31 12:00:00.5+00` → `2024-01-31T12:00:00.5+00:00`; infinity and BC stay as they are. */
export function isoTimestamp(text: string): string {
  return text.replace(' ', 'T').replace('+00', '+00:00');
}

/** bytea's hexadecimal text as base64. */
export function base64OfHex(text: string): string {
  return Buffer.from(text.slice(2), 'hex').toString('base64');
}

/** JSON of a column of `query`, whose text comes unprepared. @param element as in PostgresqlColumn */
export function queryEncoder(oid: number, element: number): (text: string) => string {
  if (element !== 0) {
    const encodeElement = queryEncoder(element, 0);
    return (text) => arrayJson(text, encodeElement);
  }
  if (oid === bytea) return (text) => JSON.stringify(base64OfHex(text));
  const encoding = encodingOf(oid);
  return (text) => encodeText(encoding, text);
}

const arrayToken = /[{},]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gsy;

/** `{1,"a b",NULL,{2}}` as JSON. */
export function arrayJson(text: string, encodeElement: (text: string) => string): string {
  // Bounds other than 1, `[0:2]={…}`, have no place in JSON.
  arrayToken.lastIndex = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  let json = '';
  for (let match = arrayToken.exec(text); match; match = arrayToken.exec(text)) {
    const [token, quoted] = match;
    if (token === '{') json += '[';
    else if (token === '}') json += ']';
    else if (token === ',') json += ',';
    else if (quoted !== undefined) json += encodeElement(quoted.replace(/\\(.)/gs, '$1'));
    else json += token === 'NULL' ? 'null' : encodeElement(token);
  }
  return json;
}
