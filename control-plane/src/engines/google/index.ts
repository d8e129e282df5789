/** What the kinds of Google's services share. */
export { explainGoogle } from './errors.ts';
export { accountSettings, importGoogle, readServiceAccount, serviceAccountSettings } from './sign-in.ts';
