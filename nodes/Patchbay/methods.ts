/** What the editor offers to choose from. */
import type { ICredentialsDecrypted, ICredentialTestFunctions, ILoadOptionsFunctions, INodeCredentialTestResult, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import { loadOptions } from '../shared/choices';
import { ownCredentialTest } from '../shared/credential-test';
import { accessOf } from '../shared/transport';
import { fetchKind, kindOfConnector, typeOf } from './kinds';
import type { ConfigProperty } from './kinds';
import { ownCredentials } from './own-credentials';
import { listSearch } from './searches';

const resourceMapping = {
  /** The fields of the chosen kind's config. */
  async configFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
    const access = await accessOf(this, 'patchbayApi');
    const located = (name: string): string => String(this.getCurrentNodeParameter(name, { extractValue: true }) ?? '');
    const isUpdate = this.getCurrentNodeParameter('operation') === 'update';
    const kind = isUpdate ? await kindOfConnector(access, located('connector')) : located('kind');
    if (kind === '' || kind.startsWith('=')) return { fields: [], emptyFieldsNotice: 'Choose a kind first, or map automatically: fields of the item that are called like those of the config.' };
    const { config_schema: schema } = await fetchKind(access, kind);
    const required = new Set(isUpdate ? [] : schema.required);
    const ordered = Object.entries(schema.properties ?? {}).sort(([, a], [, b]) => (a.order ?? Infinity) - (b.order ?? Infinity) || 0);
    const fields = ordered.map(([name, property]) => fieldOf(name, property, required.has(name)));
    return { fields: fields.sort((a, b) => Number(a.removed) - Number(b.removed)) };
  },
};

function fieldOf(id: string, property: ConfigProperty, required: boolean): ResourceMapperField {
  const { title = id, secret, advanced } = property;
  return {
    id, required, display: true, defaultMatch: false, canBeUsedToMatch: false,
    displayName: secret ? `${title} (secret: an expression or $ENV:NAME)` : title,
    removed: !required && (advanced === true || property.default !== undefined),
    ...typeOf(property),
  };
}

const credentialTest = {
  /** Of whichever kind's own credential. */
  async testOwnCredential(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
    const [kind, own] = Object.entries(ownCredentials).find(([, { credential: name }]) => name === credential.type) ?? [];
    if (kind === undefined || !own) return { status: 'Error', message: 'No kind of connector has this credential.' };
    return await ownCredentialTest({ label: kind, category: '', operations: {}, kind, own }).call(this, credential);
  },
};

export const methods = { listSearch, loadOptions, resourceMapping, credentialTest };
