/** HTTP as kinds speak it. */
export { addQuery, hostOf, urlBelow } from './address.ts';
export type { QueryValue } from './address.ts';
export { basicAuthentication, bearerAuthentication, headerAuthentication, noAuthentication, oauthAuthentication, queryAuthentication } from './authentication.ts';
export type { Authentication, OutgoingRequest } from './authentication.ts';
export type { RequestBody } from './body.ts';
export { createHttpClient, defaultMaxResponseBytes } from './client.ts';
export type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse, HttpStream } from './client.ts';
export { asSentence, failureOf, httpError, redactor, retryAfter } from './errors.ts';
export type { HttpFailure } from './errors.ts';
export { createPace } from './pace.ts';
export type { Pace } from './pace.ts';
export { defaultRetry, transientStatuses } from './retry.ts';
export type { RetryPolicy } from './retry.ts';
