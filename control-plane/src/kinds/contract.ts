/**
 * What a category promises and what a kind must keep: the one contract between the service, which
 * knows no backend, and the kinds, which know no tenant.
 */
import type { z } from 'zod';
import type { Egress } from '../platform/egress/index.ts';
import type { FileCache } from '../platform/file-cache/index.ts';
import type { Logger } from '../platform/telemetry/log.ts';

/** How an operation answers: one JSON value, a stream of records, or the bytes of one object. */
export type OperationResult = 'json' | 'records' | 'bytes';

export interface OperationDefinition {
  title: string;
  /** One sentence: what it does, seen by the builder. */
  description: string;
  input: z.ZodObject;
  /** The shape of the JSON answer, of one record, or of the description of the bytes. */
  output: z.ZodType;
  result: OperationResult;
  /** A kind may leave it out. */
  optional: boolean;
  /** Running it twice on the same backend does no more than running it once. */
  repeatable: boolean;
  /** Another backend that the tenant named may serve it when the default fails: it changes nothing there. `read_only`: where the connector's config says so of itself. */
  fallback: boolean | 'read_only';
  /** Takes the bytes of one object as its body; the kind sees them as `input.content`. */
  takes_bytes: boolean;
  /** What it works on ("Object"), where a category has so many operations that a node lists them by that. */
  resource?: string;
}

export type Operations = Record<string, OperationDefinition>;

export interface Category<Name extends string = string, Ops extends Operations = Operations> {
  category: Name;
  label: string;
  description: string;
  operations: Ops;
}

/** A page of records: rows to be serialized, or whole lines of NDJSON that the backend made itself. */
export type RecordBatch =
  | { rows: Record<string, unknown>[] }
  | { ndjson: Uint8Array; count: number };

/** The bytes of one object with what is known of them. */
export interface ObjectBytes {
  content: AsyncIterable<Uint8Array>;
  content_type?: string;
  /** In bytes. */
  size?: number;
  etag?: string;
}

/** What an operation is given beside its input. */
export interface Call {
  /** Aborted when the caller goes away or the connector's timeout has passed. */
  signal: AbortSignal;
  log: Logger;
}

export interface OpenContext {
  egress: Egress;
  log: Logger;
  /** Schemas that may be discovered and read; empty means the kind's own choice. */
  output_schemas: string[];
  /** Where `oauth2` says that this config signs in by OAuth 2.0: its tokens, kept and refreshed by whoever opens it. */
  oauth?: TokenSource;
  /** Where copies of remote objects may be kept, apart from other tenants'. Absent: nothing may outlive the session. */
  cache?: FileCache;
  /** What is kept for this connector. Absent for a config that is not saved: there is nowhere to keep it. */
  uploads?: UploadStore;
  /** For a provider that takes no bytes and fetches files itself. Absent: nothing serves them. */
  media?: MediaHost;
  /** Where this connector's provider posts its webhooks to. Absent: the Internet reaches the service nowhere, as far as its operator has said, or the config is not saved. */
  webhook_url?: string;
}

/** A file that a provider is to fetch. */
export interface MediaFile {
  filename: string;
  content_type: string;
  content: Uint8Array;
}

export interface MediaHost {
  /**
   * Serves each file at an address of its own, which needs no sign-in and nobody can guess, for a limited time; all or none.
   * Throws `invalid_config` where the service has no address that can be reached from outside.
   */
  publish(files: readonly MediaFile[]): Promise<Publication>;
}

export interface Publication {
  /** In the order of the files. */
  urls: string[];
  /** Nobody will fetch them: they are deleted before their time. */
  withdraw(): Promise<void>;
}

/** Something that a connector's callers handed over to be kept. */
export interface StoredUpload {
  /** Unique among the connector's uploads. */
  name: string;
  /** Of this very content: another upload of the same name has another. */
  id: string;
  /** In bytes, as it is kept. */
  size: number;
  /** Whatever the kind wants to know about it without opening it. */
  details: Record<string, unknown>;
  created_at: Date;
}

export interface UploadStore {
  /** In bytes: the largest file that a caller may hand over. */
  limit: number;
  /** In the order of their names. */
  list(query: { search?: string; after?: string; limit: number }): Promise<StoredUpload[]>;
  find(name: string): Promise<StoredUpload | undefined>;
  content(upload: StoredUpload): AsyncIterable<Uint8Array>;
  /**
   * All or nothing; takes the place of an upload of the same name, which others may still be reading.
   * With `replaces`, only of the one with this id, or with null only where there is none: throws `version_conflict` otherwise.
   */
  put(upload: { name: string; content: AsyncIterable<Uint8Array>; details: Record<string, unknown>; replaces?: string | null }): Promise<StoredUpload>;
}

/** Access tokens of one connector, shared by all its calls. */
export interface TokenSource {
  /**
   * A token that is valid for now; refreshed ahead of its expiry, once for all who ask.
   * Throws `oauth_reconnect_required` where a person has to agree (again), or what the provider answered.
   */
  accessToken(call: Pick<Call, 'signal'>): Promise<string>;
  /** The backend refused this token (401). @returns whether another is worth one more attempt */
  invalidate(token: string): boolean;
}

/** How a config signs in by OAuth 2.0 (RFC 6749). */
export interface OAuth2Settings {
  /** `authorization_code`: by a person, through a connect link. `jwt_bearer`: by an assertion (RFC 7523), as service accounts do. */
  grant: 'authorization_code' | 'refresh_token' | 'client_credentials' | 'jwt_bearer';
  token_url: string;
  /** Where the person agrees; for authorization_code. */
  authorization_url?: string;
  /** Empty for an assertion that says it itself. */
  client_id: string;
  client_secret?: string;
  /** How the client proves itself at the token address: by the Authorization header or in the form. Without a secret, by its id alone. */
  client_authentication: 'basic' | 'body';
  scopes: readonly string[];
  /** PKCE with S256 (RFC 7636). */
  pkce: boolean;
  /** Further parameters of the authorization address: `access_type`. */
  authorization_parameters?: Readonly<Record<string, string>>;
  /** Further parameters of the token address: `audience`. */
  token_parameters?: Readonly<Record<string, string>>;
  /** The first one, for the grant refresh_token; where the provider rotates it, the service keeps its successors. */
  refresh_token?: string;
  /** For jwt_bearer: a new assertion. */
  assertion?(): Promise<string>;
  /** Whom the tokens stand for, where the config says so. */
  account?: string;
  /** PEM certificates to trust at the token address in place of the public ones. */
  ca_certificate?: string;
}

/** What `test` may tell: a word of greeting from the backend ("PostgreSQL 16.2"). Never a secret. */
export interface TestResult {
  message?: string;
}

type InputOf<O extends OperationDefinition> = O['takes_bytes'] extends true
  ? z.output<O['input']> & { content: AsyncIterable<Uint8Array>; size?: number; content_type?: string }
  : z.output<O['input']>;

type ResultOf<O extends OperationDefinition> = O['result'] extends 'records'
  ? AsyncIterable<RecordBatch>
  : O['result'] extends 'bytes'
    ? Promise<ObjectBytes>
    : Promise<z.input<O['output']>>;

export type OperationFunction<O extends OperationDefinition> = (input: InputOf<O>, call: Call) => ResultOf<O>;

export type RequiredOperation<C extends Category> = {
  [K in keyof C['operations']]: C['operations'][K]['optional'] extends true ? never : K;
}[keyof C['operations']];

export type OptionalOperation<C extends Category> = Exclude<keyof C['operations'], RequiredOperation<C>>;

/** A live connection of one connector: opened once, shared by its calls, closed when idle. */
export type Session<C extends Category, Optional extends OptionalOperation<C> = never> = {
  test(call: Call): Promise<TestResult | void>;
  close(): Promise<void>;
} & { [K in RequiredOperation<C> | Optional]: OperationFunction<C['operations'][K]> };

/** Field metadata, given with zod's `.meta()`; everything that is made from a config reads these. */
export interface FieldMeta {
  title?: string;
  /** Help text under the field. */
  description?: string;
  /** Encrypted at rest, never returned. Set by `secret()`. */
  secret?: boolean;
  /** Decides where secrets are sent: changing it voids the stored ones. */
  destination?: boolean;
  order?: number;
  /** The form's section. */
  group?: string;
  placeholder?: string;
  /** Shown under "Advanced". */
  advanced?: boolean;
  multiline?: boolean;
  /** Shown only when each of the named fields has one of these values; '' for one that is empty and has no default. */
  show_when?: Record<string, (string | number | boolean)[]>;
}

declare module 'zod' {
  interface GlobalMeta {
    secret?: boolean;
    destination?: boolean;
    order?: number;
    group?: string;
    placeholder?: string;
    advanced?: boolean;
    multiline?: boolean;
    show_when?: Record<string, (string | number | boolean)[]>;
    /** For operations' inputs: offers the connector's models. */
    model?: boolean;
  }
}

/** Marks a field as secret: encrypted at rest, write-only in the API, masked in every form. */
export function secret<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), secret: true }) as T;
}

/** What was tested against: see a kind's README. */
export type PeerClass = 'real server' | 'vendor emulator' | 'published API description' | 'protocol peer';

/** A request that a provider sent to a connector's own address. */
export interface WebhookRequest {
  method: string;
  /** In full, as the provider called and signed it. */
  url: string;
  /** By lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** What a verified request tells. */
export interface WebhookEvent {
  /**
   * Names the event among all of this connector's: the same id is kept once. It must be covered by what
   * the provider signed, or whoever has seen a request could send it again under another id.
   */
  id: string;
  type: 'webhook.received' | 'message.received' | 'message.status';
  /** Events of one subject are delivered in their order; those of the connector as a whole when absent. At most 200 characters are told apart. */
  subject?: string;
  /** ISO 8601; the time of arrival when absent. */
  occurred_at?: string;
  /** When this request was signed, where the scheme signs a time: the same event signed no later is a replay, one signed later a retry. */
  signed_at?: Date;
  data: Record<string, unknown>;
}

export interface WebhookReceipt {
  event: WebhookEvent;
  /** What the provider wants to read; JSON with the event's id when absent. */
  answer?: { content_type: string; body: string };
}

/** Verifies a request and reads it. Throws `webhook_refused` for what is not the provider's. */
export type WebhookReceiver = (request: WebhookRequest) => WebhookReceipt | Promise<WebhookReceipt>;

/** A config object: flat, strict, and with the time in seconds after which an operation is given up. */
export type ConfigSchema = z.ZodObject;

export interface Kind<
  C extends Category = Category,
  Config extends ConfigSchema = ConfigSchema,
  Optional extends OptionalOperation<C> = OptionalOperation<C>,
> {
  kind: string;
  label: string;
  /** One sentence, seen in the catalog. */
  description: string;
  category: C;
  aliases: readonly string[];
  /** The provider's own page on how to get what the config asks for. */
  documentation_url: string;
  /** The optional operations of the category that this kind has. */
  optional_operations: readonly Optional[];
  peer: { class: PeerClass; name: string };
  config: Config;
  open(config: z.output<Config>, context: OpenContext): Promise<Session<C, Optional>>;
  /** How this config signs in by OAuth 2.0; undefined when it does so in another way. `open` then finds the tokens in its context. */
  oauth2?(config: z.output<Config>): OAuth2Settings | undefined;
  /** Called when a connector is activated, e.g. to register a webhook at the provider. */
  activate?(config: z.output<Config>, context: OpenContext): Promise<void>;
  deactivate?(config: z.output<Config>, context: OpenContext): Promise<void>;
  /** How a connector takes requests of its provider; undefined when its config does not say how to verify them. Called once for each version of a connector. */
  webhook?(config: z.output<Config>): WebhookReceiver | undefined;
  /** Turns a provider's own config file, URL or DSN into config. Throws `invalid_request` on what it cannot read. */
  importConfig?(source: string): Partial<z.input<Config>>;
}

/** A kind whose exact types are forgotten: what the registry holds. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a kind of any config must fit
export type AnyKind = Kind<any, any, any>;

/** A session as the service calls it: operations by name, their input validated before. */
export interface AnySession {
  test(call: Call): Promise<TestResult | void>;
  close(): Promise<void>;
  [operation: string]: unknown;
}

type OperationInput<I, O, R, Opt, Bytes> = {
  title: string;
  description: string;
  input: I;
  output: O;
  result?: R;
  optional?: Opt;
  repeatable?: boolean;
  fallback?: boolean | 'read_only';
  takes_bytes?: Bytes;
  resource?: string;
};

/** Declares an operation of a category; by default it answers JSON, is required, is not repeatable and has no fallback. */
export function operation<
  I extends z.ZodObject,
  O extends z.ZodType,
  R extends OperationResult = 'json',
  Opt extends boolean = false,
  Bytes extends boolean = false,
>(
  definition: OperationInput<I, O, R, Opt, Bytes>,
): {
  title: string;
  description: string;
  input: I;
  output: O;
  result: R;
  // Not inferred from where the result goes: there it is `boolean`, and the type system would forget which.
  optional: NoInfer<Opt>;
  repeatable: boolean;
  fallback: boolean | 'read_only';
  takes_bytes: NoInfer<Bytes>;
  resource?: string;
} {
  return {
    result: 'json' as R,
    optional: false as Opt,
    repeatable: false,
    fallback: false,
    takes_bytes: false as Bytes,
    ...definition,
  };
}

export function defineCategory<Name extends string, Ops extends Operations>(
  category: Category<Name, Ops>,
): Category<Name, Ops> {
  return category;
}

/** Declares a kind. The session that `open` returns must have the category's required operations and the optional ones named. */
export function defineKind<
  C extends Category,
  Config extends ConfigSchema,
  const Optional extends OptionalOperation<C> = never,
>(
  kind: Omit<Kind<C, Config, Optional>, 'aliases' | 'optional_operations'> & {
    aliases?: readonly string[];
    optional_operations?: readonly Optional[];
  },
): Kind<C, Config, Optional> {
  return { aliases: [], optional_operations: [], ...kind };
}

/** The names of the operations that a kind has, `test` first. */
export function operationsOf(kind: AnyKind): string[] {
  const operations = (kind.category as Category).operations;
  const optional = new Set<PropertyKey>(kind.optional_operations as readonly PropertyKey[]);
  return ['test', ...Object.keys(operations).filter((name) => !operations[name]?.optional || optional.has(name))];
}

/** Can back a dataset or a query. */
export function isQueryable(kind: AnyKind): boolean {
  return operationsOf(kind).includes('read');
}
