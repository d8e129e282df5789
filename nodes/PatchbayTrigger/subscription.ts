/** The subscription behind an active trigger: its filters, its life, and the secret it is signed with. */
import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions } from 'n8n-workflow';
import { failure } from '../shared/problem';
import { accessOf, sendForJson } from '../shared/transport';
import type { Access } from '../shared/transport';
import { listOf } from '../shared/values';

interface Subscription extends IDataObject {
  id: string;
  tenant_id: string | null;
  tenant_slug: string | null;
  url: string;
  events: string[];
  categories: string[];
  kinds: string[];
  connectors: string[];
  active: boolean;
  secret_id: string;
}

/** What n8n keeps with the workflow, outside its items and executions. */
export interface Kept extends IDataObject {
  subscription?: string;
  secret?: string;
  /** Which secret that is: another one after each rotation. */
  secretId?: string;
  /** Whose events were asked for; absent: those of whatever the key reaches. */
  tenant?: string;
}

const filters = ['events', 'categories', 'kinds', 'connectors'] as const;

interface Wanted extends IDataObject {
  url: string;
  tenant?: string;
  events: string[];
  categories: string[];
  kinds: string[];
  connectors: string[];
}

/** What the trigger's parameters ask for, as the body of a subscription. */
function wanted(functions: IHookFunctions, { data }: Access): Wanted {
  const url = functions.getNodeWebhookUrl('default');
  if (url === undefined) {
    throw failure(functions.getNode(), 'no_webhook_url', 'n8n has no address for this trigger.', 'Set WEBHOOK_URL in n8n to the address at which Patchbay reaches it.');
  }
  const located = functions.getNodeParameter('tenant', '', { extractValue: true });
  const tenant = String(located ?? '').trim() || String(data.defaultTenant ?? '').trim();
  // An expression may give one type, or several as a text.
  const events = (listOf(functions.getNodeParameter('events', [])) ?? []) as string[];
  const more = functions.getNodeParameter('filters', {}) as IDataObject;
  const chosen = (name: string): string[] => (more[name] ? ((listOf(more[name]) ?? []) as string[]) : []);
  const workflow = functions.getWorkflow().name;
  return {
    url,
    name: `n8n: ${workflow === undefined ? '' : `${workflow}, `}${functions.getNode().name}${isTest(functions) ? ' (test)' : ''}`.slice(0, 200),
    ...(tenant !== '' && { tenant }),
    events: events.includes('*') ? [] : events,
    categories: chosen('categories'),
    kinds: chosen('kinds'),
    connectors: chosen('connectors'),
  };
}

export const isTest = (functions: IHookFunctions): boolean => functions.getActivationMode() === 'manual';

/** Whether what is kept still stands for what the parameters ask for. */
export async function isSubscribed(functions: IHookFunctions): Promise<boolean> {
  const kept = functions.getWorkflowStaticData('node') as Kept;
  if (kept.subscription === undefined || kept.secret === undefined) return false;
  const access = await accessOf(functions, 'patchbayApi');
  const found = await find(access, kept.subscription);
  if (!found) return false;
  const asked = wanted(functions, access);
  const same = (left: string[], right: string[]): boolean => JSON.stringify([...left].sort()) === JSON.stringify([...right].sort());
  return found.active && found.url === asked.url
    // Rotated by somebody else: the secret kept here has ended, or is about to.
    && found.secret_id === kept.secretId
    // The same tenant may be named by its slug and by its id.
    && (asked.tenant === undefined ? kept.tenant === undefined : asked.tenant === found.tenant_slug || asked.tenant === found.tenant_id)
    && filters.every((name) => same(found[name], asked[name]));
}

/** Replaces what was kept, so that no subscription of this trigger is left behind. */
export async function subscribe(functions: IHookFunctions): Promise<void> {
  await unsubscribe(functions);
  const access = await accessOf(functions, 'patchbayApi');
  const body = wanted(functions, access);
  const { value } = await sendForJson<Subscription & { secret: string }>(access, { method: 'POST', path: '/api/subscriptions', body });
  const kept = functions.getWorkflowStaticData('node') as Kept;
  Object.assign(kept, { subscription: value.id, secret: value.secret, secretId: value.secret_id, ...(body.tenant !== undefined && { tenant: body.tenant }) });
}

/** One that is gone already is no error. */
export async function unsubscribe(functions: IHookFunctions): Promise<void> {
  const kept = functions.getWorkflowStaticData('node') as Kept;
  if (kept.subscription !== undefined) {
    const access = await accessOf(functions, 'patchbayApi');
    await sendForJson(access, { method: 'DELETE', path: `/api/subscriptions/${kept.subscription}`, repeatable: true }).catch(unlessGone);
  }
  for (const name of ['subscription', 'secret', 'secretId', 'tenant']) delete kept[name];
}

/** Has the latest event that fits delivered once more, so that a builder need not wait for the next one. */
export async function resendLatest(functions: IHookFunctions): Promise<void> {
  const { subscription } = functions.getWorkflowStaticData('node') as Kept;
  const access = await accessOf(functions, 'patchbayApi');
  const { tenant, events, connectors, categories, kinds } = wanted(functions, access);
  const query: IDataObject = { limit: 100, ...(tenant !== undefined && { tenant }), ...(events.length > 0 && { type: events.join(',') }) };
  const { value } = await sendForJson<{ events: Sample[] }>(access, { method: 'GET', path: '/api/events', query });
  const passes = (allowed: string[], given: string | undefined): boolean => allowed.length === 0 || (given !== undefined && allowed.includes(given));
  const latest = value.events.find(({ connector }) =>
    passes(connectors, connector?.id) && passes(categories, connector?.category) && passes(kinds, connector?.kind));
  if (!latest || subscription === undefined) return;
  await sendForJson(access, { method: 'POST', path: `/api/events/${latest.id}/replay`, body: { subscription } });
}

interface Sample {
  id: string;
  connector: { id: string; category: string; kind: string } | null;
}

async function find(access: Access, id: string): Promise<Subscription | undefined> {
  const answer = await sendForJson<Subscription>(access, { method: 'GET', path: `/api/subscriptions/${id}` }).catch(unlessGone);
  return answer?.value;
}

function unlessGone(error: unknown): undefined {
  if (error instanceof NodeApiError && error.httpCode === '404') return undefined;
  throw error;
}
