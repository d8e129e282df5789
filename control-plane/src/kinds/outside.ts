/**
 * Kinds from outside: packages and folders that a setting names are loaded at start and register their
 * kinds through the same contract as those that come with Patchbay. They run with its full rights, so
 * only the operator names them.
 */
import { createRequire } from 'node:module';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { categories, ownCategories } from '../categories/index.ts';
import * as http from '../engines/http/index.ts';
import { modelSession } from '../engines/llm/index.ts';
import { pageOfModels } from '../engines/models/index.ts';
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
  categories: typeof ownCategories;
  PatchbayError: typeof PatchbayError;
  /** The typed error of a network failure. */
  networkError: typeof networkError;
  /** HTTP through the egress guard, bounded and with typed errors. */
  createHttpClient: typeof http.createHttpClient;
  basicAuthentication: typeof http.basicAuthentication;
  bearerAuthentication: typeof http.bearerAuthentication;
  headerAuthentication: typeof http.headerAuthentication;
  queryAuthentication: typeof http.queryAuthentication;
  /** By the access tokens of `oauth2()`, which the service keeps and refreshes. */
  oauthAuthentication: typeof http.oauthAuthentication;
  /** The session of a language model out of its calls. */
  modelSession: typeof modelSession;
  /** `discover` over a list of models that is at hand as a whole. */
  pageOfModels: typeof pageOfModels;
}

/** The default export of a module from outside. */
export type KindModule = (toolkit: Toolkit) => AnyKind | AnyKind[] | Promise<AnyKind | AnyKind[]>;

export interface OutsideKind {
  kind: AnyKind;
  /** The folder of its module, where its icons and README stand. */
  folder: string;
}

const toolkit: Toolkit = {
  z, defineKind, defineCategory, operation, secret, timeoutField, PatchbayError, networkError, categories: ownCategories, modelSession, pageOfModels,
  createHttpClient: http.createHttpClient, basicAuthentication: http.basicAuthentication, bearerAuthentication: http.bearerAuthentication,
  headerAuthentication: http.headerAuthentication, queryAuthentication: http.queryAuthentication, oauthAuthentication: http.oauthAuthentication,
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
  const place = isPath ? path.resolve(from, source) : packageFolder(source, from);
  if (!existsSync(place)) throw new Error(`there is no ${place}`);
  if (!statSync(place).isDirectory()) return place;
  const file = path.join(place, 'package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
  const found = [entryOf(manifest.exports), manifest.main, 'index.ts', 'index.js', 'index.mjs'].filter((name) => name !== undefined).map((name) => path.join(place, name)).find(existsSync);
  if (!found) throw new Error(`${place} has neither a package.json with "exports" or "main" nor an index file`);
  if (/\.[mc]?ts$/.test(found) && found.split(path.sep).includes('node_modules')) {
    throw new Error(`${found} is TypeScript, which Node.js does not run in node_modules: compile the package, or name its folder by path`);
  }
  return found;
}

interface Manifest {
  main?: string;
  exports?: unknown;
}

/** What `import` of the package as a whole gives, of the forms that "exports" has. */
function entryOf(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (typeof exported !== 'object' || exported === null) return undefined;
  const conditions = exported as Record<string, unknown>;
  return ['.', 'node', 'import', 'module-sync', 'default'].map((name) => entryOf(conditions[name])).find((entry) => entry !== undefined);
}

/** Where Node.js finds the package, whatever it exports. */
function packageFolder(name: string, from: string): string {
  const folders = createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = folders.map((folder) => path.join(folder, name)).find((folder) => existsSync(folder));
  if (!found) throw new Error(`no package of that name is installed where ${from} can find it`);
  return realpathSync(found);
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
