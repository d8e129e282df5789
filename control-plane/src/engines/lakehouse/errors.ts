/** DuckDB's errors as typed ones, in its own words where they are about the user's SQL, never with a path of this machine. */
import { PatchbayError } from '../../platform/errors.ts';

/** What the files are called to the user: the path of a copy, and its name. */
export type Names = { path: string; name: string }[];

export function duckdbError(error: unknown, names: Names = []): PatchbayError {
  if (PatchbayError.is(error)) return error;
  const text = error instanceof Error ? error.message : String((error as { message?: unknown }).message ?? error);
  const message = readable(text, names);
  if (/^Out of Memory Error/.test(text)) {
    return new PatchbayError('invalid_query', 'The query needs more memory than a connector’s queries may have together.', {
      hint: 'Sort or group less at once, select fewer fields, or try again when fewer run.', fields: [{ path: 'query', message: 'needs too much memory' }], cause: error,
    });
  }
  if (/^IO Error|^(Invalid Input|Parquet|Serialization) Error:.*(magic bytes|footer|Failed to read|too small to be|corrupt|Thrift|file "|metadata)/is.test(text)) {
    return new PatchbayError('backend_error', `A file cannot be read: ${message}`, {
      hint: 'Correct or replace the file, or name a model that does not hold it.', cause: error,
    });
  }
  return new PatchbayError('invalid_query', message, {
    hint: 'Correct the query; the models and their fields are those that Discover lists.', fields: [{ path: 'query', message }], cause: error,
  });
}

/** Without the excerpt of the statement, which may be one of ours, and without paths. */
function readable(text: string, names: Names): string {
  let message = text.split(/\n\s*LINE \d+:/)[0]!;
  for (const { path, name } of names) message = message.replaceAll(path, name);
  message = message.replace(/(?:\/[^\s"',()]+)+\/[0-9a-f]{64}\.\w+/g, 'a file').replace(/\s+/g, ' ').trim();
  message = message.length > 500 ? `${message.slice(0, 499)}…` : message;
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
