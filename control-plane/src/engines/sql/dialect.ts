/** What differs between SQL databases when statements are built. The rest of the engine knows only this. */

/** A column as the catalog describes it. */
export interface Column {
  name: string;
  /** The backend's own name of the type, as people know it: `numeric(12,2)`. */
  type: string;
  nullable: boolean;
  primary_key: boolean;
}

/** A table, view or the like as the catalog describes it. */
export interface Table<C extends Column = Column> {
  schema: string;
  name: string;
  /** table, view, materialized_view, foreign_table, … */
  type: string;
  estimated_rows?: number;
  columns: C[];
}

/** A statement and what is bound to its placeholders, in order. */
export interface Statement {
  text: string;
  parameters: unknown[];
}

/** An upsert as one statement. All names are quoted. */
export interface Merge {
  target: string;
  fields: string[];
  key: string[];
  /** The fields to overwrite, perhaps none. */
  updates: string[];
  /** Whether records that are not there are inserted. */
  inserts: boolean;
  /** The values of each record, in the order of the fields, bound. */
  rows: string[][];
}

/** What a filter may compare with. */
export type Scalar = string | number | boolean;

export interface Dialect<C extends Column = Column> {
  /** An identifier, quoted so that it can be nothing else. */
  quote(identifier: string): string;
  /** The placeholder of the parameter with this number, counted from 1. */
  placeholder(number: number): string;
  /** What `read` selects for a column, in the database's own way of making it fit for JSON. @param reference the quoted column */
  select(column: C, reference: string): string;
  /** Makes a SELECT give at most so many rows. The count is a checked integer. */
  limit(select: string, rows: number): string;
  /** True where the text form of the column contains the text. */
  contains(reference: string, placeholder: string): string;
  /** A value of a record being written: how its placeholder is converted, and what is bound. Throws `UnfitValue`. */
  bind(column: C, value: unknown, placeholder: string): { text: string; parameter: unknown };
  /** A filter's value, in the form in which `read` gives the column's; as `bind` has it when left out. Throws `UnfitValue`. */
  compare?(column: C, value: Scalar, placeholder: string): { text: string; parameter: unknown };
  /** The end of an INSERT that overwrites the rows which are there. All names are quoted. @param updates the columns to overwrite, perhaps none */
  upsert?(key: string[], updates: string[]): string;
  /** Instead, where an INSERT has no such end: the whole statement. */
  merge?(merge: Merge): string;
  /** Updates are merges too: one statement for all records, where each statement costs a round trip or is a transaction of its own. */
  merges_updates?: boolean;
  /** Several rows as the source of an INSERT; `values (…), (…)` when left out. Each row is its values, in parentheses. */
  rows?(rows: string[][]): string;
  /** How many parameters one statement may have. */
  most_parameters: number;
  /** How many records one statement may have; 1000 when not given. */
  most_records?: number;
}

/** A value that cannot be written to its column, or compared with it; the message completes "the field …": `holds a list, but …`. */
export class UnfitValue extends Error {}
