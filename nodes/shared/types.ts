/**
 * What a generated node tells the shared code about itself. A node is data: its parameters are named
 * like the fields of the control plane's API, and these lists say how each becomes part of a request.
 */

/**
 * How a parameter's value becomes JSON.
 * - `text`, `number`, `boolean`, `option`: as it is; an empty one is left out
 * - `list`: a comma-separated text, or an array from an expression
 * - `json`: must parse · `any`: parsed when it can be, a text otherwise
 * - `objects`: a fixed collection of `fields` · `attachments`: names of binary fields, sent in Base64
 * - `images`: names of binary fields, which become parts of the last user's message in `messages`
 * - `model`: a resource locator
 */
export type InputType =
  | 'text' | 'number' | 'boolean' | 'option' | 'list' | 'json' | 'any' | 'objects' | 'attachments' | 'images' | 'model';

export interface InputField {
  name: string;
  type: InputType;
  /** It lies in the collection *Additional Fields*. */
  additional?: true;
  /** The members of `objects`. */
  fields?: InputField[];
}

export interface Operation {
  result: 'json' | 'records' | 'bytes';
  inputs: InputField[];
  /** Running it twice does no more than running it once. */
  repeatable?: true;
  /** Takes the bytes of a binary field. */
  takes_bytes?: true;
  /** The member of the answer that holds a list, of which each entry becomes an item. */
  list?: string;
  /** The list comes in pages of at most so many, continued by a cursor if there is one. */
  page_size?: number;
  /** *Return All* and *Limit* decide how many items come back. */
  limited?: true;
  /** The input items can be the records; those of one backend go together. */
  mapped?: true;
  /** The member of the answer that *Simplify* leaves, or the members, by the path at which each stands. */
  simplify?: string | Record<string, string>;
}

/** A field of a kind's config and the property of the credential that holds it. */
export interface ConfigField {
  name: string;
  property: string;
  type: InputType;
}

export interface NodeTarget {
  /** As a builder knows it: "PostgreSQL", "Database". */
  label: string;
  category: string;
  operations: Record<string, Operation>;
  /** Of a node that stands for one kind. */
  kind?: string;
  /** The credential of the node's own backend, if it can have one. */
  own?: { credential: string; fields: ConfigField[] };
}
