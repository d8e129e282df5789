import { createTurns } from './turns.ts';

const never = new AbortController().signal;

test('one runs at a time, in the order of their coming, after one that failed too', async () => {
  const inTurn = createTurns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
    if (name === 'a') throw new Error('a failed');
    return name;
  };
  const all = await Promise.allSettled([inTurn(work('a'), never), inTurn(work('b'), never), inTurn(work('c'), never)]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('who gives up does not wait, and is never run; what has begun ends itself', async () => {
  const inTurn = createTurns();
  const first = Promise.withResolvers<string>();
  const [early, late] = [new AbortController(), new AbortController()];
  const running = inTurn(() => first.promise, early.signal);
  let ran = false;
  const waiting = inTurn(async () => {
    ran = true;
  }, late.signal);
  await new Promise((resolve) => setImmediate(resolve));
  late.abort(new Error('given up'));
  early.abort(new Error('too late'));
  await expect(waiting).rejects.toThrow('given up');
  first.resolve('done');
  expect(await running).toBe('done');
  expect(await inTurn(async () => 'next', never)).toBe('next');
  expect(ran).toBe(false);
});
