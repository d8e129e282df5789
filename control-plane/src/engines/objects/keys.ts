/** Keys as a caller writes them, below the connector's root prefix, and keys as the store has them. */
import { PatchbayError } from '../../platform/errors.ts';

export interface KeySpace {
  /** Empty, or ends in a slash. */
  root: string;
  /** Throws `invalid_request` for a key that a store, a proxy or a file system might read as another one. */
  toStore(key: string): string;
  /** The beginning of a key, which may end anywhere. It is never resolved as a path, so it cannot leave the root. */
  prefixToStore(prefix: string): string;
  fromStore(key: string): string;
  /** Whether `output_schemas` admits this model: all when there are none, else what is below one of them. */
  admits(model: string): boolean;
  /** The prefixes that `output_schemas` names, each ending in a slash. */
  schemas: string[];
}

/** The store's own limit, in bytes of UTF-8: that of S3, Google and Alibaba alike. */
const longestKey = 1024;

// eslint-disable-next-line no-control-regex -- these are what XML listings cannot carry
const controlCharacters = /[\u0000-\u001f\u007f]/;

/** What is wrong with a path that is used as a key or as a root prefix, if anything. */
export function pathProblem(path: string): string | undefined {
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return 'must not have "." or ".." between slashes';
  if (controlCharacters.test(path)) return 'must not have control characters';
  if (!path.isWellFormed()) return 'is not valid Unicode';
  return undefined;
}

/** A prefix without slashes at its ends but for the one that closes it; empty stays empty. */
function asFolder(prefix: string): string {
  const bare = prefix.replace(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}

/** @param prefix the connector's root prefix, checked by its config */
export function createKeySpace(prefix: string, outputSchemas: readonly string[]): KeySpace {
  const root = asFolder(prefix);
  const schemas = outputSchemas.map(asFolder).filter(Boolean);
  return {
    root,
    schemas,
    toStore(key) {
      const full = root + key;
      const problem = pathProblem(key) ?? (Buffer.byteLength(full) > longestKey ? `is longer than ${longestKey} bytes with the connector’s prefix` : undefined);
      if (problem === undefined) return full;
      throw new PatchbayError('invalid_request', `The key ${problem}.`, {
        hint: 'Give the key as `list` shows it.',
        fields: [{ path: 'key', message: problem }],
      });
    },
    prefixToStore: (beginning) => root + beginning,
    fromStore: (key) => (key.startsWith(root) ? key.slice(root.length) : key),
    admits: (model) => schemas.length === 0 || schemas.some((schema) => model.startsWith(schema)),
  };
}
