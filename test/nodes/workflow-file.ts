/** A workflow file, as n8n exports it, in the test's engine: nodes of this pack run, and If as n8n's own; others pass items on. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WorkflowExecute } from 'n8n-core';
import { NodeHelpers, Workflow, createRunExecutionData } from 'n8n-workflow';
import type { IConnections, INode, INodeExecutionData, INodeType, IPinData } from 'n8n-workflow';
import { additionalDataOf, pack, packageName } from './engine.ts';
import type { Credentials } from './engine.ts';

export interface WorkflowFile {
  name: string;
  nodes: INode[];
  connections: IConnections;
  pinData: IPinData;
}

export const examples = path.resolve(__dirname, '../../examples');

export function readWorkflow(file: string): WorkflowFile {
  return JSON.parse(readFileSync(path.join(examples, file), 'utf8')) as WorkflowFile;
}

/** n8n makes a tool of a node under its name with "Tool" behind. */
export function packNode({ type }: INode): INodeType | undefined {
  return pack.nodes[type] ?? (type.endsWith('Tool') ? pack.nodes[type.slice(0, -'Tool'.length)] : undefined);
}

export const isOurs = ({ type }: INode): boolean => type.startsWith(`${packageName}.`);

/** What n8n itself adds to a node that is a tool. */
const ofTools = ['descriptionType', 'toolDescription'];

/** What is wrong with the parameters of a node of this pack. */
export function complaintsOf(node: INode): string[] {
  const description = packNode(node)?.description;
  if (!description) return [`${node.type} is not in the pack`];
  const complete = { ...node, parameters: NodeHelpers.getNodeParameters(description.properties, node.parameters, true, false, node, description) ?? {} };
  const shown = description.properties.filter((property) => NodeHelpers.displayParameter(complete.parameters, property, complete, description));
  const unknown = Object.keys(node.parameters).filter((name) => !ofTools.includes(name) && !shown.some((property) => property.name === name));
  const options = shown.flatMap(({ name, type, options: offered = [] }) => {
    const value = complete.parameters[name];
    if (type !== 'options' || offered.length === 0 || (typeof value === 'string' && value.startsWith('='))) return [];
    return offered.some((option) => 'value' in option && option.value === value) ? [] : [`${name} cannot be ${String(value)}`];
  });
  const issues = NodeHelpers.getNodeParametersIssues(description.properties, complete, description);
  const credentials = Object.keys(node.credentials ?? {}).filter((type) => !(type in pack.credentials));
  return [
    ...unknown.map((name) => `${name} is no parameter that is shown`), ...options, ...Object.values(issues?.parameters ?? {}).flat(),
    ...credentials.map((type) => `${type} is no credential of the pack`),
  ];
}

const passing: INodeType = {
  description: { displayName: 'Other', name: 'other', group: ['transform'], version: 1, description: '', defaults: {}, inputs: ['main'], outputs: ['main'], properties: [] },
  async execute() {
    return [this.getInputData()];
  },
};

/** n8n's If: its engine decides, by the filter's type. */
const branching: INodeType = {
  description: {
    ...passing.description, name: 'if', outputs: ['main', 'main'],
    properties: [{ displayName: 'Conditions', name: 'conditions', type: 'filter', default: {}, typeOptions: { filter: { caseSensitive: true, typeValidation: 'strict', version: 2 } } }],
  },
  async execute() {
    const outputs: [INodeExecutionData[], INodeExecutionData[]] = [[], []];
    this.getInputData().forEach((item, index) => {
      const holds = this.getNodeParameter('conditions', index, false, { extractValue: true }) as boolean;
      outputs[holds ? 0 : 1].push({ ...item, pairedItem: { item: index } });
    });
    return outputs;
  },
};

/** @param first the node that begins, with its items */
export async function runFile(
  file: WorkflowFile, first: { name: string; items: INodeExecutionData[] }, credentials: Credentials,
): Promise<{ itemsOf(node: string, output?: number): INodeExecutionData[]; error: Error | undefined }> {
  const types = (type: string): INodeType => {
    const node = pack.nodes[type];
    // A trigger has no items but those that came; here they are given.
    return node?.execute ? node : type === 'n8n-nodes-base.if' ? branching : passing;
  };
  const workflow = new Workflow({
    id: 'example', name: file.name, nodes: file.nodes.filter(({ type }) => !type.endsWith('.stickyNote')), connections: file.connections, active: false, settings: { executionOrder: 'v1' },
    nodeTypes: { getByName: types, getByNameAndVersion: types, getKnownTypes: () => ({}) },
  });
  const run = await new WorkflowExecute(additionalDataOf(credentials), 'manual', createRunExecutionData({
    executionData: { nodeExecutionStack: [{ node: workflow.getNode(first.name)!, data: { main: [first.items] }, source: null }] },
  })).processRunExecutionData(workflow);
  const { runData, error } = run.data.resultData;
  return { error: error as Error | undefined, itemsOf: (node, output = 0) => (runData[node] ?? []).flatMap(({ data }) => data?.main?.[output] ?? []) };
}
