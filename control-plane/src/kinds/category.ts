/** What a category promises: its operations, each with its input and its answer. */
import type { z } from 'zod';
import type { Logger } from '../platform/telemetry/log.ts';

/** How an operation answers: one JSON value, a stream of records, or the bytes of one object. */
export type OperationResult = 'json' | 'records' | 'bytes';

export interface OperationDefinition {
  title: string;
  /** One sentence: what it does, seen by the builder. */
  description: string;
  input: z.ZodObject;
  /** The shape of the JSON answer, of one record, or of the description of the bytes. */
  output: z.ZodType;
  result: OperationResult;
  /** A kind may leave it out. */
  optional: boolean;
  /** Running it twice on the same backend does no more than running it once. */
  repeatable: boolean;
  /** Another backend that the tenant named may serve it when the default fails: it changes nothing there. `read_only`: where the connector's config says so of itself. */
  fallback: boolean | 'read_only';
  /** Takes the bytes of one object as its body; the kind sees them as `input.content`. */
  takes_bytes: boolean;
  /** What it works on ("Object"), where a category has so many operations that a node lists them by that. */
  resource?: string;
}

export type Operations = Record<string, OperationDefinition>;

export interface Category<Name extends string = string, Ops extends Operations = Operations> {
  category: Name;
  label: string;
  description: string;
  operations: Ops;
}

/** A page of records: rows to be serialized, or whole lines of NDJSON that the backend made itself. */
export type RecordBatch =
  | { rows: Record<string, unknown>[] }
  | { ndjson: Uint8Array; count: number };

/** The bytes of one object with what is known of them. */
export interface ObjectBytes {
  content: AsyncIterable<Uint8Array>;
  content_type?: string;
  /** In bytes. */
  size?: number;
  etag?: string;
}

/** What an operation is given beside its input. */
export interface Call {
  /** Aborted when the caller goes away or the connector's timeout has passed. */
  signal: AbortSignal;
  log: Logger;
}

type OperationInput<I, O, R, Opt, Bytes> = {
  title: string;
  description: string;
  input: I;
  output: O;
  result?: R;
  optional?: Opt;
  repeatable?: boolean;
  fallback?: boolean | 'read_only';
  takes_bytes?: Bytes;
  resource?: string;
};

/** Declares an operation of a category; by default it answers JSON, is required, is not repeatable and has no fallback. */
export function operation<
  I extends z.ZodObject,
  O extends z.ZodType,
  R extends OperationResult = 'json',
  Opt extends boolean = false,
  Bytes extends boolean = false,
>(
  definition: OperationInput<I, O, R, Opt, Bytes>,
): {
  title: string;
  description: string;
  input: I;
  output: O;
  result: R;
  // Not inferred from where the result goes: there it is `boolean`, and the type system would forget which.
  optional: NoInfer<Opt>;
  repeatable: boolean;
  fallback: boolean | 'read_only';
  takes_bytes: NoInfer<Bytes>;
  resource?: string;
} {
  return {
    result: 'json' as R,
    optional: false as Opt,
    repeatable: false,
    fallback: false,
    takes_bytes: false as Bytes,
    ...definition,
  };
}

export function defineCategory<Name extends string, Ops extends Operations>(
  category: Category<Name, Ops>,
): Category<Name, Ops> {
  return category;
}
