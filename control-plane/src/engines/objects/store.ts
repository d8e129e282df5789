/**
 * What a bucket, whoever's it is, must offer so that the storage category can be built on it. A kind
 * writes this; listing as models, reading records and keeping to the root prefix are the engine's.
 * Keys here are whole: the root prefix is in them already.
 */
import type { Call, ObjectBytes } from '../../kinds/contract.ts';

export interface StoredObject {
  key: string;
  /** In bytes. */
  size: number;
  /** ISO 8601, UTC. */
  last_modified?: string;
  /** Without quotes. */
  etag?: string;
  content_type?: string;
}

export interface ObjectPage {
  /** In the order of the UTF-8 bytes of their keys. */
  objects: StoredObject[];
  /** With `folders`: what stands before the next slash, slash included, each once. */
  folders: string[];
  /** The store's own mark of where the next page begins. */
  next_token?: string;
}

export interface ListInput {
  prefix: string;
  /** True: keys with a further slash after the prefix are not listed but given as folders. */
  folders: boolean;
  /** 1 to 1,000, objects and folders together. */
  limit: number;
  token?: string;
}

export interface PutInput {
  key: string;
  content: AsyncIterable<Uint8Array>;
  content_type?: string;
  /** In bytes, when known. */
  size?: number;
}

/** Every function throws PatchbayErrors alone, and gives up when `call.signal` is aborted. */
export interface ObjectStore {
  /** Throws when the bucket cannot be listed. @returns a word of greeting */
  check(call: Call): Promise<string>;
  list(input: ListInput, call: Call): Promise<ObjectPage>;
  /** Throws `object_not_found`. An abort, and a consumer that stops, closes the connection beneath. */
  get(key: string, call: Call): Promise<ObjectBytes>;
  /** True when there is such an object, or when that may not be known. */
  exists(key: string, call: Call): Promise<boolean>;
  /** All or nothing: what is interrupted or fails leaves nothing behind. */
  put(input: PutInput, call: Call): Promise<{ etag?: string; size: number }>;
  /** An object that is not there is no error. */
  remove(key: string, call: Call): Promise<void>;
  /** Waits for the clean-up of what was interrupted. Can be called twice. */
  close(): Promise<void>;
}
