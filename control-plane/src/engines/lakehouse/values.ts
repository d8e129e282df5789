/**
 * How DuckDB's values become JSON:
 *
 * - integers of up to 32 bits, real and double are numbers; NaN and the infinities, which JSON lacks, are text
 * - bigint and wider, and decimal, are text, since JSON's readers would round them
 * - dates, times and timestamps are ISO 8601, with +00:00 where they have a time zone; blobs are base64
 * - lists are lists, structs and maps by text are objects, other maps lists of {key, value}
 * - JSON is itself, numbers in it that would be rounded are text
 * - everything else is DuckDB's own text
 */
import type {
  DuckDBArrayType, DuckDBBlobValue, DuckDBDateValue, DuckDBListType, DuckDBMapType, DuckDBMapValue, DuckDBStructType, DuckDBStructValue, DuckDBType,
  DuckDBUnionType, DuckDBUnionValue, DuckDBValue,
} from '@duckdb/node-api';
import type { DuckDBTypeId } from '@duckdb/node-api';

/** @param value is not null */
export type Encoder = (value: DuckDBValue) => unknown;
type TypeIds = typeof DuckDBTypeId;

/** @param ids DuckDB's numbers of its types, from the library that is loaded only when it is used */
export function createEncoders(ids: TypeIds): (type: DuckDBType) => Encoder {
  const text: Encoder = (value) => String(value);
  const itself: Encoder = (value) => value;
  const real: Encoder = (value) => (Number.isFinite(value) ? value : String(value));
  const timestamp = (perSecond: bigint, zone: string): Encoder => (value) => isoTimestamp(value as { toString(): string }, perSecond, zone);
  const simple: Partial<Record<number, Encoder>> = {
    [ids.BOOLEAN]: itself, [ids.TINYINT]: itself, [ids.SMALLINT]: itself, [ids.INTEGER]: itself,
    [ids.UTINYINT]: itself, [ids.USMALLINT]: itself, [ids.UINTEGER]: itself, [ids.FLOAT]: real, [ids.DOUBLE]: real,
    [ids.BLOB]: (value) => Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'),
    [ids.DATE]: isoDate,
    [ids.TIMESTAMP]: timestamp(1_000_000n, ''), [ids.TIMESTAMP_TZ]: timestamp(1_000_000n, '+00:00'),
    [ids.TIMESTAMP_S]: timestamp(1n, ''), [ids.TIMESTAMP_MS]: timestamp(1000n, ''), [ids.TIMESTAMP_NS]: timestamp(1_000_000_000n, ''),
  };

  const encoder = (type: DuckDBType): Encoder => {
    const orNull = (inner: DuckDBType) => {
      const encode = encoder(inner);
      return (value: DuckDBValue) => (value === null ? null : encode(value));
    };
    switch (type.typeId) {
      case ids.VARCHAR: return type.alias === 'JSON' ? (value) => parseJson(String(value)) : itself;
      case ids.LIST:
      case ids.ARRAY: {
        const encode = orNull((type as DuckDBListType | DuckDBArrayType).valueType);
        return (value) => (value as { items: readonly DuckDBValue[] }).items.map(encode);
      }
      case ids.STRUCT: {
        const { entryNames, entryTypes } = type as DuckDBStructType;
        const encoders = entryTypes.map(orNull);
        return (value) => {
          const { entries } = value as DuckDBStructValue;
          return Object.fromEntries(entryNames.map((name, index) => [name, encoders[index]!(entries[name]!)]));
        };
      }
      case ids.MAP: {
        const { keyType, valueType } = type as DuckDBMapType;
        const [encodeKey, encodeValue] = [orNull(keyType), orNull(valueType)];
        const pairs = (value: DuckDBValue) => (value as DuckDBMapValue).entries.map((entry) => ({ key: encodeKey(entry.key), value: encodeValue(entry.value) }));
        return keyType.typeId === ids.VARCHAR ? (value) => Object.fromEntries(pairs(value).map((pair) => [pair.key, pair.value])) : pairs;
      }
      case ids.UNION: {
        const { memberTags, memberTypes } = type as DuckDBUnionType;
        const encoders = memberTypes.map(orNull);
        return (value) => {
          const { tag, value: member } = value as DuckDBUnionValue;
          return encoders[memberTags.indexOf(tag)]!(member);
        };
      }
      default: return simple[type.typeId] ?? text;
    }
  };
  return encoder;
}

const dayLength = 86_400_000;
/** The years 1 to 9999, in milliseconds: what Date writes with four digits. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];

function isoDate(value: DuckDBValue): string {
  const milliseconds = (value as DuckDBDateValue).days * dayLength;
  return milliseconds >= earliest && milliseconds <= latest ? new Date(milliseconds).toISOString().slice(0, 10) : String(value);
}

function isoTimestamp(value: { toString(): string }, perSecond: bigint, zone: string): string {
  const { seconds, millis, micros, nanos } = value as Record<string, bigint | undefined>;
  const count = micros ?? millis ?? seconds ?? nanos;
  if (count === undefined) return String(value);
  let whole = count / perSecond;
  let rest = count % perSecond;
  if (rest < 0n) {
    rest += perSecond;
    whole -= 1n;
  }
  const at = Number(whole) * 1000;
  if (!(at >= earliest && at <= latest)) return String(value);
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(String(perSecond).length - 1, '0').replace(/0+$/, '')}`;
  return `${new Date(at).toISOString().slice(0, 19)}${fraction}${zone}`;
}

/** A number that JavaScript would round stays its text. */
function parseJson(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) =>
    (typeof value === 'number' && context?.source !== undefined && /^-?\d+$/.test(context.source) && !Number.isSafeInteger(value) ? context.source : value)) as Parameters<typeof JSON.parse>[1]);
}
