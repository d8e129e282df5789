/** Config fields of kinds that sign in to Google. */
import { z } from 'zod';
import { secret } from '../contract.ts';
import { httpUrl } from './http-fields.ts';

/** @param show when the fields of an account are shown: with the authentication chosen, where there is a choice */
export function googleAccountFields(show?: Record<string, string[]>) {
  const when = show && { show_when: show };
  return {
    client_id: z.string().min(1).optional().meta({ title: 'Client ID', description: 'Of an OAuth client of the type “Web application”', placeholder: '….apps.googleusercontent.com', order: 2, ...when }),
    client_secret: secret(z.string().min(1).optional()).meta({ title: 'Client secret', order: 3, ...when }),
    refresh_token: secret(z.string().min(1).optional()).meta({
      title: 'Refresh token', description: 'Only where there is one already. Empty: somebody connects an account through a link, once the connector is saved', order: 4, ...when,
    }),
  } as const;
}

/** Where tokens come from: Google, or a stand-in for it. */
export const googleAddressFields = {
  authorization_url: httpUrl.default('https://accounts.google.com/o/oauth2/v2/auth').meta({ title: 'Authorization address', destination: true, advanced: true, order: 50 }),
  token_url: httpUrl.default('https://oauth2.googleapis.com/token').meta({ title: 'Token address', destination: true, advanced: true, order: 51 }),
} as const;
