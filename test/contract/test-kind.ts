/**
 * The suite that every kind passes: `testKind(kind, { start })`, where `start` brings up the most real
 * peer that runs here. A kind's own test holds its cases as data and what only that kind does.
 */
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { configFields, inputJsonSchema } from '../../control-plane/src/kinds/fields.ts';
import { operationsOf } from '../../control-plane/src/kinds/contract.ts';
import type { AnyKind, AnySession, Category, RecordBatch, OpenContext } from '../../control-plane/src/kinds/contract.ts';
import { runOperation, runTest } from '../../control-plane/src/kinds/run.ts';
import type { OperationOutcome } from '../../control-plane/src/kinds/run.ts';
import { memoryTokenSource } from '../../control-plane/src/engines/oauth/index.ts';
import type { OAuth2Settings } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import type { ErrorCode } from '../../control-plane/src/platform/errors.ts';

type Config = Record<string, unknown>;

export interface Peer {
  /** A config that works. */
  config: Config;
  output_schemas?: string[];
  /** What the service hands to the kind beside this. */
  context?: Pick<OpenContext, 'cache' | 'uploads'>;
  /** What to change in the config so that … Left out only by a kind that dials nothing. */
  faults?: {
    /** … the backend refuses the credentials; left out only by a kind that has none. */
    wrong_credentials?: Config;
    /** … nothing listens there. */
    unreachable: Config;
    /** … it reaches this address, which accepts a connection and stays silent. */
    silent(address: { host: string; port: number }): Config;
    /** … no secure connection comes about; left out only where there is no TLS. */
    tls?: Config;
  };
  /** Stops and starts the backend: a `restart` makes the suite check that the session recovers. */
  restart?(): Promise<void>;
  stop(): Promise<void>;
}

export interface OperationCase {
  input: unknown;
  /** Bytes for an operation that takes them. */
  content?: Uint8Array;
  /** Gets the JSON value, the list of records, or the bytes as a Buffer. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each case knows its own result, and asserts it whole
  expect(result: any, peer: Peer): void;
}

export interface RefusalCase {
  operation: string;
  input: unknown;
  code: ErrorCode;
  /** Matches the message. */
  says?: RegExp;
}

export interface KindCases {
  start(): Promise<Peer>;
  /** At least one case for each operation that the kind has. */
  operations: Record<string, OperationCase[]>;
  /** Wrong input: bad query, missing model, missing object, … */
  refusals: RefusalCase[];
  /** A read that is long enough to be cancelled after its first batch. */
  long_read?: { operation: string; input: unknown };
  /** Where its icons and README stand; among the built-in kinds when not given. */
  folder?: string;
  /** DSNs, URLs or config files with the config that they give. */
  imports?: { source: string; config: Config }[];
}

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

    test('there is a case for each operation', () => {
      expect(Object.keys(cases.operations).sort()).toEqual(operationsOf(kind).filter((name) => name !== 'test').sort());
    });
  });

  describe(`${kind.kind}: against ${kind.peer.name}`, () => {
    const egress = createEgress({ allow: ['127.0.0.0/8', '[::1]/128'] });
    let peer: Peer;
    let session: AnySession;

    const options = (timeout = 30, signal = new AbortController().signal) => ({ signal, log: silentLogger, timeout });
    const open = async (changes: Config = {}, through = egress): Promise<AnySession> => {
      const config = kind.config.parse({ ...peer.config, ...changes });
      const oauth = kind.oauth2?.(config) as OAuth2Settings | undefined;
      return (await kind.open(config, { egress: through, log: silentLogger, output_schemas: peer.output_schemas ?? [], ...peer.context, ...(oauth && { oauth: memoryTokenSource(oauth, through) }) })) as AnySession;
    };
    /** The error of `test` under a changed config; a kind may notice as early as `open`. */
    const testError = async (changes: Config, through = egress, timeout = 10): Promise<unknown> => {
      let opened: AnySession | undefined;
      try {
        opened = await open(changes, through);
        await runTest(opened, options(timeout));
      } catch (error) {
        return error;
      } finally {
        await opened?.close();
      }
      throw new Error('test passed though it should have failed');
    };
    const withoutSecrets = (error: unknown): void => {
      const shown = JSON.stringify([String(error), (error as { hint?: string }).hint, (error as { details?: object }).details]);
      for (const { name, meta } of configFields(kind.config)) {
        const value = peer.config[name];
        if (meta.secret && typeof value === 'string' && value.length > 3) expect(shown).not.toContain(value);
      }
    };

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
          const bytes = operationCase.content && {
            content: (async function* () { yield operationCase.content!; })(),
            size: operationCase.content.length,
          };
          const result = await collect(await runOperation(kind, session, operation, operationCase.input, options(), bytes));
          const { output, result: shape } = category.operations[operation]!;
          if (shape === 'json') output.parse(result);
          if (shape === 'records') for (const record of result as unknown[]) output.parse(record);
          operationCase.expect(result, peer);
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

    test('wrong credentials are a typed error without the secret', async () => {
      if (!peer.faults?.wrong_credentials) return;
      const error = await testError(peer.faults.wrong_credentials);
      expect(error).toMatchObject({ code: 'backend_authentication_failed' });
      withoutSecrets(error);
    });

    test('an unreachable host is a typed error', async () => {
      if (!peer.faults) return;
      const error = await testError(peer.faults.unreachable);
      expect(error).toMatchObject({ code: 'backend_unreachable' });
      withoutSecrets(error);
    });

    test('a silent host is given up at the timeout', async () => {
      if (!peer.faults) return;
      const server = net.createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      try {
        const error = await testError({ ...peer.faults.silent({ host: '127.0.0.1', port }), timeout: 1 }, egress, 1);
        expect(error).toMatchObject({ code: 'backend_timeout' });
      } finally {
        server.close();
      }
    });

    test('a failed TLS handshake is a typed error', async () => {
      if (!peer.faults?.tls) return;
      expect(await testError(peer.faults.tls)).toMatchObject({ code: 'backend_tls_failed' });
    });

    test('nothing is dialled past the egress guard', async () => {
      if (!peer.faults) return;
      const closed = createEgress({ allow: [] });
      expect(await testError({}, closed)).toMatchObject({ code: 'egress_denied' });
      await closed.close();
    });

    test('a cancelled read ends at once and leaves the session usable', async () => {
      if (!cases.long_read) return;
      const controller = new AbortController();
      const outcome = await runOperation(kind, session, cases.long_read.operation, cases.long_read.input, options(30, controller.signal));
      if (outcome.result !== 'records') throw new Error('long_read must stream records');
      let batches = 0;
      const error: unknown = await (async () => {
        for await (const batch of outcome.batches) {
          batches += rowsOf(batch).length > 0 ? 1 : 0;
          controller.abort();
        }
      })().then(() => undefined, (thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'cancelled' });
      expect(batches).toBe(1);
      await runTest(session, options());
    });

    test('a consumer that stops early leaves the session usable', async () => {
      if (!cases.long_read) return;
      for (let round = 0; round < 12; round += 1) {
        const outcome = await runOperation(kind, session, cases.long_read.operation, cases.long_read.input, options());
        if (outcome.result !== 'records') throw new Error('long_read must stream records');
        for await (const batch of outcome.batches) {
          expect(rowsOf(batch).length).toBeGreaterThan(0);
          break;
        }
      }
      await runTest(session, options());
    });

    test('after a restart of the backend the session works again', async () => {
      if (!peer.restart) return;
      await peer.restart();
      // A pooled connection may fail once when it notices; it must not fail for ever.
      await runTest(session, options()).catch(() => undefined);
      await runTest(session, options());
    }, 60_000);

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
