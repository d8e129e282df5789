/** The Patchbay Trigger as n8n drives it: its life by hooks, its deliveries by a real web server. */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { HookContext, WebhookContext } from 'n8n-core';
import type { IDataObject, INode, INodeExecutionData, IWebhookData, WorkflowActivateMode } from 'n8n-workflow';
import { additionalDataOf, pack, packageName, workflowOf } from './engine.ts';
import type { Credentials } from './engine.ts';

export interface TriggerOptions {
  parameters: INode['parameters'];
  credentials: Credentials;
  /** `manual` is the editor's "Execute step", `activate` what publishing a workflow does. */
  activation?: Extract<WorkflowActivateMode, 'manual' | 'activate'>;
}

export interface Trigger {
  /** Where Patchbay posts to. */
  url: string;
  /** What n8n keeps with the workflow. */
  kept(): IDataObject;
  /** Of each workflow that was started, the items. */
  started: INodeExecutionData[][];
  /** How each request was answered. */
  statuses: number[];
  checkExists(): Promise<boolean>;
  create(): Promise<boolean>;
  delete(): Promise<boolean>;
  /** What a builder changes in the editor. */
  change(parameters: INode['parameters']): void;
  /** What the canvas shows below the name. */
  subtitle(): unknown;
  /** When so many workflows have been started. */
  waitFor(count: number): Promise<INodeExecutionData[][]>;
  stop(): Promise<void>;
}

export async function startTrigger({ parameters, credentials, activation = 'activate' }: TriggerOptions): Promise<Trigger> {
  const isTest = activation === 'manual';
  const mode = isTest ? 'manual' : 'trigger';
  const type = pack.nodes[`${packageName}.patchbayTrigger`]!;
  const description = type.description.webhooks![0]!;
  const workflow = workflowOf([{ name: 'Trigger', type: 'patchbayTrigger', parameters }], credentials);
  const node = workflow.getNode('Trigger')!;
  node.webhookId = 'a-trigger';
  const started: INodeExecutionData[][] = [];
  const statuses: number[] = [];
  let arrived = Promise.withResolvers<void>();

  const application = express();
  application.use(express.raw({ type: () => true, limit: '16mb' }));
  application.post('/{*path}', async (request, response) => {
    response.on('finish', () => {
      statuses.push(response.statusCode);
      arrived.resolve();
      arrived = Promise.withResolvers();
    });
    const additionalData = { ...additionalDataOf(credentials), httpRequest: Object.assign(request as IncomingMessage, { rawBody: request.body as Buffer }), httpResponse: response };
    const context = new WebhookContext(workflow, node, additionalData as never, mode, { webhookDescription: description } as IWebhookData, [], null);
    const { workflowData, webhookResponse, noWebhookResponse } = await type.webhook!.call(context);
    if (workflowData?.[0]) started.push(workflowData[0]);
    if (!noWebhookResponse) response.json(webhookResponse);
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = application.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${base}/webhook${isTest ? '-test' : ''}/a-trigger/patchbay`;

  const hook = async (name: 'checkExists' | 'create' | 'delete'): Promise<boolean> => {
    const additionalData = { ...additionalDataOf(credentials), webhookBaseUrl: `${base}/webhook`, webhookTestBaseUrl: `${base}/webhook-test` };
    const context = new HookContext(workflow, node, additionalData as never, mode, activation, { webhookDescription: description, isTest } as IWebhookData);
    return await type.webhookMethods!.default![name]!.call(context);
  };

  return {
    url, started, statuses,
    kept: () => workflow.getStaticData('node', node),
    checkExists: async () => await hook('checkExists'),
    create: async () => await hook('create'),
    delete: async () => await hook('delete'),
    change: (changes) => void Object.assign(node.parameters, changes),
    subtitle: () => workflow.expression.getSimpleParameterValue(node, type.description.subtitle, mode, {}),
    async waitFor(count) {
      while (started.length < count || statuses.length < count) await arrived.promise;
      return started;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
