/**
 * The suite that every kind passes: `testKind(kind, { start })`, where `start` brings up the most real
 * peer that runs here. A kind's own test holds its cases as data and what only that kind does.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { configFields, inputJsonSchema } from '../../control-plane/src/kinds/fields.ts';
import { operationsOf } from '../../control-plane/src/kinds/contract.ts';
import type { AnyKind, AnySession, Category, RecordBatch, OpenContext } from '../../control-plane/src/kinds/contract.ts';
import { parseInput } from '../../control-plane/src/platform/validation.ts';
import { runOperation, runTest } from '../../control-plane/src/kinds/run.ts';
import type { OperationOutcome } from '../../control-plane/src/kinds/run.ts';
import { memoryTokenSource } from '../../control-plane/src/engines/oauth/index.ts';
import type { OAuth2Settings } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { testFaults, testInterruptions } from './faults.ts';
import type { Bench } from './faults.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import type { ErrorCode } from '../../control-plane/src/platform/errors.ts';

export type Config = Record<string, unknown>;

/** Why something cannot be tried with this kind, in words that end the sentence "not tried, since …". */
export type Reason = string;

export interface Peer {
  /** A config that works. */
  config: Config;
  output_schemas?: string[];
  /** What the service hands to the kind beside this. */
  context?: Pick<OpenContext, 'cache' | 'uploads'>;
  /** The server, on 127.0.0.1; `restart` stops it and starts it on the same port. None where `faults` says why. */
  backend?: { port: number; restart(): Promise<void> };
  stop(): Promise<void>;
}

/** What to change in the config so that … */
export interface Faults {
  /** … the backend is dialled at another port of 127.0.0.1, behind which there is a proxy, silence, or nothing. */
  at(port: number): Config;
  /** … it refuses the credentials. */
  wrong_credentials: Config | ((peer: Peer) => Config) | Reason;
  /** … no secure connection comes about. A function gets the backend's own port. */
  tls: Config | ((port: number) => Config) | Reason;
}

export interface OperationCase {
  input: unknown;
  /** Bytes for an operation that takes them. */
  content?: Uint8Array;
  /** Gets the JSON value, the list of records, or the bytes as a Buffer. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each case knows its own result, and asserts it whole
  expect(result: any, peer: Peer): void | Promise<void>;
}

export interface RefusalCase {
  operation: string;
  input: unknown;
  code: ErrorCode;
  /** Matches the message. */
  says?: RegExp;
}

/** What takes long enough to be broken off in the middle. */
export interface LongOperation extends OperationCase {
  operation: string;
}

export interface KindCases {
  start(): Promise<Peer>;
  /** At least one case for each operation that the kind has. */
  operations: Record<string, OperationCase[]>;
  /** Wrong input: bad query, missing model, missing object, … */
  refusals: RefusalCase[];
  /** By the field that the error must name: what to change in the config so that it is wrong. At least one. */
  wrong_configs: Record<string, Config>;
  faults: Faults | Reason;
  /** One for each way in which bytes come or go; the ones that answer records need several batches. */
  long_operations: LongOperation[] | Reason;
  /** Where its icons and README stand; among the built-in kinds when not given. */
  folder?: string;
  /** DSNs, URLs or config files with the config that they give. */
  imports?: { source: string; config: Config }[];
}

/** What a kind with such an operation has to refuse, and how. */
const mustRefuse: [operation: string, code: ErrorCode][] = [
  ['discover', 'model_not_found'], ['read', 'model_not_found'], ['query', 'invalid_query'], ['get', 'object_not_found'], ['search', 'model_not_found'],
  ['chat', 'model_not_found'], ['chat_stream', 'model_not_found'], ['embed', 'model_not_found'], ['send', 'invalid_request'], ['status', 'object_not_found'], ['fire', 'invalid_request'],
];

const kindsFolder = path.resolve(import.meta.dirname, '../../control-plane/src/kinds');

/** Collects an outcome: the JSON value, all records, or all bytes. */
export async function collect(outcome: OperationOutcome): Promise<unknown> {
  if (outcome.result === 'json') return outcome.value;
  if (outcome.result === 'bytes') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of outcome.object.content) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  const records: unknown[] = [];
  for await (const batch of outcome.batches) records.push(...rowsOf(batch));
  return records;
}

/** The records of a batch, as a caller would see them: after a trip through JSON. */
export function rowsOf(batch: RecordBatch): unknown[] {
  if ('rows' in batch) return JSON.parse(JSON.stringify(batch.rows)) as unknown[];
  const lines = Buffer.from(batch.ndjson).toString('utf8').split('\n').filter(Boolean);
  expect(lines).toHaveLength(batch.count);
  return lines.map((line) => JSON.parse(line) as unknown);
}

export function testKind(kind: AnyKind, cases: KindCases): void {
  const category = kind.category as Category;

  describe(`${kind.kind}: definition`, () => {
    const fields = configFields(kind.config);

    test('has a name, a label, a description and documentation', () => {
      expect(kind.kind).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(kind.label.length).toBeGreaterThan(1);
      expect(kind.description.length).toBeGreaterThan(10);
      expect(() => new URL(kind.documentation_url)).not.toThrow();
    });

    test('has its icons and a README that says what it was tested against', () => {
      const folder = cases.folder ?? path.join(kindsFolder, kind.kind);
      for (const file of ['icon.svg', 'icon.dark.svg']) expect(existsSync(path.join(folder, file))).toBe(true);
      expect(readFileSync(path.join(folder, 'README.md'), 'utf8').toLowerCase()).toContain(kind.peer.class.toLowerCase());
    });

    test('every field has a title, no secret has a default, and the time is bounded', () => {
      for (const { name, meta } of fields) expect([name, meta.title]).toEqual([name, expect.any(String)]);
      for (const { schema, meta } of fields) if (meta.secret) expect(schema.safeParse(undefined).data).toBeUndefined();
      expect(fields.map(({ name }) => name)).toContain('timeout');
    });

    test('what decides where secrets are sent is marked', () => {
      if (fields.some(({ meta }) => meta.secret)) expect(fields.some(({ meta }) => meta.destination)).toBe(true);
    });

    test('the config is strict and has a JSON Schema', () => {
      expect(inputJsonSchema(kind.config)).toMatchObject({ type: 'object', additionalProperties: false });
    });

    test('there is a case for each operation, and a refusal of each sort', () => {
      const operations = operationsOf(kind).filter((name) => name !== 'test');
      expect(Object.keys(cases.operations).sort()).toEqual(operations.sort());
      const refused = cases.refusals.map(({ operation, code }) => `${operation}: ${code}`);
      expect(refused).toEqual(expect.arrayContaining(mustRefuse.filter(([operation]) => operations.includes(operation)).map((pair) => pair.join(': '))));
      expect(Object.keys(cases.wrong_configs)).not.toEqual([]);
    });
  });

  describe(`${kind.kind}: against ${kind.peer.name}`, () => {
    const egress = createEgress({ allow: ['127.0.0.0/8', '[::1]/128'] });
    let peer: Peer;
    let session: AnySession;

    const options = (timeout = 30, signal = new AbortController().signal) => ({ signal, log: silentLogger, timeout });
    const open = async (changes: Config = {}, through = egress): Promise<AnySession> => {
      const config = parseInput(kind.config, { ...peer.config, ...changes }, 'config');
      const oauth = kind.oauth2?.(config) as OAuth2Settings | undefined;
      return (await kind.open(config, { egress: through, log: silentLogger, output_schemas: peer.output_schemas ?? [], ...peer.context, ...(oauth && { oauth: memoryTokenSource(oauth, through) }) })) as AnySession;
    };
    const withoutSecrets = (error: unknown): void => {
      const shown = JSON.stringify([String(error), (error as { hint?: string }).hint, (error as { details?: object }).details]);
      for (const { name, meta } of configFields(kind.config)) {
        const value = peer.config[name];
        if (meta.secret && typeof value === 'string' && value.length > 3) expect(shown).not.toContain(value);
      }
    };

    const run: Bench['run'] = (through, { operation, input, content }, given) =>
      runOperation(kind, through, operation, input, given, content && { content: (async function* () { yield content; })(), size: content.length });
    const check: Bench['check'] = async ({ operation, expect: expectResult }, outcome) => {
      const result = await collect(outcome);
      const { output, result: shape } = category.operations[operation]!;
      if (shape === 'json') output.parse(result);
      if (shape === 'records') for (const record of result as unknown[]) output.parse(record);
      await expectResult(result, peer);
    };
    const bench: Bench = { peer: () => peer, open, run, check, options, withoutSecrets };

    beforeAll(async () => {
      peer = await cases.start();
      session = await open();
    }, 120_000);
    afterAll(async () => {
      await session?.close();
      await peer?.stop();
      await egress.close();
    }, 60_000);

    test('test passes', async () => {
      const result = await runTest(session, options());
      if (result.message !== undefined) expect(typeof result.message).toBe('string');
    });

    for (const [operation, operationCases] of Object.entries(cases.operations)) {
      operationCases.forEach((operationCase, index) => {
        test(`${operation} (${index + 1})`, async () => {
          const long = { operation, ...operationCase };
          await check(long, await run(session, long, options()));
        });
      });
    }

    test.each(cases.refusals.map((refusal) => [refusal.operation, refusal.code, refusal] as const))(
      '%s is refused with %s',
      async (_operation, _code, refusal) => {
        const error: unknown = await runOperation(kind, session, refusal.operation, refusal.input, options())
          .then(collect)
          .then(() => undefined, (thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: refusal.code });
        if (refusal.says) expect(String(error)).toMatch(refusal.says);
        withoutSecrets(error);
        await runTest(session, options());
      },
    );

    test('a config with a field too many, without one that it needs, or with one of another sort, is refused by the field’s name', () => {
      const refusedFor = (name: string, changes: Config) =>
        expect(() => parseInput(kind.config, { ...peer.config, ...changes }, 'config')).toThrow(expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(`config.${name}`) }));
      refusedFor('nonsense', { nonsense: 1 });
      for (const { name, required } of configFields(kind.config)) {
        refusedFor(name, { [name]: [[]] });
        if (required) refusedFor(name, { [name]: undefined });
      }
    });

    test.each(Object.entries(cases.wrong_configs))('a wrong %s is refused by its name', async (field, changes) => {
      const error: unknown = await (async () => {
        const opened = await open(changes);
        await runTest(opened, options()).finally(() => opened.close());
      })().then(() => undefined, (thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^invalid_(request|config)$/), fields: expect.arrayContaining([expect.objectContaining({ path: expect.stringMatching(new RegExp(`^config\\.${field}(\\.|$)`)) })]) });
      withoutSecrets(error);
    });

    testFaults(cases, bench);

    const long_operations = typeof cases.long_operations === 'string' ? [] : cases.long_operations;
    for (const long of long_operations.filter(({ operation }) => category.operations[operation]!.result === 'records')) describe(`${long.operation} between two batches`, () => {
      const stream = async (signal?: AbortSignal): Promise<AsyncIterable<RecordBatch>> => {
        const outcome = await run(session, long, options(30, signal));
        if (outcome.result !== 'records') throw new Error(`${long.operation} must stream records`);
        return outcome.batches;
      };

      test('a caller who goes away ends it at once, and leaves the session usable', async () => {
        const controller = new AbortController();
        let batches = 0;
        const error: unknown = await (async () => {
          for await (const batch of await stream(controller.signal)) {
            batches += rowsOf(batch).length > 0 ? 1 : 0;
            controller.abort();
          }
        })().then(() => undefined, (thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'cancelled' });
        expect(batches).toBe(1);
        await runTest(session, options());
      });

      test('a consumer that stops early leaves the session usable', async () => {
        for (let round = 0; round < 12; round += 1) {
          for await (const batch of await stream()) {
            expect(rowsOf(batch).length).toBeGreaterThan(0);
            break;
          }
        }
        await runTest(session, options());
      });
    });

    testInterruptions(cases, bench);

    for (const { source, config } of cases.imports ?? []) {
      test(`imports ${source.slice(0, 60)}`, () => {
        expect(kind.importConfig?.(source)).toEqual(config);
      });
    }

    test('close can be called twice', async () => {
      const other = await open();
      await other.close();
      await other.close();
    });
  });
}
