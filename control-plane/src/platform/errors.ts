/**
 * Every failure that may reach a caller, as a value.
 *
 * `errorCodes` is the one table of them: what HTTP status each answers with, whose fault it is and
 * whether the same call may work later. Codes are part of the API and never change their meaning.
 */

/** Who has to act: the one who called, the one who configured the connector, the backend, or us. */
export type Fault = 'caller' | 'connector' | 'backend' | 'service';

export const errorCodes = {
  // The caller sent something wrong.
  invalid_request: { status: 400, fault: 'caller', retryable: false, title: 'The request is not valid' },
  malformed_json: { status: 400, fault: 'caller', retryable: false, title: 'The body is not valid JSON' },
  payload_too_large: { status: 413, fault: 'caller', retryable: false, title: 'The body is too large' },
  unsupported_media_type: { status: 415, fault: 'caller', retryable: false, title: 'The content type is not supported' },
  unauthenticated: { status: 401, fault: 'caller', retryable: false, title: 'Sign in first' },
  webhook_refused: { status: 401, fault: 'caller', retryable: false, title: 'The request cannot be verified' },
  forbidden: { status: 403, fault: 'caller', retryable: false, title: 'This key may not do that' },
  not_found: { status: 404, fault: 'caller', retryable: false, title: 'There is nothing here' },
  method_not_allowed: { status: 405, fault: 'caller', retryable: false, title: 'This address does not take that method' },
  tenant_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such tenant' },
  connector_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such connector' },
  kind_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such kind' },
  category_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such category' },
  operation_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such operation' },
  model_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such model' },
  object_not_found: { status: 404, fault: 'caller', retryable: false, title: 'No such object' },
  conflict: { status: 409, fault: 'caller', retryable: false, title: 'This conflicts with what is there' },
  version_conflict: { status: 409, fault: 'caller', retryable: true, title: 'Somebody else changed it meanwhile' },
  default_exists: { status: 409, fault: 'caller', retryable: false, title: 'There is a default already' },
  default_in_use: { status: 409, fault: 'caller', retryable: false, title: 'The default needs a successor' },
  no_default: { status: 409, fault: 'connector', retryable: false, title: 'No default connector' },
  invalid_query: { status: 422, fault: 'caller', retryable: false, title: 'The backend cannot run this query' },
  rejected_by_backend: { status: 422, fault: 'caller', retryable: false, title: 'The backend refused this input' },
  destination_changed: { status: 422, fault: 'caller', retryable: false, title: 'Send the secrets again' },
  rate_limited: { status: 429, fault: 'caller', retryable: true, title: 'Too many requests' },
  cancelled: { status: 499, fault: 'caller', retryable: true, title: 'The caller went away' },
  // The connector is configured wrongly.
  invalid_config: { status: 422, fault: 'connector', retryable: false, title: 'The connector is not configured correctly' },
  connector_inactive: { status: 409, fault: 'connector', retryable: false, title: 'The connector is deactivated' },
  connector_read_only: { status: 409, fault: 'connector', retryable: false, title: 'The connector is read-only' },
  env_reference_refused: { status: 422, fault: 'connector', retryable: false, title: 'The environment reference cannot be used' },
  egress_denied: { status: 422, fault: 'connector', retryable: false, title: 'This address may not be reached' },
  backend_authentication_failed: { status: 502, fault: 'connector', retryable: false, title: 'The backend refused the credentials' },
  oauth_reconnect_required: { status: 502, fault: 'connector', retryable: false, title: 'Connect the account' },
  backend_permission_denied: { status: 502, fault: 'connector', retryable: false, title: 'The backend denied permission' },
  // The backend misbehaves.
  backend_unreachable: { status: 502, fault: 'backend', retryable: true, title: 'The backend cannot be reached' },
  backend_tls_failed: { status: 502, fault: 'backend', retryable: false, title: 'No secure connection to the backend' },
  backend_timeout: { status: 504, fault: 'backend', retryable: true, title: 'The backend did not answer in time' },
  backend_unavailable: { status: 503, fault: 'backend', retryable: true, title: 'The backend is not available now' },
  backend_rate_limited: { status: 503, fault: 'backend', retryable: true, title: 'The backend limits requests' },
  backend_error: { status: 502, fault: 'backend', retryable: false, title: 'The backend failed' },
  // We do.
  unavailable: { status: 503, fault: 'service', retryable: true, title: 'Patchbay is not ready' },
  internal: { status: 500, fault: 'service', retryable: false, title: 'Something went wrong in Patchbay' },
} as const satisfies Record<string, { status: number; fault: Fault; retryable: boolean; title: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** What is wrong with one field; `path` is a JSON Pointer without the leading slash turned into dots: `config.port`. */
export interface FieldError {
  path: string;
  message: string;
}

export interface ErrorOptions {
  /** One sentence on what to do next. */
  hint?: string;
  fields?: FieldError[];
  /** Safe to show: never a secret, never a backend's raw answer. */
  details?: Record<string, unknown>;
  /** Seconds after which to try again. */
  retry_after?: number;
  /** Kept for the log alone. */
  cause?: unknown;
}

const marker = Symbol.for('patchbay.error');

export class PatchbayError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly hint?: string;
  readonly fields?: FieldError[];
  readonly details?: Record<string, unknown>;
  readonly retry_after?: number;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'PatchbayError';
    this.code = code;
    this.hint = options.hint;
    this.fields = options.fields;
    this.details = options.details;
    this.retry_after = options.retry_after;
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get fault(): Fault {
    return errorCodes[this.code].fault;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  /** True for an error of this class, also when two copies of the package are loaded. */
  static is(error: unknown): error is PatchbayError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** An RFC 9457 problem document. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  fault: Fault;
  retryable: boolean;
  detail: string;
  hint?: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  retry_after?: number;
  request_id?: string;
}

/** The problem document of an error; what is not a PatchbayError becomes `internal`, its text kept out. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = PatchbayError.is(error)
    ? error
    : new PatchbayError('internal', 'An unexpected error happened.', {
        hint: 'Try again; if it persists, give the operator the request id.',
      });
  const { status, fault, retryable, title } = errorCodes[known.code];
  const hint = known.hint ?? (known.fields && 'Correct the fields named and send the request again.');
  return {
    type: `urn:patchbay:error:${known.code}`,
    title,
    status,
    code: known.code,
    fault,
    retryable,
    detail: known.message,
    ...(hint !== undefined && { hint }),
    ...(known.fields !== undefined && { errors: known.fields }),
    ...(known.details !== undefined && { details: known.details }),
    ...(known.retry_after !== undefined && { retry_after: known.retry_after }),
    ...(requestId !== undefined && { request_id: requestId }),
  };
}
