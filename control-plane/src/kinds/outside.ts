/**
 * Kinds from outside: packages and folders that a setting names are loaded at start and register their
 * kinds through the same contract as those that come with Patchbay. They run with its full rights, so
 * only the operator names them.
 */
import { createRequire } from 'node:module';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { categories } from '../categories/index.ts';
import type { api } from '../categories/api.ts';
import type { database } from '../categories/database.ts';
import type { email } from '../categories/email.ts';
import type { messaging } from '../categories/messaging.ts';
import type { orchestration } from '../categories/orchestration.ts';
import type { storage } from '../categories/storage.ts';
import { basicAuthentication, bearerAuthentication, createHttpClient, headerAuthentication } from '../engines/http/index.ts';
import { PatchbayError } from '../platform/errors.ts';
import { networkError } from '../platform/network-errors.ts';
import { defineCategory, defineKind, operation, operationsOf, secret } from './contract.ts';
import type { AnyKind, Category } from './contract.ts';
import { configFields } from './fields.ts';
import type { Registry } from './registry.ts';
import { timeoutField } from './shared/config.ts';

/**
 * What a module from outside is given, so that it needs no import of ours and shares our one copy of
 * zod: schemas of two copies do not know each other's metadata.
 */
export interface Toolkit {
  z: typeof z;
  defineKind: typeof defineKind;
  defineCategory: typeof defineCategory;
  operation: typeof operation;
  secret: typeof secret;
  /** Every config holds it, by the name `timeout`. */
  timeoutField: typeof timeoutField;
  categories: Record<string, Category> & {
    api: typeof api; database: typeof database; email: typeof email; messaging: typeof messaging; orchestration: typeof orchestration; storage: typeof storage;
  };
  PatchbayError: typeof PatchbayError;
  /** The typed error of a network failure. */
  networkError: typeof networkError;
  /** HTTP through the egress guard, bounded and with typed errors. */
  createHttpClient: typeof createHttpClient;
  basicAuthentication: typeof basicAuthentication;
  bearerAuthentication: typeof bearerAuthentication;
  headerAuthentication: typeof headerAuthentication;
}

/** The default export of a module from outside. */
export type KindModule = (toolkit: Toolkit) => AnyKind | AnyKind[] | Promise<AnyKind | AnyKind[]>;

export interface OutsideKind {
  kind: AnyKind;
  /** The folder of its module, where its icons and README stand. */
  folder: string;
}

const toolkit: Toolkit = {
  z, defineKind, defineCategory, operation, secret, timeoutField, PatchbayError, networkError,
  createHttpClient, basicAuthentication, bearerAuthentication, headerAuthentication,
  categories: categories as Toolkit['categories'],
};

/**
 * @param sources packages by name, found from `from`, or folders and files by path
 * @throws Error that names the source and what is wrong with it: the service does not start without it
 */
export async function loadOutsideKinds(registry: Registry, sources: readonly string[], from: string = process.cwd()): Promise<OutsideKind[]> {
  const loaded: OutsideKind[] = [];
  for (const source of sources) {
    try {
      const file = moduleFile(source, from);
      const exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
      if (typeof exported !== 'function') throw new Error('its default export is not a function of the toolkit');
      const made = await (exported as KindModule)(toolkit);
      for (const kind of [made].flat()) {
        assertKind(kind);
        registry.register(kind);
        loaded.push({ kind, folder: path.dirname(file) });
      }
    } catch (error) {
      throw new Error(`PATCHBAY_KINDS: "${source}" cannot be used: ${(error as Error).message}`, { cause: error });
    }
  }
  return loaded;
}

function moduleFile(source: string, from: string): string {
  const isPath = source.startsWith('.') || path.isAbsolute(source);
  if (!isPath) return createRequire(path.join(from, 'package.json')).resolve(source);
  const place = path.resolve(from, source);
  if (!existsSync(place)) throw new Error(`there is no ${place}`);
  if (!statSync(place).isDirectory()) return place;
  const manifest = path.join(place, 'package.json');
  const named = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { main?: string }).main : undefined;
  const found = [named, 'index.ts', 'index.js', 'index.mjs'].filter((name) => name !== undefined).map((name) => path.join(place, name)).find(existsSync);
  if (found) return found;
  throw new Error(`${place} has neither a package.json with "main" nor an index file`);
}

/** What the type system cannot see in a module that was compiled elsewhere, or never. */
function assertKind(kind: AnyKind): void {
  if (typeof kind?.kind !== 'string' || !/^[a-z][a-z0-9_]*$/.test(kind.kind)) throw new Error('a kind has a name of small letters, digits and underscores');
  const wrong = (what: string) => new Error(`the kind "${kind.kind}" ${what}`);
  const category = kind.category as Category | undefined;
  if (category === undefined || categories[category.category] !== category) throw wrong('is of no category of the toolkit');
  if (typeof kind.open !== 'function') throw wrong('has no open()');
  if (!(kind.config instanceof z.ZodObject)) throw wrong('has a config that is not made with the toolkit’s z');
  const fields = configFields(kind.config);
  if (!fields.some(({ name }) => name === 'timeout')) throw wrong('has no "timeout" in its config; put the toolkit’s timeoutField there');
  const untitled = fields.find(({ meta }) => meta.title === undefined);
  if (untitled) throw wrong(`has a field without a title: ${untitled.name}`);
  if (fields.some(({ meta }) => meta.secret) && !fields.some(({ meta }) => meta.destination)) throw wrong('has secrets, and no field that is marked as their destination');
  const unknown = (kind.optional_operations as readonly string[]).find((name) => category.operations[name] === undefined);
  if (unknown !== undefined) throw wrong(`names an operation that ${category.category} does not have: ${unknown}; it may have ${operationsOf(kind).join(', ')}`);
}
