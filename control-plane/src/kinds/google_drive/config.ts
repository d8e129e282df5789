import { z } from 'zod';
import { readServiceAccount } from '../../engines/google/index.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { googleAccountFields, googleAddressFields } from '../shared/google-fields.ts';
import { httpUrl, requiredWith } from '../shared/http-fields.ts';

const driveId = z.string().regex(/^[\w-]{1,200}$/, 'Give the id alone: the last part of the folder’s address in the browser');
const byServiceAccount = { authentication: ['service_account'] };

export const driveConfig = z.strictObject({
  authentication: z.enum(['oauth2', 'service_account']).default('oauth2').meta({ title: 'Authentication', description: 'oauth2: a person’s account; service_account: an account of a program, by its key file', order: 1 }),
  ...googleAccountFields({ authentication: ['oauth2'] }),
  service_account_json: secret(z.string().refine((text) => readServiceAccount(text) !== undefined, 'Give the key file of a service account, as JSON').optional()).meta({
    title: 'Service account key (JSON)', multiline: true, order: 5, show_when: byServiceAccount,
  }),
  impersonate: z.email().optional().meta({ title: 'Act for', description: 'A user of the domain, where the service account may act for the domain’s users', placeholder: 'ada@example.com', order: 6, show_when: byServiceAccount }),
  root_folder_id: driveId.optional().meta({
    title: 'Root folder', description: 'The id of a folder: every key is below it, nothing outside can be listed, read, stored or deleted. Empty: the whole drive', placeholder: '1AbC…', order: 10,
  }),
  shared_drive_id: driveId.optional().meta({ title: 'Shared drive', description: 'Its id, when the files lie in one. Empty: the account’s own drive, and folders shared with it', order: 11 }),
  delete_permanently: z.boolean().default(false).meta({ title: 'Delete permanently', description: 'Delete at once; otherwise into Drive’s trash, which keeps files for 30 days', order: 12, advanced: true }),
  scopes: z.string().min(1).default('openid email https://www.googleapis.com/auth/drive').meta({ title: 'Scopes', advanced: true, order: 20 }),
  base_url: httpUrl.default('https://www.googleapis.com').meta({ title: 'API address', destination: true, advanced: true, order: 49 }),
  ...googleAddressFields,
  timeout: timeoutField,
}).superRefine(requiredWith({ oauth2: ['client_id', 'client_secret'], service_account: ['service_account_json'] }));

export type DriveConfig = z.output<typeof driveConfig>;

/** The folder below which everything is. */
export const rootOf = ({ root_folder_id, shared_drive_id }: DriveConfig): string => root_folder_id ?? shared_drive_id ?? 'root';
