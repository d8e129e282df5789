/**
 * What a category promises and what a kind must keep: the one contract between the service, which
 * knows no backend, and the kinds, which know no tenant.
 */
import type { z } from 'zod';
import type { Call, Category, ObjectBytes, OperationDefinition, RecordBatch } from './category.ts';
import type { OAuth2Settings, OpenContext } from './context.ts';
import type { WebhookReceiver } from './webhook.ts';

export * from './category.ts';
export * from './context.ts';
export * from './webhook.ts';

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
