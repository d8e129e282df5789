/** Runs a workflow file, as n8n exports it, in n8n's own engine, with this pack's built nodes. */
import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { ICredentialDataDecryptedObject, IConnections, INode, INodeExecutionData, INodeType, IHttpRequestOptions, IPinData, IWorkflowExecuteAdditionalData } from 'n8n-workflow';

export interface WorkflowFile {
  name: string;
  nodes: INode[];
  connections: IConnections;
  pinData: IPinData;
}

export interface WorkflowRun {
  /** What the first node, whose items are pinned, put out. */
  inputs: INodeExecutionData[];
  /** What the last node put out. */
  outputs: INodeExecutionData[];
  hints: string[];
}

// n8n is CommonJS, and must be loaded as one copy by all.
const require = createRequire(import.meta.url);
process.env['N8N_LOG_LEVEL'] = 'silent';
require('reflect-metadata');
const { ExecutionLifecycleHooks, WorkflowExecute } = require('n8n-core') as typeof import('n8n-core');
const { ICredentialsHelper, Workflow, createRunExecutionData } = require('n8n-workflow') as typeof import('n8n-workflow');

type Credentials = Record<string, ICredentialDataDecryptedObject>;

/** Gives each node the credentials as data; n8n's store is left out. */
class GivenCredentials extends ICredentialsHelper {
  private readonly store: Credentials;

  constructor(store: Credentials) {
    super();
    this.store = store;
  }

  getParentTypes = (): string[] => [];
  isCredentialUsableByNode = (): boolean => true;
  getCredentialsProperties = () => [];
  getCredentials = (): never => unused();
  updateCredentials = (): never => unused();
  updateCredentialsOauthTokenData = (): never => unused();
  runPreAuthentication = () => Promise.resolve(undefined);
  preAuthentication = () => Promise.resolve(undefined);
  authenticate = (data: ICredentialDataDecryptedObject, _type: string, request: IHttpRequestOptions) =>
    Promise.resolve({ ...request, headers: { ...request.headers, Authorization: `Bearer ${String(data['apiKey'])}` } });
  getDecrypted = (_data: unknown, _node: unknown, type: string) => Promise.resolve(this.store[type] ?? unused());
}

function unused(): never {
  throw new Error('The demo gives credentials as data, for reading alone');
}

/** @param dist where the pack was built to */
function loadNodes(dist: string): Record<string, INodeType> {
  const files = readdirSync(path.join(dist, 'nodes'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.node.js'));
  const nodes = files.map((file) => {
    const exported = require(path.join(dist, 'nodes', file)) as Record<string, new () => INodeType>;
    return new (exported[path.basename(file, '.node.js')]!)();
  });
  return Object.fromEntries(nodes.map((node) => [`n8n-nodes-patchbay.${node.description.name}`, node]));
}

const trigger: INodeType = {
  description: { displayName: 'Manual Trigger', name: 'manualTrigger', group: ['trigger'], version: 1, description: '', defaults: {}, inputs: [], outputs: ['main'], properties: [] },
  async execute() {
    return [this.getInputData()];
  },
};

export async function runImportedWorkflow(file: WorkflowFile, credentials: Credentials, dist: string): Promise<WorkflowRun> {
  const types: Record<string, INodeType> = { ...loadNodes(dist), 'n8n-nodes-base.manualTrigger': trigger };
  const workflow = new Workflow({
    id: 'demo', name: file.name, nodes: file.nodes, connections: file.connections, active: false, settings: { executionOrder: 'v1' },
    nodeTypes: { getByName: (type) => types[type]!, getByNameAndVersion: (type) => types[type]!, getKnownTypes: () => ({}) },
  });
  const first = file.nodes[0]!;
  const inputs = file.pinData[first.name] ?? [];
  const additionalData = {
    credentialsHelper: new GivenCredentials(credentials), hooks: new ExecutionLifecycleHooks('manual', 'demo', {} as never), executionId: 'demo',
    currentNodeExecutionIndex: 0, variables: {}, webhookWaitingBaseUrl: 'http://n8n.invalid', formWaitingBaseUrl: 'http://n8n.invalid', setExecutionStatus() {},
  } as unknown as IWorkflowExecuteAdditionalData; // the engine uses no more of it here
  const run = await new WorkflowExecute(additionalData, 'manual', createRunExecutionData({
    resultData: { pinData: file.pinData },
    executionData: { nodeExecutionStack: [{ node: workflow.getNode(first.name)!, data: { main: [inputs] }, source: null }] },
  })).processRunExecutionData(workflow);
  const { error, runData } = run.data.resultData;
  if (error) throw new Error([error.message, error.description].filter(Boolean).join(': '));
  const last = runData[file.nodes.at(-1)!.name]?.[0];
  return { inputs, outputs: last?.data?.['main']?.[0] ?? [], hints: (last?.hints ?? []).map(({ message }) => message) };
}
