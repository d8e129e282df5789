/** What the service gives a kind to work with. */
import type { Egress } from '../platform/egress/index.ts';
import type { FileCache } from '../platform/file-cache/index.ts';
import type { Logger } from '../platform/telemetry/log.ts';
import type { Call } from './category.ts';

export interface OpenContext {
  egress: Egress;
  log: Logger;
  /** Schemas that may be discovered and read; empty means the kind's own choice. */
  output_schemas: string[];
  /** Where `oauth2` says that this config signs in by OAuth 2.0: its tokens, kept and refreshed by whoever opens it. */
  oauth?: TokenSource;
  /** Where copies of remote objects may be kept, apart from other tenants'. Absent: nothing may outlive the session. */
  cache?: FileCache;
  /** What is kept for this connector. Absent for a config that is not saved: there is nowhere to keep it. */
  uploads?: UploadStore;
  /** For a provider that takes no bytes and fetches files itself. Absent: nothing serves them. */
  media?: MediaHost;
  /** Where this connector's provider posts its webhooks to. Absent: the Internet reaches the service nowhere, as far as its operator has said, or the config is not saved. */
  webhook_url?: string;
}

/** A file that a provider is to fetch. */
export interface MediaFile {
  filename: string;
  content_type: string;
  content: Uint8Array;
}

export interface MediaHost {
  /**
   * Serves each file at an address of its own, which needs no sign-in and nobody can guess, for a limited time; all or none.
   * Throws `invalid_config` where the service has no address that can be reached from outside.
   */
  publish(files: readonly MediaFile[]): Promise<Publication>;
}

export interface Publication {
  /** In the order of the files. */
  urls: string[];
  /** Nobody will fetch them: they are deleted before their time. */
  withdraw(): Promise<void>;
}

/** Something that a connector's callers handed over to be kept. */
export interface StoredUpload {
  /** Unique among the connector's uploads. */
  name: string;
  /** Of this very content: another upload of the same name has another. */
  id: string;
  /** In bytes, as it is kept. */
  size: number;
  /** Whatever the kind wants to know about it without opening it. */
  details: Record<string, unknown>;
  created_at: Date;
}

export interface UploadStore {
  /** In bytes: the largest file that a caller may hand over. */
  limit: number;
  /** In the order of their names. */
  list(query: { search?: string; after?: string; limit: number }): Promise<StoredUpload[]>;
  find(name: string): Promise<StoredUpload | undefined>;
  content(upload: StoredUpload): AsyncIterable<Uint8Array>;
  /**
   * All or nothing; takes the place of an upload of the same name, which others may still be reading.
   * With `replaces`, only of the one with this id, or with null only where there is none: throws `version_conflict` otherwise.
   */
  put(upload: { name: string; content: AsyncIterable<Uint8Array>; details: Record<string, unknown>; replaces?: string | null }): Promise<StoredUpload>;
}

/** Access tokens of one connector, shared by all its calls. */
export interface TokenSource {
  /**
   * A token that is valid for now; refreshed ahead of its expiry, once for all who ask.
   * Throws `oauth_reconnect_required` where a person has to agree (again), or what the provider answered.
   */
  accessToken(call: Pick<Call, 'signal'>): Promise<string>;
  /** The backend refused this token (401). @returns whether another is worth one more attempt */
  invalidate(token: string): boolean;
}

/** How a config signs in by OAuth 2.0 (RFC 6749). */
export interface OAuth2Settings {
  /** `authorization_code`: by a person, through a connect link. `jwt_bearer`: by an assertion (RFC 7523), as service accounts do. */
  grant: 'authorization_code' | 'refresh_token' | 'client_credentials' | 'jwt_bearer';
  token_url: string;
  /** Where the person agrees; for authorization_code. */
  authorization_url?: string;
  /** Empty for an assertion that says it itself. */
  client_id: string;
  client_secret?: string;
  /** How the client proves itself at the token address: by the Authorization header or in the form. Without a secret, by its id alone. */
  client_authentication: 'basic' | 'body';
  scopes: readonly string[];
  /** PKCE with S256 (RFC 7636). */
  pkce: boolean;
  /** Further parameters of the authorization address: `access_type`. */
  authorization_parameters?: Readonly<Record<string, string>>;
  /** Further parameters of the token address: `audience`. */
  token_parameters?: Readonly<Record<string, string>>;
  /** The first one, for the grant refresh_token; where the provider rotates it, the service keeps its successors. */
  refresh_token?: string;
  /** For jwt_bearer: a new assertion. */
  assertion?(): Promise<string>;
  /** Whom the tokens stand for, where the config says so. */
  account?: string;
  /** PEM certificates to trust at the token address in place of the public ones. */
  ca_certificate?: string;
}
