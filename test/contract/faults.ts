/**
 * What networks and backends do to a kind, tried with every kind: nobody there, silence, a failed handshake,
 * and, in the middle of each long operation, a cut, a restart, a stall and a caller who goes away. A proxy
 * stands between and counts bytes, so that the middle is the middle whatever the machine's speed.
 */
import { startProxy, startSilentServer } from '../peers/proxy.ts';
import type { Proxy } from '../peers/proxy.ts';
import { freePort } from '../peers/process.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import type { Egress } from '../../control-plane/src/platform/egress/index.ts';
import { runTest } from '../../control-plane/src/kinds/run.ts';
import type { OperationOutcome, RunOptions } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import type { Config, Faults, KindCases, LongOperation, Peer, Reason } from './test-kind.ts';

/** What the suite has at hand: a kind at its peer. */
export interface Bench {
  peer(): Peer;
  open(changes?: Config, through?: Egress): Promise<AnySession>;
  run(session: AnySession, operation: LongOperation, options: RunOptions): Promise<OperationOutcome>;
  /** Takes the whole result and asserts what the case says of it. */
  check(operation: LongOperation, outcome: OperationOutcome): Promise<void>;
  options(timeout?: number, signal?: AbortSignal): RunOptions;
  withoutSecrets(error: unknown): void;
}

/** A test, or the words on why there is none. */
function tryWith<T extends object>(what: T | Reason, title: string, run: (what: T) => Promise<void>): void {
  if (typeof what === 'string') test(`${title}: not tried, since ${what}`, () => expect(what).toMatch(/\w+ \w+/));
  else test(title, () => run(what));
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

export function testFaults({ faults }: Pick<KindCases, 'faults'>, { peer, open, options, withoutSecrets }: Bench): void {
  /** The error of `test` under a changed config; a kind may notice as early as `open`. */
  const testError = async (changes: Config, through?: Egress, timeout = 10): Promise<unknown> => {
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
  const of = <K extends keyof Faults>(fault: K): Faults[K] | Reason => (typeof faults === 'string' ? faults : faults[fault]);
  const port = () => peer().backend!.port;

  tryWith(of('wrong_credentials'), 'wrong credentials are a typed error without the secret', async (wrong) => {
    const error = await testError(typeof wrong === 'function' ? wrong(peer()) : wrong);
    expect(error).toMatchObject({ code: 'backend_authentication_failed' });
    withoutSecrets(error);
  });

  tryWith(of('at'), 'an unreachable host is a typed error', async (at) => {
    const error = await testError(at(await freePort()));
    expect(error).toMatchObject({ code: 'backend_unreachable' });
    withoutSecrets(error);
  });

  tryWith(of('at'), 'a silent host is given up at the timeout', async (at) => {
    const server = await startSilentServer();
    try {
      expect(await testError({ ...at(server.port), timeout: 1 }, undefined, 1)).toMatchObject({ code: 'backend_timeout' });
    } finally {
      await server.stop();
    }
  });

  tryWith(of('tls'), 'a failed TLS handshake is a typed error', async (tls) => {
    expect(await testError(typeof tls === 'function' ? tls(port()) : tls)).toMatchObject({ code: 'backend_tls_failed' });
  });

  tryWith(of('at'), 'nothing is dialled past the egress guard', async () => {
    const closed = createEgress({ allow: [] });
    expect(await testError({}, closed)).toMatchObject({ code: 'egress_denied' });
    await closed.close();
  });
}

export function testInterruptions({ faults, long_operations }: Pick<KindCases, 'faults' | 'long_operations'>, { peer, open, run, check, options, withoutSecrets }: Bench): void {
  if (typeof long_operations === 'string') {
    tryWith(long_operations, 'a long operation is interrupted', async () => undefined);
    return;
  }

  let proxy: Proxy;
  /** How many bytes the operation takes in all, both ways together. */
  let size: number;

  /** A connection that was kept may fail once, when it is seen to be lost; it must not fail for ever. */
  const recovers = async (session: AnySession) => {
    await runTest(session, options()).catch(() => undefined);
    await runTest(session, options());
  };

  /** Begins the operation by a session of its own, and holds it after so many bytes. */
  const interrupt = async (operation: LongOperation, bytes: number, then: (ending: Promise<unknown>, session: AnySession) => Promise<void>, given = options()): Promise<void> => {
    const { at } = faults as Faults;
    const session = await open(at(proxy.port));
    try {
      await runTest(session, options());
      const held = proxy.hold(bytes);
      const ending = run(session, operation, given).then((outcome) => check(operation, outcome));
      ending.catch(() => undefined);
      await Promise.race([held, ending.catch(() => undefined)]);
      await then(ending, session);
      await proxy.restore();
      await recovers(session);
    } finally {
      await proxy.restore();
      await session.close();
    }
  };

  long_operations.forEach((operation, index) => describe(`${operation.operation} in the middle`, () => {
    beforeAll(async () => {
      if (typeof faults === 'string') return;
      proxy = await startProxy({ host: '127.0.0.1', port: peer().backend!.port });
      const session = await open(faults.at(proxy.port));
      await runTest(session, options());
      const before = proxy.passed();
      await check(operation, await run(session, operation, options()));
      size = proxy.passed() - before;
      await session.close();
    });
    afterAll(() => proxy?.stop());

    tryWith(faults, 'a connection that is cut is a typed error, and the session goes on', () =>
      interrupt(operation, Math.floor(size / 2), async (ending, session) => {
        await proxy.cut();
        const error = await errorOf(ending);
        expect(error).toMatchObject({ code: 'backend_unreachable' });
        withoutSecrets(error);
        await proxy.restore();
        await recovers(session);
        // Also what it keeps: half of an object must not pass for the whole of it now.
        await check(operation, await run(session, operation, options()));
      }));

    tryWith(faults, 'a connection that is cut before its last byte is a typed error, or nothing is missing in the end', () =>
      interrupt(operation, size - 1, async (ending) => {
        await proxy.cut();
        await proxy.restore();
        const error = await errorOf(ending);
        if (error !== undefined) expect(error).toMatchObject({ code: 'backend_unreachable' });
      }));

    // Once for a kind: to its other operations it is a cut, and some servers take their time.
    if (index === 0) tryWith(faults, 'a backend that restarts is a typed error, or it is taken up again and nothing is missing, and the session goes on', () =>
      interrupt(operation, Math.floor(size / 2), async (ending) => {
        await Promise.all([proxy.cut(), peer().backend!.restart()]);
        await proxy.restore();
        const error = await errorOf(ending);
        if (error !== undefined) expect(error).toMatchObject({ code: expect.stringMatching(/^backend_un(reachable|available)$/) });
      }));

    tryWith(faults, 'a backend that falls silent is given up at the timeout', () =>
      interrupt(operation, Math.floor(size / 2), async (ending) => expect(await errorOf(ending)).toMatchObject({ code: 'backend_timeout' }), options(0.3)));

    const controller = new AbortController();
    tryWith(faults, 'a caller who goes away ends it at once', () =>
      interrupt(operation, Math.floor(size / 2), async (ending) => {
        controller.abort();
        expect(await errorOf(ending)).toMatchObject({ code: 'cancelled' });
      }, options(30, controller.signal)));
  }));
}
