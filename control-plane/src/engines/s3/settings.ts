/** What it takes to reach a bucket by the S3 protocol, whoever's it is. */
export interface S3Settings {
  bucket: string;
  /** A part of the signature. */
  region: string;
  access_key_id: string;
  secret_access_key: string;
  session_token?: string | undefined;
  /** Amazon's when absent. */
  endpoint?: string | undefined;
  /** The root prefix. */
  prefix: string;
  /** The bucket in the path and not in the host name; for every endpoint but Amazon's when absent. */
  force_path_style?: boolean | undefined;
  /** In seconds. */
  timeout: number;
}
