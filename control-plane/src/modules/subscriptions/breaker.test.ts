import { createBreaker } from './breaker.ts';

const start = () => {
  const clock = { now: 1000 };
  const breaker = createBreaker({ threshold: 3, pause: 100, now: () => clock.now });
  const fail = (times: number) => { for (let time = 0; time < times; time += 1) { expect(breaker.enter('a')).toBe(0); breaker.report('a', false); } };
  return { clock, breaker, fail };
};

test('opens after failures in a row, for that subscription alone', () => {
  const { breaker, fail } = start();
  fail(2);
  breaker.report('a', true);
  fail(2);
  expect(breaker.left()).toEqual([]);
  fail(1);
  expect([breaker.left(), breaker.enter('a'), breaker.enter('b')]).toEqual([['a'], 100, 0]);
});

test('asks once, and opens for twice as long when that fails', () => {
  const { clock, breaker, fail } = start();
  fail(3);
  clock.now += 100;
  expect(breaker.left()).toEqual([]);
  expect([breaker.enter('a'), breaker.left(), breaker.enter('a'), breaker.enter('a')]).toEqual([0, ['a'], 100, 100]);
  breaker.report('a', false);
  expect(breaker.enter('a')).toBe(200);
});

test('closes when the one goes well', () => {
  const { clock, breaker, fail } = start();
  fail(3);
  clock.now += 100;
  expect(breaker.enter('a')).toBe(0);
  breaker.report('a', true);
  expect([breaker.enter('a'), breaker.enter('a'), breaker.left()]).toEqual([0, 0, []]);
});

test('failures that were under way when it opened do not prolong it', () => {
  const { breaker, fail } = start();
  fail(3);
  breaker.report('a', false);
  breaker.report('a', false);
  expect(breaker.enter('a')).toBe(100);
});

test('waits at most twenty times the first pause', () => {
  const { clock, breaker, fail } = start();
  fail(3);
  for (let probe = 0; probe < 10; probe += 1) {
    clock.now += breaker.enter('a');
    fail(1);
  }
  expect(breaker.enter('a')).toBe(2000);
});
