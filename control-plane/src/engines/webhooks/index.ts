/** Taking requests from providers: verified, and read as events. */
export { createReceiver, formFields, requestData } from './receiver.ts';
export { refusal, timely, tolerance } from './refusal.ts';
export type { RefusalReason } from './refusal.ts';
export { basicValue, claimedId, credentialScheme, digestOf, hmacScheme, standardWebhooksScheme, stripeScheme } from './schemes.ts';
export type { HmacOptions, Scheme, Verified } from './schemes.ts';
