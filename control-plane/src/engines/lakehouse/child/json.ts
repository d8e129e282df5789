/** The simple ones of DuckDB's types as JSON by DuckDB's own SQL, so as `values.ts` writes them. */
import type { DuckDBDecimalType, DuckDBType, DuckDBTypeId } from '@duckdb/node-api';

const quoted = (column: string): string => `'"' || ${column} || '"'`;
/** Years of four digits are ISO 8601, others DuckDB's own text. */
const iso = (column: string, type: string, zone = ''): string =>
  `case when ${column} between ${type} '0001-01-01 00:00:00' and ${type} '9999-12-31 23:59:59.999999' then '"' || replace(${column}::varchar, ' ', 'T') || '${zone}"' else ${quoted(column)} end`;
/** JavaScript writes whole numbers without a point, and so far in full. */
const exact = 1e15;
const real = (column: string): string =>
  `case when not isfinite(${column}) then case when isnan(${column}) then '"NaN"' when ${column} > 0 then '"Infinity"' else '"-Infinity"' end
     when ${column} = trunc(${column}) and abs(${column}) < ${exact} then ${column}::bigint::varchar else ${column}::double::varchar end`;

/** @returns an expression of the column's value as JSON text, null for null; undefined for a type that is left to JavaScript */
export function writtenByDuckdb(ids: typeof DuckDBTypeId, type: DuckDBType, column: string): string | undefined {
  switch (type.typeId) {
    case ids.BOOLEAN: case ids.TINYINT: case ids.SMALLINT: case ids.INTEGER: case ids.UTINYINT: case ids.USMALLINT: case ids.UINTEGER: return `${column}::varchar`;
    case ids.BIGINT: case ids.UBIGINT: case ids.HUGEINT: case ids.UHUGEINT: case ids.DATE: case ids.UUID: return quoted(column);
    case ids.FLOAT: case ids.DOUBLE: return real(column);
    case ids.DECIMAL: {
      // Without a digit before the point, DuckDB writes none.
      const { width, scale } = type as DuckDBDecimalType;
      return width > scale ? quoted(column) : width < 38 ? quoted(`${column}::decimal(${width + 1}, ${scale})`) : undefined;
    }
    case ids.VARCHAR: return type.alias === 'JSON' ? undefined : `to_json(${column})::varchar`;
    case ids.TIMESTAMP: return iso(column, 'timestamp');
    case ids.TIMESTAMP_TZ: return iso(column, 'timestamptz', ':00');
    case ids.BLOB: return quoted(`base64(${column})`);
    default: return undefined;
  }
}
