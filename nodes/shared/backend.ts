/** Which backend an item reaches: the tenant's default, a named connector, or the node's own credential. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { locatedIn } from './inputs';
import { failure } from './problem';
import { accessOf } from './transport';
import type { Access, Functions } from './transport';
import { toJson } from './values';
import type { NodeTarget } from './types';

/** A way to one backend. */
export interface Backend {
  access: Access;
  path(operation: string): string;
  query: IDataObject;
  /** What goes into the body beside the operation's input. */
  extra: IDataObject;
}

/** The parameters that say which backend, from an execution or from the editor. */
export interface Choice {
  backend: string;
  tenant: string;
  connector: string;
}

const segment = encodeURIComponent;

export function choiceOf(functions: IExecuteFunctions, itemIndex: number): Choice {
  const backend = functions.getNodeParameter('backend', itemIndex, 'tenantDefault') as string;
  return {
    backend,
    tenant: backend === 'tenantDefault' ? locatedIn(functions, 'tenant', itemIndex) : '',
    connector: backend === 'connector' ? locatedIn(functions, 'connector', itemIndex) : '',
  };
}

export async function backendOf(functions: Functions, target: NodeTarget, choice: Choice, itemIndex?: number): Promise<Backend> {
  if (choice.backend === 'own') return await ownBackend(functions, target, itemIndex);
  const access = await accessOf(functions, 'patchbayApi', itemIndex);
  // The service refuses a connector of another kind before it runs anything.
  const query = target.kind === undefined ? {} : { kind: target.kind };
  if (choice.backend === 'connector') {
    if (choice.connector === '') {
      throw failure(functions.getNode(), 'connector_missing', 'No connector is chosen.', 'Choose one under Connector.', itemIndex);
    }
    return { access, query, extra: {}, path: (operation) => `/api/connectors/${segment(choice.connector)}/${operation}` };
  }
  const tenant = choice.tenant || String(access.data.defaultTenant ?? '').trim();
  if (tenant === '') {
    throw failure(functions.getNode(), 'tenant_missing', 'No tenant is given.',
      'Choose one under Tenant, give it by an expression, or set a default tenant in the Patchbay credential.', itemIndex);
  }
  return { access, query, extra: {}, path: (operation) => `/api/tenants/${segment(tenant)}/${target.category}/${operation}` };
}

async function ownBackend(functions: Functions, target: NodeTarget, itemIndex?: number): Promise<Backend> {
  const { own, kind } = target;
  if (!own || kind === undefined) {
    throw failure(functions.getNode(), 'own_backend_unsupported', `${target.label} stands for backends of any kind and has no credential of its own.`,
      'Choose the tenant’s default or a connector, or use the node of one kind.', itemIndex);
  }
  const access = await accessOf(functions, own.credential, itemIndex);
  const config = configOf(target, access.data, ({ field, message }) =>
    failure(functions.getNode(), 'invalid_credential', `The credential’s field "${field}" ${message}.`, 'Correct it in the credential.', itemIndex));
  return { access, query: {}, extra: { config }, path: (operation) => `/api/connectors/catalog/${kind}/${operation}` };
}

/** A kind's config from its credential; what is empty is left to the kind's defaults. */
export function configOf(target: NodeTarget, data: IDataObject, refuse: Parameters<typeof toJson>[2]): IDataObject {
  const members = (target.own?.fields ?? []).map(({ name, property, type }) => [name, toJson({ name, type }, data[property], refuse)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as IDataObject;
}
