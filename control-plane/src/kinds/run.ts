/**
 * Runs one operation of an open session: its input is validated before, its time is bounded, and
 * whatever goes wrong comes out as a PatchbayError. Every path to a backend goes through here.
 */
import { PatchbayError } from '../platform/errors.ts';
import type { Logger } from '../platform/telemetry/log.ts';
import { networkError } from '../platform/network-errors.ts';
import { parseInput } from '../platform/validation.ts';
import { operationsOf } from './contract.ts';
import type { AnyKind, AnySession, Category, ObjectBytes, OpenContext, OperationDefinition, RecordBatch, TestResult } from './contract.ts';

export interface RunOptions {
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
  log: Logger;
  /** In seconds: for an answer, and for each pause of a stream. */
  timeout: number;
}

export type OperationOutcome =
  | { result: 'json'; value: unknown }
  | { result: 'records'; batches: AsyncIterable<RecordBatch> }
  | { result: 'bytes'; object: ObjectBytes };

/** The definition of an operation that this kind has; `operation_not_found`, with what there is, otherwise. */
export function operationOf(kind: AnyKind, operation: string): OperationDefinition {
  const available = operationsOf(kind);
  const definition = (kind.category as Category).operations[operation];
  if (!definition || !available.includes(operation)) {
    throw new PatchbayError('operation_not_found', `${kind.label} has no operation "${operation}".`, {
      hint: `It has: ${available.join(', ')}.`,
    });
  }
  return definition;
}

/**
 * Opens a session, given up after `timeout` seconds; one that comes too late is closed. Of those who
 * wait for it, one that goes away does not take it from the others, so there is no signal.
 */
export async function openSession(kind: AnyKind, config: Record<string, unknown>, context: OpenContext, timeout: number): Promise<AnySession> {
  const opening = (async () => (await kind.open(config, context)) as AnySession)();
  try {
    return await bounded('open', { signal: never, log: context.log, timeout }, () => opening);
  } catch (error) {
    opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  }
}

/** Runs a kind's `activate` or `deactivate`, where it has one. */
export async function runHook(kind: AnyKind, hook: 'activate' | 'deactivate', config: Record<string, unknown>, context: OpenContext, timeout: number): Promise<void> {
  await bounded(hook, { signal: never, log: context.log, timeout }, async () => kind[hook]?.(config, context));
}

const never = new AbortController().signal;

/** Runs `test`. @returns what the backend greeted with */
export async function runTest(session: AnySession, options: RunOptions): Promise<TestResult> {
  return (await bounded('test', options, (call) => session.test(call))) ?? {};
}

/**
 * @param input as it came from the caller; of an operation that takes bytes, with `content`, `size`
 *   and `content_type` in `bytes`
 */
export async function runOperation(
  kind: AnyKind,
  session: AnySession,
  operation: string,
  input: unknown,
  options: RunOptions,
  bytes?: { content: AsyncIterable<Uint8Array>; size?: number; content_type?: string },
): Promise<OperationOutcome> {
  const definition = operationOf(kind, operation);
  const parsed = { ...parseInput(definition.input, input ?? {}), ...bytes };
  const run = session[operation] as (input: unknown, call: RunCall) => unknown;
  if (definition.result === 'records') {
    return {
      result: 'records',
      batches: boundedStream(options, (call) => run(parsed, call) as AsyncIterable<RecordBatch>),
    };
  }
  if (definition.result === 'bytes') {
    return { result: 'bytes', object: await boundedBytes(operation, options, (call) => run(parsed, call) as Promise<ObjectBytes>) };
  }
  const value = await bounded(operation, options, (call, alive) =>
    run(bytes ? { ...parsed, content: reporting(bytes.content, alive) } : parsed, call) as Promise<unknown>);
  return { result: 'json', value };
}

type RunCall = { signal: AbortSignal; log: Logger };

/**
 * Runs once, given up at the timeout or when the caller goes away, even if the kind does not listen to its signal.
 * `alive` starts the time anew.
 */
async function bounded<T>(
  what: string,
  { signal, log, timeout }: RunOptions,
  run: (call: RunCall, alive: () => void) => Promise<T>,
  controller = new AbortController(),
): Promise<T> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const stop = (error: PatchbayError) => {
    controller.abort(error);
    reject(error);
  };
  const timer = setTimeout(() => stop(timeoutError(what, timeout)), timeout * 1000);
  let ended = false;
  // `refresh` would also wake a timer that has fired or was cleared.
  const alive = () => void (!ended && !controller.signal.aborted && timer.refresh());
  const onAbort = () => stop(cancelledError());
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  givenUp.catch(() => undefined);
  try {
    return await Promise.race([run({ signal: controller.signal, log }, alive), givenUp]);
  } catch (error) {
    throw typed(error, controller.signal);
  } finally {
    ended = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** A body that goes on being taken may need longer in all than the timeout. */
async function* reporting(content: AsyncIterable<Uint8Array>, alive: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    alive();
    yield chunk;
    alive();
  }
}

/** One signal for the answer and for the bytes that follow it: a caller that goes away ends both. */
async function boundedBytes(what: string, options: RunOptions, run: (call: RunCall) => Promise<ObjectBytes>): Promise<ObjectBytes> {
  const controller = new AbortController();
  const object = await bounded(what, options, run, controller);
  // From here on, and not only while the bytes are read.
  options.signal.addEventListener('abort', () => controller.abort(cancelledError()), { once: true, signal: controller.signal });
  return { ...object, content: boundedStream(options, () => object.content, controller) };
}

/** Each wait for a piece is bounded; a consumer that pauses (back-pressure) does not use up the backend's time. */
async function* boundedStream<T>(
  { signal, log, timeout }: RunOptions,
  run: (call: RunCall) => AsyncIterable<T>,
  controller = new AbortController(),
): AsyncGenerator<T> {
  const onAbort = () => controller.abort(cancelledError());
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = run({ signal: controller.signal, log })[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const { promise: givenUp, reject } = Promise.withResolvers<never>();
      givenUp.catch(() => undefined);
      const onGivenUp = () => reject(controller.signal.reason);
      controller.signal.addEventListener('abort', onGivenUp, { once: true });
      if (controller.signal.aborted) onGivenUp();
      const timer = setTimeout(() => controller.abort(timeoutError('stream', timeout)), timeout * 1000);
      let next: IteratorResult<T>;
      try {
        next = await Promise.race([iterator.next(), givenUp]);
      } finally {
        clearTimeout(timer);
        controller.signal.removeEventListener('abort', onGivenUp);
      }
      if (next.done) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    finished = PatchbayError.is(error) ? false : finished;
    throw typed(error, controller.signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!finished) {
      if (!controller.signal.aborted) controller.abort(cancelledError());
      // Not awaited: a kind that hangs in next() would hang here too; its signal is aborted.
      void Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
  }
}

/** An abort's reason wins over whatever the driver made of it. */
function typed(error: unknown, signal: AbortSignal): PatchbayError {
  if (signal.aborted && PatchbayError.is(signal.reason)) return signal.reason;
  if (PatchbayError.is(error)) return error;
  return (
    networkError(error, 'The backend') ??
    new PatchbayError('backend_error', 'The backend failed in a way that its connector does not know.', {
      hint: 'Test the connector; if it passes, give the operator the request id.',
      cause: error,
    })
  );
}

function timeoutError(what: string, seconds: number): PatchbayError {
  return new PatchbayError('backend_timeout', `The backend did not answer within ${seconds} s (${what}).`, {
    hint: 'Try again, make the request smaller, or raise the connector’s timeout.',
  });
}

function cancelledError(): PatchbayError {
  return new PatchbayError('cancelled', 'The caller went away before the backend answered.');
}
