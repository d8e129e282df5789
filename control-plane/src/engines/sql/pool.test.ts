import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPool } from './pool.ts';

function fakeServer() {
  const events: string[] = [];
  let number = 0;
  const connect = async () => {
    const id = (number += 1);
    events.push(`open ${id}`);
    const connection = {
      id,
      alive: true,
      destroy: () => {
        connection.alive = false;
        events.push(`destroy ${id}`);
      },
      end: async () => {
        connection.alive = false;
        events.push(`end ${id}`);
      },
    };
    return connection;
  };
  return { events, connect };
}

const never = new AbortController().signal;

describe('pool', () => {
  test('keeps pool_size connections, opens max_overflow more, and lets the rest wait', async () => {
    const { events, connect } = fakeServer();
    const pool = createPool({ pool_size: 1, max_overflow: 1, pool_recycle: 0 }, connect);
    const [first, second] = await Promise.all([pool.acquire(never), pool.acquire(never)]);
    const third = pool.acquire(never);
    const order: string[] = [];
    void third.then(() => order.push('third'));
    await nextTurn();
    expect(order).toEqual([]);
    first.release();
    expect((await third).connection.id).toBe(1);
    second.release();
    (await third).release();
    expect(events).toEqual(['open 1', 'open 2', 'end 1']);
    expect((await pool.acquire(never)).connection.id).toBe(2);
  });

  test('who gives up waiting leaves the turn to the next', async () => {
    const { connect } = fakeServer();
    const pool = createPool({ pool_size: 1, max_overflow: 0, pool_recycle: 0 }, connect);
    const lease = await pool.acquire(never);
    const controller = new AbortController();
    const impatient = pool.acquire(controller.signal);
    const patient = pool.acquire(never);
    controller.abort(new Error('gave up'));
    await expect(impatient).rejects.toThrow('gave up');
    lease.release();
    expect((await patient).connection.id).toBe(1);
  });

  test('what was destroyed or lost is not handed out again, and what failed to open frees its place', async () => {
    const { connect } = fakeServer();
    let fail = true;
    const pool = createPool({ pool_size: 1, max_overflow: 0, pool_recycle: 0 }, async () => {
      if (fail) throw new Error('refused');
      return connect();
    });
    await expect(pool.acquire(never)).rejects.toThrow('refused');
    fail = false;
    const first = await pool.acquire(never);
    first.destroy();
    first.release();
    const second = await pool.acquire(never);
    expect(second.connection.id).toBe(2);
    second.release();
    second.connection.alive = false;
    expect((await pool.acquire(never)).connection.id).toBe(3);
  });

  test('a connection older than pool_recycle is replaced', async () => {
    const { events, connect } = fakeServer();
    const pool = createPool({ pool_size: 1, max_overflow: 0, pool_recycle: 0.000_001 }, connect);
    (await pool.acquire(never)).release();
    await nextTurn();
    expect((await pool.acquire(never)).connection.id).toBe(2);
    expect(events).toEqual(['open 1', 'end 1', 'open 2']);
  });

  test('closing ends what is idle at once and the rest when it comes back', async () => {
    const { events, connect } = fakeServer();
    const pool = createPool({ pool_size: 2, max_overflow: 0, pool_recycle: 0 }, connect);
    const [first, second] = await Promise.all([pool.acquire(never), pool.acquire(never)]);
    const waiting = pool.acquire(never);
    first.release();
    (await waiting).release();
    await pool.close();
    second.release();
    expect(events).toEqual(['open 1', 'open 2', 'end 1', 'end 2']);
    await expect(pool.acquire(never)).rejects.toMatchObject({ code: 'unavailable' });
    await pool.close();
  });
});
