/** What this kind uses of node-oracledb: the seam at which a test can put a double, since no Oracle server runs in tests. */

export interface ColumnInfo {
  name: string;
  dbTypeName: string;
  /** Of a NUMBER: 0 when it has none. */
  precision?: number;
  scale?: number;
}

export interface OracleResult {
  metaData?: ColumnInfo[];
  resultSet?: { getRows(count: number): Promise<unknown[][]>; close(): Promise<void> };
  rowsAffected?: number;
}

export interface OracleConnection {
  oracleServerVersionString: string;
  execute(statement: string, parameters: unknown[], options: { resultSet?: boolean; outFormat?: number; fetchArraySize?: number; fetchTypeHandler?(column: ColumnInfo): { type: unknown } | undefined }): Promise<OracleResult>;
  getStatementInfo(statement: string): Promise<{ statementType: number; bindNames: string[]; metaData?: ColumnInfo[] }>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Stops what is running, at the server. */
  break(): Promise<void>;
  close(options?: { drop?: boolean }): Promise<void>;
}

export interface OracleDriver {
  getConnection(options: Record<string, unknown>): Promise<OracleConnection>;
  OUT_FORMAT_ARRAY: number;
  STMT_TYPE_SELECT: number;
  STRING: unknown;
  BUFFER: unknown;
  CLOB: unknown;
  NCLOB: unknown;
  BLOB: unknown;
}

export async function loadDriver(): Promise<OracleDriver> {
  // @ts-expect-error -- node-oracledb has no types of its own; above stands what is used of it.
  const { default: oracledb } = (await import('oracledb')) as { default: OracleDriver };
  return oracledb;
}
