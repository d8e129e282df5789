/** Files of one format as SQL, with the folders that name partitions (`region=eu/`) as fields. */
import type { Filter } from '../../categories/shared.ts';
import type { StoredObject } from '../objects/store.ts';
import type { LakeFormat } from '../objects/formats.ts';
import { identifier, literal } from './quoting.ts';
import type { FilesListing } from './listing.ts';
import type { Copies } from './place.ts';
import { mayMatch } from './prune.ts';
import type { FileFacts, Sort } from './prune.ts';

export interface Partition {
  name: string;
  type: 'BIGINT' | 'DATE' | 'VARCHAR';
}

const readers: Record<LakeFormat, { function: string; options: string; form: 'bytes' | 'text' }> = {
  parquet: { function: 'read_parquet', options: 'union_by_name = true, hive_partitioning = false', form: 'bytes' },
  csv: { function: 'read_csv', options: "union_by_name = true, hive_partitioning = false", form: 'text' },
  tsv: { function: 'read_csv', options: "union_by_name = true, hive_partitioning = false, delim = '\\t'", form: 'text' },
  json: { function: 'read_json', options: 'union_by_name = true, hive_partitioning = false, maximum_object_size = 16777216', form: 'text' },
};

/** What writers put for null. */
const nullPartition = '__HIVE_DEFAULT_PARTITION__';
const sorts: Record<Partition['type'], Sort> = { BIGINT: 'integer', DATE: 'date', VARCHAR: 'text' };

/** The partitions that all of the files have, by the folders of their keys. */
export function partitionsOf({ root, objects }: FilesListing): Partition[] {
  if (root === '' && objects.length === 1) return [];
  const values = objects.map((object) => partitionValues(root, object));
  const names = [...(values[0]?.keys() ?? [])].filter((name) => values.every((one) => one.has(name)));
  return names.map((name) => ({ name, type: typeOf(values.map((one) => one.get(name)!).filter((value) => value !== null)) }));
}

function partitionValues(root: string, { key }: StoredObject): Map<string, string | null> {
  return new Map(key.slice(root.length).split('/').slice(0, -1).flatMap((folder): [string, string | null][] => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(folder) ?? [];
    if (name === undefined || value === undefined) return [];
    return [[decoded(name), value === nullPartition || value === '' ? null : decoded(value)]];
  }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function typeOf(values: string[]): Partition['type'] {
  if (values.length === 0) return 'VARCHAR';
  if (values.every((value) => /^-?(0|[1-9]\d{0,17})$/.test(value))) return 'BIGINT';
  return values.every((value) => /^\d{4}-\d{2}-\d{2}$/.test(value)) ? 'DATE' : 'VARCHAR';
}

/** The files that may hold rows which meet the conditions. */
export function objectsFor({ root, objects }: FilesListing, partitions: Partition[], filters: readonly Filter[]): StoredObject[] {
  if (partitions.length === 0 || filters.length === 0) return objects;
  const byName = new Map(partitions.map((partition) => [partition.name.toLowerCase(), partition]));
  return objects.filter((object) => {
    const values = partitionValues(root, object);
    const facts: FileFacts = {
      constant: (field) => {
        const partition = byName.get(field.toLowerCase());
        return partition && (values.get(partition.name) ?? null);
      },
      range: () => undefined,
      sort: (field) => {
        const partition = byName.get(field.toLowerCase());
        return partition && sorts[partition.type];
      },
    };
    return mayMatch(facts, filters);
  });
}

/**
 * A SELECT of the rows of these files, which are some of the listing's, at least one.
 * @param exactly of CSV and TSV: gives options to add, so that no number is rounded
 */
export async function filesSelect(
  { root, format }: FilesListing, partitions: Partition[], objects: readonly StoredObject[], copies: Copies, exactly?: (read: (more: string) => string) => Promise<string>,
): Promise<string> {
  const reader = readers[format];
  const paths = await copies.all(objects, reader.form);
  const read = (files: readonly string[], more: string) => `${reader.function}([${files.map(literal).join(', ')}], ${reader.options}${more})`;
  const more = reader.function === 'read_csv' && exactly ? await exactly((options) => read(paths, options)) : '';
  const groups = new Map<string, { values: Map<string, string | null>; paths: string[] }>();
  for (const [index, object] of objects.entries()) {
    const values = partitionValues(root, object);
    const key = JSON.stringify(partitions.map(({ name }) => values.get(name)));
    const group = groups.get(key);
    if (group) group.paths.push(paths[index]!);
    else groups.set(key, { values, paths: [paths[index]!] });
  }
  return [...groups.values()].map((group) => {
    const constants = partitions.map(({ name, type }) => {
      const value = group.values.get(name) ?? null;
      return `, ${value === null ? 'null' : literal(value)}::${type} as ${identifier(name)}`;
    });
    // A file may hold its partition's field as well; what the folder says counts.
    const own = partitions.length === 0 ? '*' : `columns(field -> lower(field) not in (${partitions.map(({ name }) => literal(name.toLowerCase())).join(', ')}))`;
    return `select ${own}${constants.join('')} from ${read(group.paths, more)}`;
  }).join(' union all by name ');
}
