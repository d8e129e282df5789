/** Structured logs on stdout, one JSON object a line. Whatever looks like a secret is redacted by its name. */
import { pino } from 'pino';
import type { DestinationStream } from 'pino';

export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Logger;
}

const secretNames = [
  'authorization', 'cookie', 'password', 'secret', 'token', 'api_key', 'apiKey', 'access_key_id', 'secret_access_key',
  'auth_token', 'client_secret', 'refresh_token', 'private_key', 'connectionString', 'config', 'secrets',
];

/** @param level pino's levels, or `silent`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
      serializers: { error: serializeError, err: serializeError },
    },
    destination,
  );
}

export const silentLogger: Logger = createLogger('silent');

/** Name, code and stack, never the fields that drivers hang on their errors (parameters, requests, configs). */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: withoutParameters(error.message),
    ...(code !== undefined && { code }),
    stack: withoutParameters(error.stack ?? ''),
    ...(error.cause !== undefined && { cause: serializeError(error.cause) }),
  };
}

/** drizzle puts a failed query's parameters, which are rows of the store, into its message. */
function withoutParameters(text: string): string {
  return text.replace(/(Failed query: [^]*?)\nparams: [^]*?(?=\n {4}at |$)/, '$1');
}
