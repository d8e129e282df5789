/**
 * Runs this pack's nodes in n8n's own execution engine, with credentials as n8n resolves them: their
 * expressions are evaluated for the item that asks. Only n8n's store and its editor are left out.
 */
import 'reflect-metadata'; // n8n-core needs it before anything else
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CredentialTestContext, ExecutionLifecycleHooks, LoadOptionsContext, WorkflowExecute } from 'n8n-core';
import { ICredentialsHelper, NodeHelpers, Workflow, createRunExecutionData, isExpression } from 'n8n-workflow';
import type {
  ICredentialDataDecryptedObject, ICredentialType, IDataObject, IExecuteData, IHttpRequestOptions, INode, INodeCredentialTestResult,
  INodeExecutionData, INodeListSearchResult, INodePropertyOptions, INodeType, IRun, IWorkflowExecuteAdditionalData, ResourceMapperFields, WorkflowExecuteMode,
} from 'n8n-workflow';

// The engine logs each failed node; the tests that expect one look at it themselves.
process.env.N8N_LOG_LEVEL = 'silent';

const root = path.resolve(__dirname, '../..');
export const packageName = 'n8n-nodes-patchbay';

export type Credentials = Record<string, ICredentialDataDecryptedObject>;

/** What package.json registers, by the name that workflows use; loaded from the sources. */
interface Pack {
  nodes: Record<string, INodeType>;
  credentials: Record<string, ICredentialType>;
}

function loadPack(): Pack {
  const { n8n } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { n8n: { nodes: string[]; credentials: string[] } };
  const load = <T>(built: string): T => {
    const source = path.join(root, built.replace(/^dist\//, '').replace(/\.js$/, ''));
    const exported = require(source) as Record<string, new () => T>;
    return new (exported[path.basename(source).split('.')[0]!]!)();
  };
  const nodes = n8n.nodes.map((built) => load<INodeType>(built));
  const credentials = n8n.credentials.map((built) => load<ICredentialType>(built));
  return {
    nodes: Object.fromEntries(nodes.map((node) => [`${packageName}.${node.description.name}`, node])),
    credentials: Object.fromEntries(credentials.map((type) => [type.name, type])),
  };
}

export const pack = loadPack();

/** Passes on the items that a run begins with. */
const start: INodeType = {
  description: {
    displayName: 'Start', name: 'start', group: ['trigger'], version: 1, description: 'Begins a run',
    defaults: {}, inputs: [], outputs: ['main'], properties: [],
  },
  async execute() {
    return [this.getInputData()];
  },
};

class TestCredentials extends ICredentialsHelper {
  private readonly store: Credentials;

  constructor(store: Credentials) {
    super();
    this.store = store;
  }

  getParentTypes(type: string): string[] {
    return pack.credentials[type]?.extends ?? [];
  }

  isCredentialUsableByNode(): boolean {
    return true;
  }

  getCredentialsProperties(type: string) {
    return pack.credentials[type]!.properties;
  }

  async getCredentials(): Promise<never> {
    throw new Error('n8n asks for a stored credential; these are given as data');
  }

  async updateCredentials(): Promise<never> {
    throw new Error('A credential was changed by a run: nothing that expires may be kept in one');
  }

  async updateCredentialsOauthTokenData(): Promise<void> {}

  async runPreAuthentication(): Promise<undefined> {
    return undefined;
  }

  async preAuthentication(): Promise<undefined> {
    return undefined;
  }

  async getDecrypted(
    _data: IWorkflowExecuteAdditionalData, _node: unknown, type: string, mode: WorkflowExecuteMode, executeData?: IExecuteData,
    _raw?: boolean, values?: Parameters<ICredentialsHelper['getDecrypted']>[6],
  ): Promise<ICredentialDataDecryptedObject> {
    const stored = this.store[type];
    if (!stored) throw new Error(`The test gave no credential "${type}"`);
    const data = NodeHelpers.getNodeParameters(this.getCredentialsProperties(type), stored as IDataObject as INode['parameters'], true, false, null, null) ?? {};
    if (!values) return data as ICredentialDataDecryptedObject;
    return values.workflow.expression.getParameterValue(
      data, values.runExecutionData, values.runIndex, values.itemIndex, values.node.name, values.connectionInputData, mode, {}, executeData, false, data,
    ) as ICredentialDataDecryptedObject;
  }

  async authenticate(data: ICredentialDataDecryptedObject, type: string, request: IHttpRequestOptions, workflow?: Workflow, node?: INode) {
    const authenticate = pack.credentials[type]?.authenticate;
    if (typeof authenticate !== 'object') throw new Error(`${type} has no generic authentication`);
    const headers = Object.entries(authenticate.properties.headers ?? {}).map(([name, value]) => {
      const resolved = isExpression(value) ? workflow!.expression.getSimpleParameterValue(node!, value as string, 'internal', { $credentials: data } as never, undefined, '') : value;
      return [name, resolved] as const;
    });
    return { ...request, headers: { ...request.headers, ...Object.fromEntries(headers) } as IDataObject };
  }
}

export interface Step {
  name: string;
  /** The node's name in this pack: `postgresql`. */
  type: string;
  parameters: INode['parameters'];
  onError?: INode['onError'];
}

export interface RunOptions {
  /** They follow each other. */
  steps: Step[];
  credentials: Credentials;
  items?: INodeExecutionData[];
  /** Stops the execution, as a builder would. */
  signal?: AbortSignal;
  /** Node types besides this pack's. */
  others?: Record<string, INodeType>;
}

export interface RunResult {
  run: IRun;
  /** What the last step put out. */
  items: INodeExecutionData[];
  /** What a step put out. */
  itemsOf(step: string): INodeExecutionData[];
  hints: string[];
  error: (Error & { description?: string; context?: IDataObject }) | undefined;
}

export function workflowOf(steps: Step[], credentials: Credentials, others: Record<string, INodeType> = {}): Workflow {
  const known: Record<string, INodeType> = { start, ...pack.nodes, ...others };
  const names = ['Start', ...steps.map(({ name }) => name)];
  const nodes: INode[] = [
    { id: 'start', name: 'Start', type: 'start', typeVersion: 1, position: [0, 0], parameters: {} },
    ...steps.map(({ name, type, parameters, onError }): INode => ({
      id: name, name, type: `${packageName}.${type}`, typeVersion: 1, position: [0, 0], parameters, onError,
      credentials: Object.fromEntries(Object.keys(credentials).map((credential) => [credential, { id: credential, name: credential }])),
    })),
  ];
  return new Workflow({
    id: 'workflow', nodes, active: false, settings: { executionOrder: 'v1' },
    connections: Object.fromEntries(names.slice(0, -1).map((name, index) => [name, { main: [[{ node: names[index + 1]!, type: 'main', index: 0 }]] }])),
    nodeTypes: {
      getByName: (type) => known[type]!,
      getByNameAndVersion: (type) => known[type]!,
      getKnownTypes: () => ({}),
    },
  });
}

export function additionalDataOf(credentials: Credentials): IWorkflowExecuteAdditionalData {
  return {
    credentialsHelper: new TestCredentials(credentials),
    hooks: new ExecutionLifecycleHooks('manual', 'execution', {} as never),
    executionId: 'execution', currentNodeExecutionIndex: 0, variables: {},
    webhookWaitingBaseUrl: 'http://n8n.invalid/webhook-waiting', formWaitingBaseUrl: 'http://n8n.invalid/form-waiting',
    setExecutionStatus() {},
  } as unknown as IWorkflowExecuteAdditionalData; // the engine uses no more of it here
}

export async function runWorkflow({ steps, credentials, items = [{ json: {} }], signal, others }: RunOptions): Promise<RunResult> {
  const workflow = workflowOf(steps, credentials, others);
  const execution = new WorkflowExecute(additionalDataOf(credentials), 'manual', createRunExecutionData({
    executionData: { nodeExecutionStack: [{ node: workflow.getNode('Start')!, data: { main: [items] }, source: null }] },
  }));
  const running = execution.processRunExecutionData(workflow);
  signal?.addEventListener('abort', () => running.cancel(), { once: true });
  const run = await running;
  const { runData, error } = run.data.resultData;
  const itemsOf = (step: string): INodeExecutionData[] => runData[step]?.[0]?.data?.main?.[0] ?? [];
  const last = runData[steps.at(-1)!.name]?.[0];
  return {
    run, itemsOf, items: itemsOf(steps.at(-1)!.name),
    hints: (last?.hints ?? []).map(({ message }) => message),
    error: (error ?? last?.error) as RunResult['error'],
  };
}

/** Runs one node over the items. */
export async function runNode({ type, parameters, onError, ...rest }: Omit<Step, 'name'> & Omit<RunOptions, 'steps'>): Promise<RunResult> {
  return await runWorkflow({ steps: [{ name: 'Node', type, parameters, onError }], ...rest });
}

export interface SearchOptions {
  type: string;
  method: 'searchTenants' | 'searchConnectors' | 'searchModels' | 'searchSubscriptions' | 'searchEvents' | 'searchDeliveries';
  parameters: INode['parameters'];
  credentials: Credentials;
  filter?: string;
  cursor?: string;
}

/** What the editor would offer. */
export async function search({ filter, cursor, ...options }: SearchOptions): Promise<INodeListSearchResult> {
  const [node, context] = editorContext(options);
  return await node.methods!.listSearch![options.method]!.call(context, filter, cursor);
}

export interface LoadOptions {
  type: string;
  method: string;
  parameters: INode['parameters'];
  credentials: Credentials;
}

function editorContext({ type, parameters, credentials }: LoadOptions): [INodeType, LoadOptionsContext] {
  const workflow = workflowOf([{ name: 'Node', type, parameters }], credentials);
  return [pack.nodes[`${packageName}.${type}`]!, new LoadOptionsContext(workflow, workflow.getNode('Node')!, { ...additionalDataOf(credentials), currentNodeParameters: parameters }, '')];
}

/** What the editor offers in a list of which several may be chosen. */
export async function loadOptions(options: LoadOptions): Promise<INodePropertyOptions[]> {
  const [node, context] = editorContext(options);
  return await node.methods!.loadOptions![options.method]!.call(context);
}

/** The fields that the editor shows in a resource mapper. */
export async function mappedFields(options: LoadOptions): Promise<ResourceMapperFields> {
  const [node, context] = editorContext(options);
  return await node.methods!.resourceMapping![options.method]!.call(context);
}

/** What n8n answers to a click on "Test" in a kind's own credential. */
export async function testOwnCredential(type: string, credential: string, data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> {
  const context = new CredentialTestContext(additionalDataOf({}));
  const run = pack.nodes[`${packageName}.${type}`]!.methods!.credentialTest!['testOwnCredential']!;
  return await run.call(context, { id: credential, name: credential, type: credential, data });
}

/** Sends the request of a credential's own `test`, the way n8n does: as a declarative node that holds nothing else. */
export async function testCredential(type: string, data: ICredentialDataDecryptedObject): Promise<RunResult> {
  const { test } = pack.credentials[type]!;
  const tester: INodeType = {
    description: {
      displayName: 'Tester', name: 'tester', group: ['transform'], version: 1, description: 'Sends the test request', defaults: {},
      inputs: ['main'], outputs: ['main'], credentials: [{ name: type, required: true }],
      properties: [{ displayName: 'Request', name: 'request', type: 'string', default: '', routing: { request: test!.request } }],
    },
  };
  return await runNode({ type: 'tester', parameters: { request: '' }, credentials: { [type]: data }, others: { [`${packageName}.tester`]: tester } });
}
