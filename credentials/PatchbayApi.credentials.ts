import type { IAuthenticateGeneric, Icon, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

/**
 * The one credential that every node needs. It holds nothing that expires: n8n would keep a session
 * token with the shared credential, and hand one tenant's to the next.
 */
export class PatchbayApi implements ICredentialType {
  name = 'patchbayApi';
  displayName = 'Patchbay API';
  icon: Icon = { light: 'file:patchbay.svg', dark: 'file:patchbay.dark.svg' };
  documentationUrl = 'https://github.com/patchbay-dev/patchbay#readme';
  restrictToSupportedNodes = true as const;
  properties: INodeProperties[] = [
    {
      displayName: 'Base URL', name: 'baseUrl', type: 'string', required: true, default: '',
      placeholder: 'e.g. https://patchbay.example.com',
      description: 'The address of the control plane, as n8n reaches it',
    },
    {
      displayName: 'API Key', name: 'apiKey', type: 'string', typeOptions: { password: true }, required: true, default: '',
      description: 'A key with the role builder or above; one of a single tenant reaches only that tenant and those below it',
    },
    {
      displayName: 'Default Tenant', name: 'defaultTenant', type: 'string', default: '',
      placeholder: 'e.g. acme',
      description: 'The slug or ID of the tenant for nodes that name none',
    },
  ];
  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
  };
  test: ICredentialTestRequest = {
    request: { baseURL: '={{$credentials.baseUrl}}', url: '/api/whoami', disableFollowRedirect: true },
    rules: [
      { type: 'responseCode', properties: { value: 401, message: 'Patchbay does not know this API key. Make a new one there and paste it here.' } },
      { type: 'responseCode', properties: { value: 404, message: 'There is no Patchbay at this address. Check the base URL.' } },
    ],
  };
}
