/** Models of SQL databases are named `schema.table`; `output_schemas` says which of them there are. */
import { PatchbayError } from '../../platform/errors.ts';

export interface ModelName {
  /** Undefined when only a table was named: then the connection's own schemas are searched. */
  schema?: string;
  name: string;
}

/** `public.orders`, or `"odd.schema"."Odd table"` where a part holds a dot or a quote. `read` takes it back. */
export function modelName(schema: string, name: string): string {
  const part = (text: string) => (/[."`]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${part(schema)}.${part(name)}`;
}

const quoted = /^"((?:[^"]|"")+)"/;

/** @throws {PatchbayError} `invalid_request` when it is no name */
export function parseModelName(model: string): ModelName {
  const parts: string[] = [];
  for (let rest = model; ; ) {
    const match = quoted.exec(rest);
    // The last part may hold dots of its own: only the first one separates.
    const end = match ? match[0].length : parts.length === 0 && rest.includes('.') ? rest.indexOf('.') : rest.length;
    parts.push(match ? match[1]!.replaceAll('""', '"') : rest.slice(0, end));
    if (end === rest.length) break;
    if (rest[end] !== '.' || parts.length === 2) throw notAName(model);
    rest = rest.slice(end + 1);
  }
  if (parts.some((part) => part === '' || part.includes('\0'))) throw notAName(model);
  return parts.length === 2 ? { schema: parts[0]!, name: parts[1]! } : { name: parts[0]! };
}

function notAName(model: string): PatchbayError {
  return new PatchbayError('invalid_request', `"${model}" is not the name of a model.`, {
    hint: 'Name it as Discover lists it: schema.table.',
    fields: [{ path: 'model', message: 'is not schema.table' }],
  });
}

/** @throws {PatchbayError} `model_not_found` when the connector is limited to other schemas */
export function checkSchema(model: string, { schema }: ModelName, outputSchemas: readonly string[]): void {
  if (schema === undefined || outputSchemas.length === 0 || outputSchemas.includes(schema)) return;
  throw new PatchbayError('model_not_found', `"${model}" is outside of this connector: its output_schemas limits it to ${outputSchemas.join(', ')}.`, {
    hint: `Choose a model of ${outputSchemas.join(' or ')}, or let an admin add "${schema}" to the connector’s output_schemas.`,
    fields: [{ path: 'model', message: 'is in a schema that output_schemas leaves out' }],
  });
}

export function modelNotFound(model: string, cause?: unknown): PatchbayError {
  return new PatchbayError('model_not_found', `There is no table or view "${model}" that this connector’s user may see.`, {
    hint: 'Run Discover for the list; names are written exactly, capitals included.',
    fields: [{ path: 'model', message: 'there is no such model' }],
    cause,
  });
}

/** Where the next page of `discover` begins: after this model. Callers see it as an opaque word. */
export function encodeCursor(last: { schema: string; name: string }): string {
  return Buffer.from(JSON.stringify([last.schema, last.name])).toString('base64url');
}

/** @throws {PatchbayError} `invalid_request` when it is not one of ours */
export function decodeCursor(cursor: string): { schema: string; name: string } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2 && parsed.every((part) => typeof part === 'string')) {
      const [schema, name] = parsed as [string, string];
      return { schema, name };
    }
  } catch {
    // Falls through to the one error.
  }
  throw new PatchbayError('invalid_request', 'The cursor is not one that Discover gave.', {
    hint: 'Send next_cursor of the page before as it is, or no cursor to begin anew.',
    fields: [{ path: 'cursor', message: 'is not a cursor of this operation' }],
  });
}
