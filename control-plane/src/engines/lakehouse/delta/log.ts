/** A Delta table's log: the newest checkpoint that helps, and the commits after it, as one snapshot. */
import { PatchbayError } from '../../../platform/errors.ts';
import { brokenLog, checkProtocol, entryKey } from './actions.ts';
import type { Action, AddFile, Metadata, Protocol } from './actions.ts';
import { columnsOf } from './schema.ts';
import type { DeltaColumn } from './schema.ts';

export interface LogFile {
  /** Below `_delta_log/`. */
  name: string;
  /** ISO 8601. */
  last_modified?: string;
}

export interface LogSource {
  /** The table, as the caller named it. */
  table: string;
  files: LogFile[];
  /** The actions of a JSON file. */
  json(name: string): AsyncIterable<Action>;
  /** The actions of Parquet files, read at once. */
  parquet(names: string[]): Promise<Action[]>;
}

export interface Snapshot {
  version: number;
  columns: DeltaColumn[];
  files: AddFile[];
}

/** A version, or the last one that was committed no later than an instant. */
export type TimeTravel = { version: number } | { instant: Date };

interface Checkpoint {
  version: number;
  names: string[];
}

export async function readSnapshot(source: LogSource, wanted: TimeTravel | undefined): Promise<Snapshot> {
  const { table } = source;
  const commits = commitsOf(source.files);
  const latest = commits.at(-1)?.version ?? Math.max(-1, ...checkpointsOf(source.files).map(({ version }) => version));
  if (latest < 0) throw brokenLog(table, 'its log has neither a commit nor a checkpoint');
  const version = wanted === undefined ? latest : 'version' in wanted ? wanted.version : await versionAt(source, commits, wanted.instant);
  if (version > latest) throw noVersion(table, `version ${version} does not exist; the latest is ${latest}`);
  const checkpoint = checkpointsOf(source.files).filter((one) => one.version <= version).sort((a, b) => b.version - a.version)[0];
  const later = commits.filter((commit) => commit.version > (checkpoint?.version ?? -1) && commit.version <= version);
  const first = (checkpoint?.version ?? -1) + 1;
  const gap = later.findIndex((commit, index) => commit.version !== first + index);
  if (gap >= 0 || later.length !== version - first + 1) {
    throw noVersion(table, `version ${version} cannot be put together: its log before that was cleaned up`);
  }

  const live = new Map<string, AddFile>();
  let protocol: Protocol | undefined;
  let metadata: Metadata | undefined;
  const apply = (action: Action, remove: boolean) => {
    if (action.add) live.set(entryKey(action.add), action.add);
    else if (action.remove && remove) live.delete(entryKey(action.remove));
    else if (action.metaData) metadata = action.metaData;
    else if (action.protocol) checkProtocol((protocol = action.protocol), table);
  };
  if (checkpoint) for (const action of await checkpointActions(source, checkpoint)) apply(action, false);
  for (const { name } of later) {
    // Of one commit, removals come first: it may add a file again with other rows deleted.
    const actions: Action[] = [];
    for await (const action of source.json(name)) actions.push(action);
    for (const action of actions) if (action.remove) apply(action, true);
    for (const action of actions) if (!action.remove) apply(action, true);
  }
  if (!protocol || !metadata) throw brokenLog(table, 'its log has no protocol or no metadata');
  return { version, columns: columnsOf(metadata, table), files: [...live.values()] };
}

function commitsOf(files: LogFile[]): (LogFile & { version: number })[] {
  return files.flatMap((file) => {
    const version = /^(\d{20})\.json$/.exec(file.name)?.[1];
    return version === undefined ? [] : [{ ...file, version: Number(version) }];
  }).sort((a, b) => a.version - b.version);
}

/** Those that are whole: classic, in parts, or by the second specification (named by a UUID). */
function checkpointsOf(files: LogFile[]): Checkpoint[] {
  const parts = new Map<string, string[]>();
  const whole: Checkpoint[] = [];
  for (const { name } of files) {
    const [, version, part, count] = /^(\d{20})\.checkpoint(?:\.(?:(\d{10})\.(\d{10})|[0-9a-f-]{36}))?\.(?:parquet|json)$/.exec(name) ?? [];
    if (version === undefined) continue;
    if (part === undefined || count === undefined) whole.push({ version: Number(version), names: [name] });
    else parts.set(`${version}.${count}`, [...(parts.get(`${version}.${count}`) ?? []), name]);
  }
  for (const [key, names] of parts) {
    const [version, count] = key.split('.');
    if (names.length === Number(count)) whole.push({ version: Number(version), names });
  }
  return whole;
}

async function checkpointActions(source: LogSource, { names }: Checkpoint): Promise<Action[]> {
  let actions: Action[] = [];
  if (names[0]!.endsWith('.json')) for await (const action of source.json(names[0]!)) actions.push(action);
  else actions = await source.parquet(names);
  const sidecars = actions.flatMap(({ sidecar }) => (sidecar ? [sidecarName(sidecar.path, source.table)] : []));
  return sidecars.length === 0 ? actions : [...actions, ...(await source.parquet(sidecars))];
}

function sidecarName(path: string, table: string): string {
  const name = decodeURIComponent(path);
  if (!name.includes('/')) return `_sidecars/${name}`;
  throw brokenLog(table, 'its checkpoint names files outside of the table');
}

/** By the times in the commits where the table keeps them there, else by the times of the files. */
async function versionAt({ table, json }: LogSource, commits: (LogFile & { version: number })[], instant: Date): Promise<number> {
  for (const commit of commits.toReversed()) {
    let time = commit.last_modified === undefined ? undefined : Date.parse(commit.last_modified);
    for await (const { commitInfo } of json(commit.name)) {
      if (commitInfo?.inCommitTimestamp != null) time = commitInfo.inCommitTimestamp;
      break; // It is the first action where it is there at all.
    }
    if (time !== undefined && time <= instant.getTime()) return commit.version;
  }
  throw noVersion(table, `no version is as old as ${instant.toISOString()}`);
}

function noVersion(table: string, why: string): PatchbayError {
  return new PatchbayError('model_not_found', `There is no such version of the Delta table ${table}: ${why}.`, {
    hint: 'Leave the version out for the latest, or name one that its log still has.', fields: [{ path: 'model', message: why }],
  });
}
