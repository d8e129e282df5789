/** A connector's config out of the node: mapped fields, JSON, or the kind's own credential in n8n. */
import type { IDataObject, IExecuteFunctions, ResourceMapperValue } from 'n8n-workflow';
import { configOf as credentialConfig } from '../shared/backend';
import { locatedIn } from '../shared/inputs';
import { convertTexts } from '../shared/mapped';
import { failure } from '../shared/problem';
import type { Access } from '../shared/transport';
import { toJson } from '../shared/values';
import { fetchKind, kindOfConnector, typeOf } from './kinds';
import type { Kind } from './kinds';
import type { AdminOperation } from './operations';
import { ownCredentials } from './own-credentials';

/** @returns `kind` and `config`, as the API wants them; nothing where the config is to stay as it is */
export async function configOf(functions: IExecuteFunctions, itemIndex: number, access: Access, operation: AdminOperation): Promise<IDataObject> {
  const from = functions.getNodeParameter('configFrom', itemIndex, 'fields') as string;
  if (operation.config === 'optional' && from === 'none') return {};
  const isNew = operation.config === 'required';
  const kind = isNew ? locatedIn(functions, 'kind', itemIndex) : await kindOfConnector(access, locatedIn(functions, 'connector', itemIndex));
  if (kind === '') throw failure(functions.getNode(), 'kind_missing', 'No kind is given.', 'Choose one under Kind.', itemIndex);
  const config = from === 'credential' ? await fromCredential(functions, itemIndex, kind) : await fromParameters(functions, itemIndex, access, kind, from);
  // The path of a test of a config names the kind already.
  return { ...(isNew && !operation.path.includes('{kind}') && { kind }), config };
}

async function fromCredential(functions: IExecuteFunctions, itemIndex: number, kind: string): Promise<IDataObject> {
  const own = ownCredentials[kind];
  if (!own) {
    throw failure(functions.getNode(), 'own_backend_unsupported', `There is no credential for connectors of the kind "${kind}".`, 'Give the config by fields or as JSON.', itemIndex);
  }
  const data = await functions.getCredentials(own.credential, itemIndex);
  return credentialConfig({ label: kind, category: '', operations: {}, kind, own }, data, ({ field, message }) =>
    failure(functions.getNode(), 'invalid_credential', `The credential’s field "${field}" ${message}.`, 'Correct it in the credential.', itemIndex));
}

async function fromParameters(functions: IExecuteFunctions, itemIndex: number, access: Access, kind: string, from: string): Promise<IDataObject> {
  const described = await fetchKind(access, kind);
  const { parameters } = functions.getNode();
  if (from === 'json') {
    const given = functions.getNodeParameter('configJson', itemIndex) as unknown;
    const config = toJson({ name: 'configJson', type: 'json' }, given, ({ message }) =>
      failure(functions.getNode(), 'invalid_parameter', `The config ${message}.`, 'Correct the parameter or its expression.', itemIndex)) as IDataObject | undefined;
    if (!isExpression(parameters.configJson)) refuseTyped(functions, itemIndex, described, config ?? {});
    return config ?? {};
  }
  const { mappingMode, value } = functions.getNodeParameter('configFields', itemIndex) as ResourceMapperValue;
  const fields = Object.entries(described.config_schema.properties ?? {}).map(([id, property]) => ({ id, ...typeOf(property) }));
  if (mappingMode === 'autoMapInputData') {
    const json: IDataObject = functions.getInputData()[itemIndex]?.json ?? {};
    return convertTexts(present(fields.map(({ id }) => [id, json[id]])), fields);
  }
  const raw: IDataObject = (parameters.configFields as { value?: IDataObject | null } | undefined)?.value ?? {};
  refuseTyped(functions, itemIndex, described, present(Object.entries(raw).filter(([, entry]) => !isExpression(entry))));
  // By the schema of now: the one that the workflow holds may be of an older Patchbay, or of another kind.
  return convertTexts(present(Object.entries(value ?? {})), fields);
}

const isExpression = (value: unknown): boolean => typeof value === 'string' && value.startsWith('=');

const present = (entries: [string, unknown][]): IDataObject =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null && value !== '')) as IDataObject;

/** What is typed into a node is stored with the workflow, where whoever may open it reads it. */
function refuseTyped(functions: IExecuteFunctions, itemIndex: number, { config_schema: schema }: Kind, typed: IDataObject): void {
  const secret = Object.entries(schema.properties ?? {}).find(([name, { secret }]) => secret && typeof typed[name] === 'string' && !String(typed[name]).startsWith('$ENV:'));
  if (!secret) return;
  throw failure(functions.getNode(), 'secret_in_workflow', `${secret[1].title ?? secret[0]} is typed into the workflow, where everybody who opens it can read it.`,
    'Choose Credential under Config From, name an environment variable of Patchbay as $ENV:NAME, or give it by an expression.', itemIndex);
}
