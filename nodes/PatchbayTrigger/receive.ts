/** Takes one delivery: nothing that is not signed by the subscription's own secret starts a workflow. */
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { isEvent, simplified } from '../shared/events';
import { refusalOf } from './signature';
import type { Refusal } from './signature';
import type { Kept } from './subscription';

const messages: Record<Refusal, string> = {
  unsigned: 'The request carries no webhook signature.',
  tampered: 'The webhook signature does not fit the request.',
  late: 'The request was signed too long ago or in the future.',
};

export function receive(functions: IWebhookFunctions): IWebhookResponseData {
  const { secret } = functions.getWorkflowStaticData('node') as Kept;
  // The subscription is still being made: Patchbay tries again in a moment.
  if (secret === undefined) return refused(functions, 503, 'This trigger has no subscription yet.');
  const { rawBody } = functions.getRequestObject();
  const refusal = refusalOf(functions.getHeaderData(), rawBody ?? Buffer.alloc(0), secret);
  if (refusal !== undefined) return refused(functions, 401, messages[refusal], refusal);
  const event = parse(rawBody);
  if (!isEvent(event)) return refused(functions, 400, 'The body is not an event.');
  // A test of the subscription proves the way; a workflow in production must not act upon it.
  if (event.type === 'subscription.test' && functions.getMode() !== 'manual') return { webhookResponse: { received: true, started: false } };
  const json = functions.getNodeParameter('simplify', true) === true ? simplified(event) : event;
  return { webhookResponse: { received: true }, workflowData: [[{ json }]] };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function refused(functions: IWebhookFunctions, status: number, message: string, reason?: Refusal): IWebhookResponseData {
  functions.getResponseObject().status(status).json({ message, ...(reason && { reason }) });
  return { noWebhookResponse: true };
}
