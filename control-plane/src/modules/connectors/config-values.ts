/**
 * A connector's config on its way in, at rest, and on its way out.
 *
 * At rest it is two things: `config`, which anyone with a right to the tenant may see, and `secrets`,
 * which hold ciphertexts. A secret given as `$ENV:NAME` is a reference, not a secret: it stays in
 * `config` and is resolved at use.
 */
import { z } from 'zod';
import type { Key } from '../../platform/crypto/envelope.ts';
import { decrypt, encrypt } from '../../platform/crypto/envelope.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FieldError } from '../../platform/errors.ts';
import { fieldErrors } from '../../platform/validation.ts';
import { configFields, destinationFields, secretFields } from '../../kinds/fields.ts';
import type { AnyKind } from '../../kinds/contract.ts';
import type { StoredSecret } from '../tables/index.ts';

export type ConfigValues = Record<string, unknown>;

export interface StoredConfig {
  config: ConfigValues;
  secrets: Record<string, StoredSecret>;
}

/** Where a secret stands: its ciphertext opens nowhere else. */
export interface SecretPlace {
  tenant_id: string;
  connector_id: string;
}

const reference = /^\$ENV:([A-Za-z_][A-Za-z0-9_]*)$/;

/** The name in `$ENV:NAME`, or undefined. */
export function environmentName(value: unknown): string | undefined {
  return typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
}

/** Reads environment references, for those names that the operator allowed. */
export interface EnvironmentReader {
  /** Throws `env_reference_refused`. @param field for the error's path */
  read(name: string, tenantSlug: string, field: string): string;
  /** Throws as `read` does, but for a name that is allowed and not set. */
  check(name: string, tenantSlug: string, field: string): void;
}

/** The slugs that rules for one tenant alone name. */
export function tenantsNamedIn(allow: readonly string[]): string[] {
  return allow.filter((rule) => rule.includes(':')).map((rule) => rule.slice(0, rule.indexOf(':')));
}

/**
 * @param allow `NAME`, `PREFIX_*`, or, for connectors of one tenant alone, `tenant-slug:NAME`
 */
export function createEnvironmentReader(allow: readonly string[], environment: Record<string, string | undefined>): EnvironmentReader {
  const rules = allow.map((rule) => {
    const separator = rule.indexOf(':');
    const pattern = rule.slice(separator + 1);
    const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
    return { tenant: separator < 0 ? undefined : rule.slice(0, separator), matches: (name: string) => (prefix === undefined ? name === pattern : name.startsWith(prefix)) };
  });
  const check: EnvironmentReader['check'] = (name, tenantSlug, field) => {
    if (rules.some((rule) => (rule.tenant === undefined || rule.tenant === tenantSlug) && rule.matches(name))) return;
    throw new PatchbayError('env_reference_refused', `$ENV:${name} may not be used by connectors of ${tenantSlug}.`, {
      hint: `The operator can allow it: add ${name}, or ${tenantSlug}:${name}, to PATCHBAY_ENV_ALLOW.`,
      fields: [{ path: `config.${field}`, message: 'refers to a name that is not allowed' }],
    });
  };
  return {
    check,
    read(name, tenantSlug, field) {
      check(name, tenantSlug, field);
      const value = environment[name];
      if (value !== undefined && value !== '') return value;
      throw new PatchbayError('env_reference_refused', `$ENV:${name} is allowed but not set.`, {
        hint: `The operator must set ${name} in the environment of Patchbay and restart it.`,
        fields: [{ path: `config.${field}`, message: 'refers to a name that is not set' }],
      });
    },
  };
}

/** Throws `invalid_request` naming the fields; a field given as `$ENV:NAME` is not checked before its use. */
export function validateConfig(kind: AnyKind, values: ConfigValues): void {
  const parsed = (kind.config as z.ZodType).safeParse(values, { reportInput: true });
  if (parsed.success) return;
  const issues = parsed.error.issues.filter(({ path }) => environmentName(values[String(path[0])]) === undefined);
  if (issues.length === 0) return;
  // What comes out of the environment is not known yet, and neither is what the rules would say of it.
  if (issues.length === parsed.error.issues.length) issues.push(...brokenRules(kind, values, issues));
  throw invalidConfig(kind, fieldErrors({ issues } as z.ZodError, 'config'));
}

/**
 * What the rules across fields say of fields that are right by themselves, or absent. Zod asks those rules only
 * once every field is right; told together, all is mended in one go.
 * @param wrong what is known to be wrong
 */
function brokenRules(kind: AnyKind, values: ConfigValues, wrong: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const read = Object.fromEntries(Object.entries(kind.config.shape as Record<string, z.ZodType>).map(([name, schema]) => {
    const parsed = schema.safeParse(values[name]);
    return [name, parsed.success ? parsed.data : values[name]];
  }));
  // Of what a kind's own type is, none is known here.
  const rules = (kind.config as z.ZodObject).def.checks as z.core.$ZodCheck<ConfigValues>[] | undefined ?? [];
  const said = rules.flatMap((rule) => {
    try {
      return z.looseObject({}).check(rule).safeParse(read).error?.issues ?? [];
    } catch {
      // It expects what a wrong field does not hold.
      return [];
    }
  });
  const isWrong = (path: PropertyKey[]) => wrong.some((one) => one.path.length > 0 && one.path.every((part, depth) => depth >= path.length || part === path[depth]));
  return said.filter(({ path }) => !isWrong(path));
}

function invalidConfig(kind: AnyKind, fields: FieldError[]): PatchbayError {
  return new PatchbayError('invalid_request', `The ${kind.label} config is not valid: ${fields.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`, {
    hint: `GET /api/connectors/catalog shows the fields of "${kind.kind}".`, fields,
  });
}

/** The config to use: references read, values parsed, defaults filled in. */
export function effectiveConfig(kind: AnyKind, values: ConfigValues, environment: EnvironmentReader, tenantSlug: string): ConfigValues {
  const shape = kind.config.shape as Record<string, z.ZodType>;
  const resolved = Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const variable = environmentName(value);
    if (variable === undefined) return [name, value];
    const text = environment.read(variable, tenantSlug, name);
    return [name, shape[name]?.safeParse(text).success === false ? parseLoosely(text) : text];
  }));
  const parsed = (kind.config as z.ZodType).safeParse(resolved, { reportInput: true });
  if (parsed.success) return parsed.data as ConfigValues;
  throw new PatchbayError('invalid_config', `The ${kind.label} config cannot be used: ${fieldErrors(parsed.error, 'config').map(({ path, message }) => `${path}: ${message}`).join('; ')}.`, {
    hint: 'Correct the connector’s config, or the environment that it refers to.', fields: fieldErrors(parsed.error, 'config'),
  });
}

/** An environment variable is text; a number or a list in it is read as JSON. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const place = (where: SecretPlace, field: string) => `${where.tenant_id}|${where.connector_id}|${field}`;

/** Splits values into what is kept open and what is kept encrypted. Null and undefined values are dropped. */
export function seal(kind: AnyKind, values: ConfigValues, key: Key, where: SecretPlace): StoredConfig {
  const secretNames = new Set(secretFields(kind));
  const stored: StoredConfig = { config: {}, secrets: {} };
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (secretNames.has(name) && environmentName(value) === undefined) {
      stored.secrets[name] = { ciphertext: encrypt(key, JSON.stringify(value), place(where, name)), updated_at: new Date().toISOString() };
    } else {
      stored.config[name] = value;
    }
  }
  return stored;
}

/** All values, secrets decrypted: for use, never for an answer. Throws `invalid_config` when a ciphertext stands elsewhere than where it was made. */
export function unseal(stored: StoredConfig, key: Key, where: SecretPlace): ConfigValues {
  const opened = Object.entries(stored.secrets).map(([name, { ciphertext }]) => {
    try {
      return [name, JSON.parse(decrypt(key, ciphertext, place(where, name)).toString()) as unknown];
    } catch (error) {
      throw new PatchbayError('invalid_config', `The stored ${name} cannot be decrypted: it was changed in the database, or belongs to another connector.`, {
        hint: 'Send it again with a PATCH of the connector.', fields: [{ path: `config.${name}`, message: 'cannot be decrypted; send it again' }], cause: error,
      });
    }
  });
  return { ...stored.config, ...Object.fromEntries(opened) };
}

/**
 * A config with changes applied: absent = keep, null = clear. Refuses a changed destination with a
 * secret that is kept: it would be sent to a place that whoever set it has never seen.
 */
export function mergeConfig(kind: AnyKind, before: ConfigValues, changes: ConfigValues): ConfigValues {
  const merged = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null && value !== undefined));
  const shape = kind.config.shape as Record<string, z.ZodType>;
  const effective = (values: ConfigValues, name: string) => JSON.stringify(values[name] ?? shape[name]?.safeParse(undefined).data ?? null);
  const moved = destinationFields(kind).filter((name) => effective(before, name) !== effective(merged, name));
  const kept = secretFields(kind).filter((name) => before[name] !== undefined && !(name in changes));
  if (moved.length > 0 && kept.length > 0) {
    throw new PatchbayError('destination_changed', `${moved.join(' and ')} changed, so ${kept.join(' and ')} must be sent again.`, {
      hint: 'A stored secret is never sent to a new place. Send it with this request, or null to clear it.',
      fields: kept.map((name) => ({ path: `config.${name}`, message: `send it again, since ${moved.join(' and ')} changes` })),
    });
  }
  return merged;
}

export type MaskedSecret = { set: false } | { set: true; updated_at?: string; reference?: string };

/** What a caller sees: defaults filled in, each secret as whether it is set. */
export function maskedConfig(kind: AnyKind, stored: StoredConfig): ConfigValues {
  return Object.fromEntries(configFields(kind.config).map(({ name, schema, meta }): [string, unknown] => {
    const open = stored.config[name];
    if (!meta.secret) return [name, open ?? schema.safeParse(undefined).data ?? null];
    const secret = stored.secrets[name];
    if (secret) return [name, { set: true, updated_at: secret.updated_at } satisfies MaskedSecret];
    return [name, (open === undefined ? { set: false } : { set: true, reference: String(open) }) satisfies MaskedSecret];
  }));
}

/** The references in a config, checked against what the operator allows. */
export function checkReferences(values: ConfigValues, environment: EnvironmentReader, tenantSlug: string): void {
  for (const [field, value] of Object.entries(values)) {
    const name = environmentName(value);
    if (name !== undefined) environment.check(name, tenantSlug, field);
  }
}

/** A stored config without the secrets that are sent anew: those need not be readable any more. */
export function withoutSecrets({ config, secrets }: StoredConfig, changes: ConfigValues = {}): StoredConfig {
  return { config, secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => !Object.hasOwn(changes, name))) };
}
