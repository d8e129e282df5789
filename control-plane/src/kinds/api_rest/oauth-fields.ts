/** Sign-in by OAuth 2.0, at any provider. */
import { z } from 'zod';
import { secret } from '../contract.ts';
import type { OAuth2Settings } from '../contract.ts';
import { httpUrl } from '../shared/http-fields.ts';
import { parametersField, scopesIn } from '../shared/oauth-fields.ts';
import type { ApiRestConfig } from './config.ts';

const byRefreshToken = { authentication: ['oauth2_refresh_token'] };
const byPerson = { authentication: ['oauth2_authorization_code'] };
const always = { authentication: ['oauth2_client_credentials', 'oauth2_refresh_token', 'oauth2_authorization_code'] };

export const oauthFields = {
  authorization_url: httpUrl.optional().meta({
    title: 'Authorization address', description: 'Where a person agrees', placeholder: 'https://login.example.com/oauth/authorize', destination: true, order: 9, show_when: byPerson,
  }),
  token_url: httpUrl.optional().meta({
    title: 'Token address', description: 'Where tokens are given out', placeholder: 'https://login.example.com/oauth/token', destination: true, order: 10, show_when: always,
  }),
  client_id: z.string().min(1).optional().meta({ title: 'Client ID', order: 11, show_when: always }),
  client_secret: secret(z.string().min(1).optional()).meta({ title: 'Client secret', description: 'None for a public client', order: 12, show_when: always }),
  refresh_token: secret(z.string().min(1).optional()).meta({
    title: 'Refresh token', description: 'The first one; where the provider rotates it, Patchbay keeps its successors', order: 13, show_when: byRefreshToken,
  }),
  scopes: z.string().optional().meta({ title: 'Scopes', description: 'Separated by spaces', placeholder: 'contacts.read contacts.write', order: 14, show_when: always }),
  client_authentication: z.enum(['basic', 'body']).default('basic').meta({
    title: 'Client secret is sent', description: 'basic: in the Authorization header; body: in the form, beside the grant', order: 15, advanced: true, show_when: always,
  }),
  pkce: z.boolean().default(true).meta({ title: 'PKCE', description: 'Ties the provider’s answer to this service. Off only for a provider that refuses it', order: 16, advanced: true, show_when: byPerson }),
  authorization_parameters: parametersField('Further parameters of the authorization address', 'Such as access_type=offline, where a provider gives a refresh token only then').meta({ order: 17, show_when: byPerson }),
  token_parameters: parametersField('Further parameters of the token address', 'Such as audience or resource').meta({ order: 18, show_when: always }),
} as const;

/** What each of these ways to sign in cannot do without. */
export const oauthRequirements = {
  oauth2_client_credentials: ['token_url', 'client_id', 'client_secret'],
  oauth2_refresh_token: ['token_url', 'client_id', 'refresh_token'],
  oauth2_authorization_code: ['authorization_url', 'token_url', 'client_id'],
};

const grants = {
  oauth2_client_credentials: 'client_credentials',
  oauth2_refresh_token: 'refresh_token',
  oauth2_authorization_code: 'authorization_code',
} as const;

export function oauthSettings(config: ApiRestConfig): OAuth2Settings | undefined {
  const { authentication } = config;
  if (!(authentication in grants)) return undefined;
  const grant = grants[authentication as keyof typeof grants];
  return {
    grant, token_url: config.token_url!, client_id: config.client_id!, client_authentication: config.client_authentication,
    scopes: scopesIn(config.scopes), pkce: config.pkce,
    ...(config.client_secret !== undefined && { client_secret: config.client_secret }),
    ...(config.token_parameters && { token_parameters: config.token_parameters }),
    ...(config.ca_certificate !== undefined && { ca_certificate: config.ca_certificate }),
    ...(grant === 'refresh_token' && { refresh_token: config.refresh_token! }),
    ...(grant === 'authorization_code' && { authorization_url: config.authorization_url!, ...(config.authorization_parameters && { authorization_parameters: config.authorization_parameters }) }),
  };
}
