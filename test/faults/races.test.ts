/**
 * Racing changes of one default, by two instances on one database, while both resolve it all the time.
 *
 * What may be answered: a change is a write that takes effect at some moment between its request and its
 * answer. A value is possible in a read if some write of it began before the read ended, and no other
 * write both began after that one was answered and was settled when the read began. A write is settled for
 * the instance that made it when it is answered; for the other, which hears of it by a notification, once
 * the test saw that instance catch up: after each round of writes it waits until both answer what the
 * database holds. A connector that may be the default is answered only while it may be active and there.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { must } from '../setup/client.ts';
import type { Answer, Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';
import { until } from '../setup/until.ts';

type Instance = 0 | 1;
type Write<T> = { value: T; start: number; end: number; by: Instance; round: number };
interface Read { by: Instance; start: number; end: number; value: string | null; chain: Json[] }

const rounds = 25;
const changesPerRound = 40;
const workers = 8;
const rest = { kind: 'api_rest', config: { base_url: 'https://api.example.com' } };

let services: [TestService, TestService];
let clients: [Client, Client];
const defaults: Write<string | null>[] = [];
/** Of what may or may not have been a write, as the deletion of a connector that may have been the default. */
const perhaps: Write<string | null>[] = [];
const presence = new Map<string, Write<'active' | 'inactive' | 'gone'>[]>();
const reads: Read[] = [];
const statuses: number[] = [];
/** When the writes of a round were seen by both instances. */
const settledAt: number[] = [];
const foreign: Json = {};

beforeAll(async () => {
  const first = await startTestService();
  services = [first, await startTestService({ database_url: first.database_url, master_key: first.master_key })];
  clients = [first.admin, services[1].admin];
  await first.tenant('acme');
  await first.tenant('globex');
  Object.assign(foreign, await first.connector({ tenant: 'globex', name: 'Foreign', is_default: true, ...rest }));
});
afterAll(async () => {
  await services[1].stop();
  await services[0].stop();
});

/** A small generator of its own, so that a failure can be had again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

async function create(by: Instance, round: number, isDefault: boolean): Promise<string | undefined> {
  const start = performance.now();
  const answer = await clients[by].post('/api/connectors', { tenant: 'acme', name: `c-${crypto.randomUUID()}`.slice(0, 40), is_default: isDefault, ...rest });
  const end = performance.now();
  statuses.push(answer.status);
  if (answer.status !== 201) return undefined;
  const id = answer.body.id as string;
  presence.set(id, [{ value: 'active', start, end, by, round }]);
  if (isDefault) defaults.push({ value: id, start, end, by, round });
  return id;
}

async function change(by: Instance, round: number, pick: (below: number) => number, pool: string[]): Promise<void> {
  const target = pool[pick(pool.length)]!;
  const write = async <T>(value: T, history: Write<T>[] | undefined, send: Promise<Answer>): Promise<boolean> => {
    const start = performance.now();
    const { status } = await send;
    statuses.push(status);
    if (status === 200) history?.push({ value, start, end: performance.now(), by, round });
    return status === 200;
  };
  const dice = pick(20);
  if (dice < 9) await write(target, defaults, clients[by].put('/api/tenants/acme/api/default', { connector: target }));
  else if (dice < 11) await write(target, defaults, clients[by].post(`/api/connectors/${target}/make_default`));
  else if (dice < 13) await write(null, defaults, clients[by].delete('/api/tenants/acme/api/default'));
  else if (dice < 15) await write('inactive', presence.get(target), clients[by].post(`/api/connectors/${target}/deactivate`));
  else if (dice < 18) await write('active', presence.get(target), clients[by].post(`/api/connectors/${target}/activate`));
  else if (dice < 19) {
    const made = await create(by, round, true);
    if (made !== undefined) pool.push(made);
  } else {
    const successor = pick(2) === 0 ? undefined : pool[pick(pool.length)]!;
    const start = performance.now();
    if (await write('gone', presence.get(target), clients[by].delete(`/api/connectors/${target}?successor=${successor ?? 'none'}`))) {
      perhaps.push({ value: successor ?? null, start, end: performance.now(), by, round });
      pool.splice(pool.indexOf(target), 1);
      const made = await create(by, round, false);
      if (made !== undefined) pool.push(made);
    }
  }
}

async function resolve(by: Instance): Promise<Read> {
  const start = performance.now();
  const body = await must(clients[by].get('/api/tenants/acme/api'));
  return { by, start, end: performance.now(), value: body.connector?.id ?? null, chain: body.chain };
}

/** What the database says. */
async function truth(): Promise<string | null> {
  const rows = await services[0].sql`select id, active from connectors c where is_default and category = 'api' and tenant_id = (select id from tenants where slug = 'acme')`;
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0]?.['active'] ? (rows[0]['id'] as string) : null;
}

function possible<T>(writes: readonly Write<T>[], further: readonly Write<T>[], read: Read): Set<T> {
  const settled = (write: Write<T>) => (write.by === read.by ? write.end < read.start : (settledAt[write.round] ?? Infinity) < read.start);
  const standing = (write: Write<T>) => write.start <= read.end && !writes.some((later) => later.start > write.end && settled(later));
  return new Set([...writes, ...further].filter(standing).map(({ value }) => value));
}

test('1,000 racing changes leave exactly one default, and no answer was ever wrong', async () => {
  const pool: string[] = [];
  for (let index = 0; index < workers; index += 1) pool.push((await create(0, -1, index === 0))!);
  settledAt[-1] = performance.now();
  await until('both instances to begin', async () => (await resolve(1)).value === pool[0]);

  let racing = true;
  const readers = Array.from({ length: 4 }, async (_, index) => {
    while (racing) {
      reads.push(await resolve((index % 2) as Instance));
      await sleep(1);
    }
  });
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: workers }, async (_, worker) => {
      const pick = random(round * workers + worker + 1);
      for (let count = 0; count < changesPerRound / workers; count += 1) await change((worker % 2) as Instance, round, pick, pool);
    }));
    for (const by of [0, 1] as const) {
      const expected = await truth();
      // The one that did not make the last change hears of it within a notification's time.
      await until(`instance ${by} to catch up`, async () => (await resolve(by)).value === expected);
    }
    settledAt[round] = performance.now();
  }
  racing = false;
  await Promise.all(readers);

  await must(clients[0].post(`/api/connectors/${pool[0]}/activate`));
  await must(clients[1].put('/api/tenants/acme/api/default', { connector: pool[0] }));
  const marked = await services[0].sql`select c.id from connectors c join tenants t on t.id = c.tenant_id where t.slug = 'acme' and is_default`;
  expect(marked.map(({ id }) => id as string)).toEqual([pool[0]]);
  expect((await resolve(1)).value).toBe(pool[0]);

  expect(statuses.length).toBeGreaterThanOrEqual(rounds * changesPerRound);
  // A service's error is a defect, whatever the order.
  expect(services.flatMap(({ logs }) => logs().split('\n').filter((line) => line.includes('"level":"error"')))).toEqual([]);
  expect([...new Set(statuses)].filter((status) => ![200, 201, 404, 409].includes(status))).toEqual([]);
  expect(statuses.filter((status) => status < 300).length).toBeGreaterThan(500);
}, 300_000);

test('each answer was right at some moment between its request and itself', () => {
  expect(reads.length).toBeGreaterThan(1000);
  const wrong = reads.filter((read) => {
    const holders = possible(defaults, perhaps, read);
    const states = (id: string) => possible(presence.get(id) ?? [], [], read);
    if (read.value !== null) return !(holders.has(read.value) && states(read.value).has('active'));
    return !(holders.has(null) || [...holders].some((id) => id !== null && (states(id).has('inactive') || states(id).has('gone'))));
  });
  expect(wrong).toEqual([]);
  expect(reads.filter(({ value }) => value === foreign.id)).toEqual([]);
  expect(new Set(reads.map(({ value }) => value)).size).toBeGreaterThan(10);
  for (const { chain } of reads) expect(chain).toHaveLength(1);
});

test('the neighbour’s default never moved', async () => {
  for (const client of clients) expect((await must(client.get('/api/tenants/globex/api'))).connector.id).toBe(foreign.id);
});

test('each change has its audit event, and each event its change', async () => {
  const events = await services[0].sql`select details->>'from' as before, details->>'to' as after from audit_events where action = 'default.changed' and details->>'category' = 'api' order by id`;
  expect(events.length).toBeGreaterThan(200);
  const unchanged = events.filter(({ before, after }) => before === after);
  expect(unchanged).toEqual([]);
});
