/** Defaults and tenants changed in any order, against a model of what resolution means that fits on a page. */
import fc from 'fast-check';
import { must } from '../setup/client.ts';
import type { Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

interface ModelTenant { slug: string; parent: number | null; inherits: boolean; default: number | null }
interface ModelConnector { id: string; tenant: number; active: boolean; gone: boolean }
interface Model { tenants: ModelTenant[]; connectors: ModelConnector[] }

/** The nearest default above, as far as inheritance goes; a deactivated one ends the search. */
function resolveInModel({ tenants, connectors }: Model, start: number): { connector: string | null; reasons: string[] } {
  const reasons: string[] = [];
  for (let at: number | null = start; at !== null; at = tenants[at]!.parent) {
    const tenant = tenants[at]!;
    const found = tenant.default === null ? undefined : connectors[tenant.default]!;
    if (found) return { connector: found.active ? found.id : null, reasons: [...reasons, found.active ? 'has_default' : 'default_inactive'] };
    const goesOn = tenant.inherits && tenant.parent !== null;
    reasons.push(tenant.parent === null || tenant.inherits ? 'no_default' : 'does_not_inherit');
    if (!goesOn) break;
  }
  return { connector: null, reasons };
}

const isAbove = ({ tenants }: Model, upper: number, lower: number): boolean => {
  for (let at: number | null = lower; at !== null; at = tenants[at]!.parent) if (at === upper) return true;
  return false;
};

const size = 4;
const tenant = fc.nat(size - 1);
const connector = fc.nat(7);
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create' as const), tenant, is_default: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), connector }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unset' as const), tenant }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('activate' as const), connector, active: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), connector, successor: fc.option(connector) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), tenant, parent: fc.option(tenant) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('inherit' as const), tenant, inherits: fc.boolean() }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

let runs = 0;

/** Does it to the service and to the model. @returns the status that the model expects, and the one that came */
async function apply(model: Model, step: Command): Promise<{ expected: number; status: number } | undefined> {
  const { admin } = service;
  const { tenants, connectors } = model;
  const chosen = 'connector' in step ? connectors[step.connector] : undefined;
  if ('connector' in step && !chosen) return undefined;
  const path = `/api/connectors/${chosen?.id}`;
  switch (step.do) {
    case 'create': {
      const owner = tenants[step.tenant]!;
      const taken = step.is_default && owner.default !== null;
      const answer = await admin.post('/api/connectors', {
        tenant: owner.slug, name: `n${connectors.length}`, slug: `n${connectors.length}-${runs}`, kind: 'api_rest', config: { base_url: 'https://api.example.com' }, is_default: step.is_default,
      });
      if (answer.status === 201) {
        connectors.push({ id: answer.body.id, tenant: step.tenant, active: true, gone: false });
        if (step.is_default) owner.default = connectors.length - 1;
      }
      return { expected: taken ? 409 : 201, status: answer.status };
    }
    case 'set': {
      const { status } = await admin.post(`${path}/make_default`);
      if (!chosen!.gone) tenants[chosen!.tenant]!.default = step.connector;
      return { expected: chosen!.gone ? 404 : 200, status };
    }
    case 'unset': {
      const { status } = await admin.delete(`/api/tenants/${tenants[step.tenant]!.slug}/api/default`);
      tenants[step.tenant]!.default = null;
      return { expected: 200, status };
    }
    case 'activate': {
      const { status } = await admin.post(`${path}/${step.active ? 'activate' : 'deactivate'}`);
      if (!chosen!.gone) chosen!.active = step.active;
      return { expected: chosen!.gone ? 404 : 200, status };
    }
    case 'delete': {
      const successor = step.successor === null ? undefined : connectors[step.successor];
      const { status } = await admin.delete(`${path}?successor=${successor?.id ?? 'none'}`);
      if (chosen!.gone || successor?.gone) return { expected: 404, status };
      const owner = tenants[chosen!.tenant]!;
      if (owner.default === step.connector) {
        if (successor && (successor.tenant !== chosen!.tenant || successor === chosen)) return { expected: 409, status };
        owner.default = successor ? step.successor : null;
      }
      chosen!.gone = true;
      return { expected: 200, status };
    }
    case 'move': {
      const circle = step.parent !== null && isAbove(model, step.tenant, step.parent);
      const { status } = await admin.patch(`/api/tenants/${tenants[step.tenant]!.slug}`, { parent: step.parent === null ? null : tenants[step.parent]!.slug });
      if (!circle) tenants[step.tenant]!.parent = step.parent;
      return { expected: circle ? 409 : 200, status };
    }
    case 'inherit': {
      const { status } = await admin.patch(`/api/tenants/${tenants[step.tenant]!.slug}`, { inherits_defaults: step.inherits });
      tenants[step.tenant]!.inherits = step.inherits;
      return { expected: 200, status };
    }
  }
}

test('resolution is what the model says, after any changes', async () => {
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (steps) => {
    runs += 1;
    const model: Model = { tenants: [], connectors: [] };
    for (let index = 0; index < size; index += 1) {
      const slug = `t${index}-${runs}`;
      await service.tenant(slug, index === 0 ? {} : { parent: `t${index - 1}-${runs}` });
      model.tenants.push({ slug, parent: index === 0 ? null : index - 1, inherits: true, default: null });
    }
    for (const step of steps) {
      const outcome = await apply(model, step);
      if (outcome) expect({ step, status: outcome.status }).toEqual({ step, status: outcome.expected });
      const answers = await Promise.all(model.tenants.map(({ slug }) => must(service.admin.get(`/api/tenants/${slug}/api`))));
      expect(answers.map(({ connector: resolved, chain }: Json) => ({ connector: resolved?.id ?? null, reasons: chain.map(({ reason }: Json) => reason) })))
        .toEqual(model.tenants.map((_, index) => resolveInModel(model, index)));
    }
  }), { numRuns: 15, endOnFailure: true, seed: 20261121 });
}, 300_000);
