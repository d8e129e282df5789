/** What an S3 server answers, as typed errors. Its own text is left out: it quotes keys and signatures. */
import type { ErrorCode, ErrorOptions } from '../../platform/errors.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';

export interface S3Target {
  bucket: string;
  region: string;
  /** As the admin wrote it, or Amazon's host. */
  server: string;
}

/** The parts of the SDK's exceptions that are looked at. */
interface S3Failure {
  name?: string;
  Code?: string;
  Region?: string;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

type Explanation = [code: ErrorCode, message: (target: S3Target, key: string) => string, options: ErrorOptions];

const credentials: Explanation = [
  'backend_authentication_failed',
  ({ server }) => `${server} refused the access key.`,
  { hint: 'Check access_key_id and secret_access_key, and session_token for temporary credentials.' },
];
const permission: Explanation = [
  'backend_permission_denied',
  ({ bucket }) => `The access key may not do that in bucket ${bucket}.`,
  { hint: 'Give its user s3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on its objects.' },
];
const bucket: Explanation = [
  'invalid_config',
  (target) => `There is no bucket ${target.bucket} at ${target.server}.`,
  { hint: 'Check the bucket’s name, its region and the endpoint.', fields: [{ path: 'config.bucket', message: 'there is no such bucket' }] },
];
const object: Explanation = ['object_not_found', (target, key) => `There is no object ${key} in bucket ${target.bucket}.`, { hint: 'Use `list` to see the keys that are there.' }];
const slower: Explanation = ['backend_rate_limited', ({ server }) => `${server} asks for fewer requests.`, { hint: 'Try again in a little while.' }];
const unavailable: Explanation = ['backend_unavailable', ({ server }) => `${server} cannot answer now.`, { hint: 'Try again in a little while.' }];
const region: Explanation = ['invalid_config', (target) => `Bucket ${target.bucket} is not in region ${target.region}.`, {}];
const tooLarge: Explanation = ['rejected_by_backend', ({ server }) => `${server} refuses an object of this size.`, { hint: 'Store a smaller object, or raise the quota at the server.' }];

const explanations: Record<string, Explanation> = {
  InvalidAccessKeyId: credentials,
  SignatureDoesNotMatch: credentials,
  InvalidToken: credentials,
  ExpiredToken: credentials,
  TokenRefreshRequired: credentials,
  InvalidSecurity: credentials,
  AuthorizationHeaderMalformed: credentials,
  RequestTimeTooSkewed: ['backend_authentication_failed', ({ server }) => `The clocks of Patchbay and ${server} differ too much.`, { hint: 'Set both machines’ clocks by NTP.' }],
  AccessDenied: permission,
  AllAccessDisabled: permission,
  AccountProblem: permission,
  NoSuchBucket: bucket,
  InvalidBucketName: bucket,
  NoSuchKey: object,
  PermanentRedirect: region,
  TemporaryRedirect: region,
  IllegalLocationConstraintException: region,
  SlowDown: slower,
  RequestLimitExceeded: slower,
  TooManyRequests: slower,
  Throttling: slower,
  ServiceUnavailable: unavailable,
  InternalError: unavailable,
  RequestTimeout: ['backend_timeout', ({ server }) => `${server} waited too long for the bytes.`, { hint: 'Try again.' }],
  TimeoutError: ['backend_timeout', ({ server }) => `${server} did not answer in time.`, { hint: 'Check that a firewall does not drop the connection, or raise the connector’s timeout.' }],
  InvalidObjectState: ['rejected_by_backend', (_target, key) => `${key} is archived and has to be restored before it can be read.`, { hint: 'Restore it at the provider, then try again.' }],
  KeyTooLongError: ['invalid_request', () => 'The key is too long for the server.', { fields: [{ path: 'key', message: 'is too long' }] }],
  EntityTooLarge: tooLarge,
  QuotaExceeded: tooLarge,
};

/** For answers without a body, as those to HEAD are. */
const byStatus: Record<number, Explanation> = {
  301: region, 307: region, 401: credentials, 403: permission, 429: slower, 500: unavailable, 502: unavailable, 503: unavailable, 504: unavailable,
};

/** @param key what was asked for, when it was one object, as the caller wrote it */
export function s3Error(error: unknown, target: S3Target, key?: string): PatchbayError {
  const known = networkError(error, target.server);
  if (known) return known;
  const failure = error as S3Failure;
  const status = failure.$metadata?.httpStatusCode;
  const rightRegion = failure.Region ?? failure.$response?.headers?.['x-amz-bucket-region'];
  if (rightRegion !== undefined && rightRegion !== target.region && /^[\w-]{1,63}$/.test(rightRegion)) {
    return explained(region, error, target, key, {
      hint: `Set region to ${rightRegion}.`,
      fields: [{ path: 'config.region', message: `must be ${rightRegion}` }],
      details: { region: rightRegion },
    });
  }
  const name = failure.Code ?? failure.name ?? '';
  const explanation = Object.hasOwn(explanations, name) ? explanations[name] : status === 404 ? (key === undefined ? bucket : object) : byStatus[status ?? 0];
  if (explanation === region) {
    return explained(region, error, target, key, {
      hint: 'Set region, or endpoint, to the one in which the bucket was made.',
      fields: [{ path: 'config.region', message: 'is not the bucket’s region' }],
    });
  }
  if (explanation) return explained(explanation, error, target, key);
  const code = /^\w{1,60}$/.test(name) ? name : 'an answer that is not S3’s';
  return new PatchbayError('backend_error', `${target.server} answered ${code}${status === undefined ? '' : ` (HTTP ${status})`}.`, {
    hint: 'Check that the endpoint is an S3-compatible server; the operator finds the rest in the log by the request id.',
    cause: error,
  });
}

function explained([code, message, options]: Explanation, cause: unknown, target: S3Target, key = '', more: ErrorOptions = {}): PatchbayError {
  const seconds = Number((cause as S3Failure).$response?.headers?.['retry-after']);
  return new PatchbayError(code, message(target, key), { ...options, ...more, ...(seconds > 0 && { retry_after: seconds }), cause });
}
