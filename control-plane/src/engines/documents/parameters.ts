/** Queries that are one JSON document: `{"$parameter": 1}` stands for the first parameter, which is only ever a value. */
import { PatchbayError } from '../../platform/errors.ts';

/** The document as parsed JSON. @throws {PatchbayError} `invalid_query` */
export function parseDocument(query: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(query);
    if (isObject(parsed)) return parsed;
  } catch (error) {
    throw invalidQuery(`it is not JSON: ${(error as Error).message}`, error);
  }
  throw invalidQuery('it is not a JSON object');
}

/**
 * The document with its parameters in place.
 * @param value makes a parameter a value of the backend; throws on what could be more than a value
 */
export function bindParameters(document: unknown, parameters: readonly unknown[], value: (parameter: unknown) => unknown = plainValue): unknown {
  if (Array.isArray(document)) return document.map((item) => bindParameters(item, parameters, value));
  if (!isObject(document)) return document;
  if ('$parameter' in document) {
    const number = document['$parameter'];
    if (Object.keys(document).length > 1 || !Number.isInteger(number) || (number as number) < 1 || (number as number) > parameters.length) {
      throw invalidQuery(`{"$parameter": n} takes a number from 1 to ${parameters.length}, which is how many parameters were sent`);
    }
    return value(parameters[(number as number) - 1]);
  }
  return Object.fromEntries(Object.entries(document).map(([name, inner]) => [name, bindParameters(inner, parameters, value)]));
}

/** A scalar or a list of scalars: an object could be an operator of the query language. */
function plainValue(parameter: unknown): unknown {
  const values = Array.isArray(parameter) ? parameter : [parameter];
  if (values.every((item) => item === null || typeof item !== 'object')) return parameter;
  throw new PatchbayError('invalid_request', 'A parameter is neither a value nor a list of values.', {
    hint: 'Write what is not a value into the query itself.', fields: [{ path: 'parameters', message: 'must be values or lists of values' }],
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param why as the end of a sentence: `it is not JSON` */
export function invalidQuery(why: string, cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_query', `The query was not run: ${why}.`, {
    hint: 'Correct the query; the connector’s README shows its form.', fields: [{ path: 'query', message: why }], cause,
  });
}
