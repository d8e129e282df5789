/** A kind opened the way the service does it, for tests beyond the common suite. */
import type { AnyKind, AnySession } from '../../control-plane/src/kinds/contract.ts';
import { runOperation, runTest } from '../../control-plane/src/kinds/run.ts';
import { memoryTokenSource } from '../../control-plane/src/engines/oauth/index.ts';
import type { OAuth2Settings, OpenContext } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import type { Egress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { collect } from './test-kind.ts';

export interface OpenedKind {
  egress: Egress;
  session: AnySession;
  call(signal?: AbortSignal): { signal: AbortSignal; log: typeof silentLogger };
  test(): Promise<unknown>;
  /** The collected result of an operation. */
  run(operation: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  /** As `run`, for operations that give records. */
  records(operation: string, input: unknown, signal?: AbortSignal): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openKind(kind: AnyKind, config: object, outputSchemas: string[] = [], context: Pick<OpenContext, 'cache' | 'uploads'> = {}): Promise<OpenedKind> {
  const egress = createEgress({ allow: ['127.0.0.0/8', '[::1]/128'] });
  const parsed = kind.config.parse(config) as { timeout: number };
  const oauth = kind.oauth2?.(parsed) as OAuth2Settings | undefined;
  const session = (await kind.open(parsed, {
    egress, log: silentLogger, output_schemas: outputSchemas, ...context, ...(oauth && { oauth: memoryTokenSource(oauth, egress) }),
  })) as AnySession;
  const call = (signal = new AbortController().signal) => ({ signal, log: silentLogger });
  const options = (signal?: AbortSignal) => ({ ...call(signal), timeout: parsed.timeout });
  const run = async (operation: string, input: unknown, signal?: AbortSignal) =>
    collect(await runOperation(kind, session, operation, input, options(signal)));
  return {
    egress,
    session,
    call,
    test: () => runTest(session, options()),
    run,
    records: async (operation, input, signal) => (await run(operation, input, signal)) as Record<string, unknown>[],
    async close() {
      await session.close();
      await egress.close();
    },
  };
}
