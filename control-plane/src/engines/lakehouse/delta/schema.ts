/** A Delta table's schema as DuckDB's types, and the expressions that give columns their logical names. */
import { PatchbayError } from '../../../platform/errors.ts';
import { identifier } from '../quoting.ts';
import type { Metadata } from './actions.ts';
import { brokenLog } from './actions.ts';

export type DeltaType = string | StructType | { type: 'array'; elementType: DeltaType } | { type: 'map'; keyType: DeltaType; valueType: DeltaType };

interface StructType {
  type: 'struct';
  fields: StructField[];
}

interface StructField {
  name: string;
  type: DeltaType;
  nullable: boolean;
  metadata?: Record<string, unknown>;
}

export interface DeltaColumn {
  name: string;
  /** What it is called in files, partition values and statistics. */
  physical: string;
  /** Its number in files, where columns are found by that. */
  id?: number;
  type: DeltaType;
  nullable: boolean;
  /** DuckDB's type, nested names as they are in files. */
  sql: string;
  isPartition: boolean;
}

const primitives: Record<string, string> = {
  string: 'VARCHAR', long: 'BIGINT', integer: 'INTEGER', short: 'SMALLINT', byte: 'TINYINT', float: 'FLOAT', double: 'DOUBLE', boolean: 'BOOLEAN',
  binary: 'BLOB', date: 'DATE', timestamp: 'TIMESTAMPTZ', timestamp_ntz: 'TIMESTAMP',
};

export function columnsOf({ schemaString, partitionColumns, configuration = {} }: Metadata, table: string): DeltaColumn[] {
  const mode = configuration['delta.columnMapping.mode'] ?? 'none';
  if (!['none', 'name', 'id'].includes(mode)) throw unsupported(table, `the column mapping "${mode}"`);
  let schema: StructType;
  try {
    schema = JSON.parse(schemaString) as StructType;
  } catch (error) {
    throw brokenLog(table, 'its schema is not valid JSON', error);
  }
  return schema.fields.map((field) => {
    const id = field.metadata?.['delta.columnMapping.id'];
    return {
      name: field.name,
      physical: physicalName(field, mode),
      ...(mode === 'id' && typeof id === 'number' && { id }),
      type: field.type,
      nullable: field.nullable,
      sql: sqlType(field.type, mode, table),
      isPartition: partitionColumns.includes(field.name),
    };
  });
}

function physicalName({ name, metadata }: StructField, mode: string): string {
  const physical = metadata?.['delta.columnMapping.physicalName'];
  return mode !== 'none' && typeof physical === 'string' ? physical : name;
}

function sqlType(type: DeltaType, mode: string, table: string): string {
  if (typeof type === 'string') {
    const sql = /^decimal\(\d+, ?\d+\)$/.test(type) ? type.toUpperCase() : Object.hasOwn(primitives, type) ? primitives[type] : undefined;
    if (sql === undefined) throw unsupported(table, `the type ${type}`);
    return sql;
  }
  const inner = (one: DeltaType) => sqlType(one, mode, table);
  if (type.type === 'array') return `${inner(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${inner(type.keyType)}, ${inner(type.valueType)})`;
  return `STRUCT(${type.fields.map((field) => `${identifier(physicalName(field, mode))} ${inner(field.type)}`).join(', ')})`;
}

/** The value with its nested fields called by their logical names; the reference itself where they are already. */
export function logicalValue(type: DeltaType, reference: string, depth = 0): string {
  if (!hasMappedFields(type) || typeof type === 'string') return reference;
  const element = `x${depth}`;
  if (type.type === 'array') return `list_transform(${reference}, lambda ${element}: ${logicalValue(type.elementType, element, depth + 1)})`;
  if (type.type === 'map') {
    const entry = `struct_pack(k := ${logicalValue(type.keyType, `${element}.key`, depth + 1)}, v := ${logicalValue(type.valueType, `${element}.value`, depth + 1)})`;
    return `map_from_entries(list_transform(map_entries(${reference}), lambda ${element}: ${entry}))`;
  }
  const fields = type.fields.map((field) =>
    `${identifier(field.name)} := ${logicalValue(field.type, `${reference}.${identifier(physicalName(field, 'name'))}`, depth)}`);
  return `case when ${reference} is null then null else struct_pack(${fields.join(', ')}) end`;
}

function hasMappedFields(type: DeltaType): boolean {
  if (typeof type === 'string') return false;
  if (type.type === 'array') return hasMappedFields(type.elementType);
  if (type.type === 'map') return hasMappedFields(type.keyType) || hasMappedFields(type.valueType);
  return type.fields.some((field) => physicalName(field, 'name') !== field.name || hasMappedFields(field.type));
}

/** As people write it: `decimal(18,2)`, `array<long>`. */
export function typeName(type: DeltaType): string {
  if (typeof type === 'string') return type;
  if (type.type === 'array') return `array<${typeName(type.elementType)}>`;
  if (type.type === 'map') return `map<${typeName(type.keyType)},${typeName(type.valueType)}>`;
  return `struct<${type.fields.map(({ name, type: inner }) => `${name}:${typeName(inner)}`).join(',')}>`;
}

function unsupported(table: string, what: string): PatchbayError {
  return new PatchbayError('rejected_by_backend', `The Delta table ${table} uses what cannot be read here: ${what}.`, {
    hint: 'Read a copy of the table without it.', fields: [{ path: 'model', message: `needs ${what}` }],
  });
}
