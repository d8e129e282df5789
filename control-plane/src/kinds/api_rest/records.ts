/** Finding the records in an API's answer. */
import type { z } from 'zod';
import type { field } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';

type Row = Record<string, unknown>;

/** Where APIs that wrap their list in an object commonly put it. */
const usualPlaces = ['data', 'results', 'items', 'records', 'value', 'values', 'entries'];

/**
 * The records of an answer: the list at `records_path`; without one, the answer itself when it is a
 * list, the list in a usual place when it is an object, and else the object as the one record.
 */
export function recordsOf(body: unknown, records_path: string | undefined, endpoint: string): Row[] {
  if (records_path !== undefined && records_path !== '') {
    const found = valueAt(body, records_path);
    if (Array.isArray(found)) return found.map(asRow);
    if (found === null) return [];
    throw new PatchbayError('invalid_config', `The answer of ${endpoint} has no list at "${records_path}".`, {
      hint: 'Correct the endpoint’s records path: the names that lead to the list, with dots between them.',
      fields: [{ path: 'config.endpoints', message: `no list at "${records_path}"` }],
    });
  }
  if (Array.isArray(body)) return body.map(asRow);
  const place = usualPlaces.find((name) => Array.isArray(valueAt(body, name)));
  if (place !== undefined) return (valueAt(body, place) as unknown[]).map(asRow);
  return body === null || body === '' ? [] : [asRow(body)];
}

/** What a dotted name or a JSON pointer (RFC 6901) leads to; undefined where there is nothing. -1 is the last of a list. */
export function valueAt(value: unknown, name: string): unknown {
  const parts = name.startsWith('/') ? name.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) : name.split('.');
  return parts.reduce<unknown>((inner, part) => {
    if (Array.isArray(inner) && part === '-1') return inner.at(-1) as unknown;
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part) ? (inner as Row)[part] : undefined;
  }, value);
}

function asRow(record: unknown): Row {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? (record as Row) : { value: record };
}

/** The fields that these rows have, with the types of their values as JSON names them. */
export function fieldsOf(rows: readonly Row[]): z.input<typeof field>[] {
  const found = new Map<string, { types: Set<string>; rows: number }>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const seen = found.get(name) ?? { types: new Set<string>(), rows: 0 };
      found.set(name, seen);
      seen.rows += 1;
      seen.types.add(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
    }
  }
  return [...found].map(([name, { types, rows: present }]) => {
    const nullable = types.delete('null') || present < rows.length;
    return { name, type: [...types].sort().join(' | ') || 'null', nullable };
  });
}
