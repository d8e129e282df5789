/** DuckDB's errors as typed ones, in its own words where they are about the user's SQL, never with a path of this machine. */
import { PatchbayError } from '../../platform/errors.ts';
import type { Ending } from '../../platform/processes/index.ts';
import { longestRow } from './child/protocol.ts';
import type { Answer } from './child/protocol.ts';

/** What the files are called to the user: the path of a copy, and its name. */
export type Names = { path: string; name: string }[];

/** What a process of DuckDB answered. */
export class StatementError extends Error {
  readonly reason: NonNullable<Answer['error']>['reason'];

  constructor({ message, reason }: NonNullable<Answer['error']>) {
    super(message);
    this.reason = reason;
  }
}

/** @returns what is no answer of DuckDB's as it is */
export function duckdbError(error: unknown, names: Names): unknown {
  if (!(error instanceof StatementError) || error.reason === 'unexpected') return error;
  if (error.reason === 'long row') {
    return new PatchbayError('invalid_query', `A record is longer than ${longestRow / 1024 ** 2} million characters.`, {
      hint: 'Select fewer fields, or a part of the longest.', fields: [{ path: 'query', message: 'gives records that are too long' }], cause: error,
    });
  }
  const text = error.message;
  if (/^Out of Memory Error/.test(text)) return outOfMemory(error);
  const message = readable(text, names);
  if (/^IO Error|^(Invalid Input|Parquet|Serialization) Error:.*(magic bytes|footer|Failed to read|too small to be|corrupt|Thrift|file "|metadata)/is.test(text)) {
    return new PatchbayError('backend_error', `A file cannot be read: ${message}`, {
      hint: 'Correct or replace the file, or name a model that does not hold it.', cause: error,
    });
  }
  return new PatchbayError('invalid_query', message, {
    hint: 'Correct the query; the models and their fields are those that Discover lists.', fields: [{ path: 'query', message }], cause: error,
  });
}

const tooMuch = 'needs too much memory';

function outOfMemory(cause: unknown): PatchbayError {
  return new PatchbayError('invalid_query', 'The query needs more memory than one may have.', {
    hint: 'Select fewer fields, sort or group less at once, or build no such long texts and lists.', fields: [{ path: 'query', message: tooMuch }], cause,
  });
}

export function isOutOfMemory(error: PatchbayError): boolean {
  return error.fields?.[0]?.message === tooMuch;
}

/** Of a process that ended by itself. */
export function endedError({ words, isOutOfMemory: isTooMuch }: Ending): PatchbayError {
  const cause = new Error(`DuckDB's process ended: ${words}`);
  return isTooMuch ? outOfMemory(cause) : new PatchbayError('unavailable', 'The process that ran the query ended before its time.', {
    hint: 'Try again; if it persists, ask for less at once.', cause,
  });
}

export function closedError(): PatchbayError {
  return new PatchbayError('unavailable', 'The connector was changed or closed meanwhile.', { hint: 'Try again.' });
}

/** Without the excerpt of the statement, which may be one of ours, and without paths. */
function readable(text: string, names: Names): string {
  let message = text.split(/\n\s*LINE \d+:/)[0]!;
  for (const { path, name } of names) message = message.replaceAll(path, name);
  message = message.replace(/(?:\/[^\s"',()]+)+\/[0-9a-f]{64}\.\w+/g, 'a file').replace(/\s+/g, ' ').trim();
  message = message.length > 500 ? `${message.slice(0, 499)}…` : message;
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
