/** The actions of a Delta log that matter for reading, as the protocol names them (camel case). */
import { PatchbayError } from '../../../platform/errors.ts';

export interface DeletionVectorDescriptor {
  storageType: 'u' | 'i' | 'p';
  pathOrInlineDv: string;
  offset?: number | null;
  sizeInBytes: number;
  cardinality: number;
}

export interface AddFile {
  path: string;
  partitionValues: Record<string, string | null>;
  /** In bytes. */
  size: number;
  /** JSON text. */
  stats?: string | null;
  deletionVector?: DeletionVectorDescriptor | null;
}

export interface RemoveFile {
  path: string;
  deletionVector?: DeletionVectorDescriptor | null;
}

export interface Protocol {
  minReaderVersion: number;
  readerFeatures?: string[] | null;
}

export interface Metadata {
  schemaString: string;
  partitionColumns: string[];
  configuration?: Record<string, string>;
}

export interface Action {
  add?: AddFile | null;
  remove?: RemoveFile | null;
  metaData?: Metadata | null;
  protocol?: Protocol | null;
  sidecar?: { path: string } | null;
  checkpointMetadata?: { version: number } | null;
  commitInfo?: { inCommitTimestamp?: number } | null;
}

/** Reader features that this reader keeps to. */
const known = new Set(['columnMapping', 'deletionVectors', 'timestampNtz', 'v2Checkpoint', 'vacuumProtocolCheck', 'typeWidening', 'typeWidening-preview']);

/** @throws {PatchbayError} `rejected_by_backend` naming the features that are not kept to */
export function checkProtocol({ minReaderVersion, readerFeatures }: Protocol, table: string): void {
  const unknown = (readerFeatures ?? []).filter((feature) => !known.has(feature));
  const missing = minReaderVersion > 3 ? [`reader version ${minReaderVersion}`] : unknown;
  if (missing.length === 0) return;
  throw new PatchbayError('rejected_by_backend', `The Delta table ${table} uses what cannot be read here: ${missing.join(', ')}.`, {
    hint: 'Let its owner drop these features (ALTER TABLE … DROP FEATURE), or read a copy without them.',
    fields: [{ path: 'model', message: `needs ${missing.join(', ')}` }],
    details: { unsupported_features: missing },
  });
}

/** What tells a file's entry in the log from another of the same path. */
export function entryKey({ path, deletionVector: vector }: RemoveFile): string {
  return vector ? `${path}\n${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ''}` : path;
}

/** What is wrong with a table's log, as the end of a sentence. */
export function brokenLog(table: string, what: string, cause?: unknown): PatchbayError {
  return new PatchbayError('backend_error', `The Delta table ${table} cannot be read: ${what}.`, {
    hint: 'Check that the log (_delta_log) is complete, and that nobody removed its files by hand.',
    cause,
  });
}
