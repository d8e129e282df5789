import { createPace } from './pace.ts';

const signal = new AbortController().signal;

describe('pace', () => {
  test('requests follow one another at the rate', async () => {
    const started = performance.now();
    const pace = createPace({ requests_per_second: 100, concurrency: 1 });
    for (let request = 0; request < 6; request += 1) await pace.turn(signal);
    expect(performance.now() - started).toBeGreaterThan(45);
  });

  test('a pause that the backend asked for holds all', async () => {
    const started = performance.now();
    const pace = createPace({ concurrency: 1 });
    pace.hold(30);
    await Promise.all([pace.turn(signal), pace.turn(signal)]);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  test('who waits gets the place of who leaves, in order; who has gone away is passed over', async () => {
    const pace = createPace({ concurrency: 1 });
    const order: string[] = [];
    const leave = await pace.enter(signal);
    const controller = new AbortController();
    const gone = pace.enter(controller.signal);
    const second = pace.enter(signal).then((release) => { order.push('second'); release(); });
    const third = pace.enter(signal).then((release) => { order.push('third'); release(); });
    controller.abort();
    await expect(gone).rejects.toMatchObject({ name: 'AbortError' });
    leave();
    leave();
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
    (await pace.enter(signal))();
  });
});
