/** The files of a node: one for each kind and one for each category that has a kind. */
import type { INodeProperties } from 'n8n-workflow';
import type { NodeTarget } from '../../../nodes/shared/types.ts';
import type { AnyKind, Category } from '../kinds/contract.ts';
import { configFieldsOf, credentialName, header } from './credential.ts';
import { nodeOperationsOf } from './load-kinds.ts';
import { article, camelCase, nounOf, pascalCase } from './names.ts';
import { planOperations } from './operations.ts';
import { code, print } from './printer.ts';

export interface NodePlan {
  /** The folder in `nodes/` and the class: `S3Storage`. */
  name: string;
  /** As n8n stores it in a workflow: `s3Storage`. */
  type: string;
  /** Among n8n's own nodes the maker's name comes first, as in "AWS S3". */
  displayName: string;
  description: string;
  documentationUrl?: string;
  alias: string[];
  category: Category;
  kind?: AnyKind;
  operations: string[];
}

export function kindNode(kind: AnyKind): NodePlan {
  return {
    ...namesOf(kind.kind),
    displayName: `Patchbay ${kind.label}`,
    description: `${firstToUpper(kind.description)}, each item with its tenant’s own backend`,
    documentationUrl: kind.documentation_url,
    alias: [kind.label, kind.kind, ...kind.aliases, 'Multi-tenant'],
    category: kind.category as Category,
    kind,
    operations: nodeOperationsOf(kind),
  };
}

/** Has what any of its kinds has: which one answers is known at run time only. */
export function categoryNode(category: Category, kinds: AnyKind[]): NodePlan {
  const available = new Set(kinds.flatMap(nodeOperationsOf));
  const noun = nounOf(category.label);
  return {
    ...namesOf(category.category),
    displayName: `Patchbay ${category.label}`,
    description: `Use ${article(noun)} ${noun} connector of whatever kind the item’s tenant has`,
    alias: [category.label, ...kinds.map(({ label }) => label), 'Multi-tenant'],
    category,
    operations: Object.keys(category.operations).filter((operation) => available.has(operation)),
  };
}

const namesOf = (name: string): Pick<NodePlan, 'name' | 'type'> => ({ name: pascalCase(name), type: camelCase(name) });
const firstToUpper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function credentialsOf({ kind }: NodePlan): unknown[] {
  if (!kind) return [{ name: 'patchbayApi', required: true }];
  return [
    { name: 'patchbayApi', required: true, displayOptions: { show: { backend: ['tenantDefault', 'connector'] } } },
    {
      name: credentialName(kind.kind), required: true, testedBy: 'testOwnCredential',
      displayOptions: { show: { backend: ['own'] } },
    },
  ];
}

function backendProperties({ kind, category }: NodePlan): INodeProperties[] {
  return [
    {
      displayName: 'Backend', name: 'backend', type: 'options', noDataExpression: true, default: 'tenantDefault',
      options: [
        {
          name: 'Tenant Default', value: 'tenantDefault',
          description: `What the admin chose for the tenant’s ${nounOf(category.label)}, or for those above it`,
        },
        { name: 'This Connector', value: 'connector', description: 'The same connector, whoever the tenant is' },
        ...(kind ? [{ name: 'This Node’s Own Credential', value: 'own', description: 'A config kept in n8n, not in Patchbay' }] : []),
      ],
    },
    {
      displayName: 'Tenant', name: 'tenant', type: 'resourceLocator', default: { mode: 'list', value: '' },
      description: 'Whose backend to use; an expression makes it each item’s own. The credential’s default tenant when empty.',
      displayOptions: { show: { backend: ['tenantDefault'] } },
      modes: [
        { displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchTenants', searchable: true } },
        { displayName: 'By Slug or ID', name: 'id', type: 'string', placeholder: 'e.g. acme' },
      ],
    },
    {
      displayName: 'Connector', name: 'connector', type: 'resourceLocator', required: true, default: { mode: 'list', value: '' },
      displayOptions: { show: { backend: ['connector'] } },
      modes: [
        { displayName: 'From List', name: 'list', type: 'list', typeOptions: { searchListMethod: 'searchConnectors', searchable: true } },
        { displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 0198c0de-7a1b-7c3d-8e4f-5a6b7c8d9e0f' },
      ],
    },
  ];
}

export function nodeFile(plan: NodePlan): string {
  const { kind, category } = plan;
  const label = kind?.label ?? category.label;
  const { properties, operations } = planOperations(category, plan.operations);
  const target: NodeTarget = {
    label,
    category: category.category,
    ...(kind && { kind: kind.kind, own: { credential: credentialName(kind.kind), fields: configFieldsOf(kind) } }),
    operations,
  };
  const description = {
    displayName: plan.displayName,
    name: plan.type,
    icon: { light: `file:${plan.type}.svg`, dark: `file:${plan.type}.dark.svg` },
    group: ['transform'],
    version: 1,
    subtitle: properties.some(({ name }) => name === 'resource')
      ? '={{ $parameter["operation"] + ": " + $parameter["resource"] }}'
      : '={{ $parameter["operation"] }}',
    description: plan.description,
    defaults: { name: plan.displayName },
    inputs: [code('NodeConnectionTypes.Main')],
    outputs: [code('NodeConnectionTypes.Main')],
    usableAsTool: true,
    credentials: credentialsOf(plan),
    properties: [...properties.filter(isChoice), ...backendProperties(plan), ...properties.filter((property) => !isChoice(property))],
  };
  const isMapped = Object.values(operations).some(({ mapped }) => mapped);
  const methods = { listSearch: code('listSearch(target)'), ...(isMapped && { resourceMapping: code('resourceMapping(target)') }), ...(kind && { credentialTest: { testOwnCredential: code('ownCredentialTest(target)') } }) };
  return `${header}import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
${kind ? "import { ownCredentialTest } from '../shared/credential-test';\n" : ''}import { executeTarget } from '../shared/execute';
import { listSearch } from '../shared/list-search';
${isMapped ? "import { resourceMapping } from '../shared/resource-mapping';\n" : ''}import type { NodeTarget } from '../shared/types';

const target: NodeTarget = ${print(target, 0, 27)};

export class ${plan.name} implements INodeType {
  description: INodeTypeDescription = ${print(description, 1, 38)};

  methods = ${print(methods, 1, 12)};

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    return await executeTarget(this, target);
  }
}
`;
}

const isChoice = ({ name }: INodeProperties): boolean => name === 'resource' || name === 'operation';

/** Where n8n's node panel files a category. */
const panels: Record<string, string> = {
  database: 'Data & Storage', storage: 'Data & Storage', file: 'Data & Storage', vector_store: 'Data & Storage',
  api: 'Development', orchestration: 'Development', email: 'Communication', messaging: 'Communication', llm: 'AI',
};

/** n8n's "codex": where the node is found and what documents it. */
export function codexFile(plan: NodePlan, packageName: string, homepage: string): string {
  const documentation = plan.documentationUrl === undefined ? {} : { credentialDocumentation: [{ url: plan.documentationUrl }] };
  return `${JSON.stringify({
    node: `${packageName}.${plan.type}`,
    nodeVersion: '1.0',
    codexVersion: '1.0',
    categories: [panels[plan.category.category] ?? 'Miscellaneous'],
    alias: [...new Set(plan.alias)],
    resources: { ...documentation, primaryDocumentation: [{ url: homepage }] },
  }, null, 2)}\n`;
}
