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
  DuckDBArrayType, DuckDBBlobValue, DuckDBDateValue, DuckDBDecimalValue, DuckDBListType, DuckDBMapType, DuckDBMapValue, DuckDBStructType, DuckDBStructValue, DuckDBType,
  DuckDBUnionType, DuckDBUnionValue, DuckDBValue,
} from '@duckdb/node-api';
import type { DuckDBTypeId } from '@duckdb/node-api';
import { jsonText } from '../../sql/cells.ts';
import { isoDay, isoSecond } from '../../sql/times.ts';

/** @param value is not null */
type Encoder = (value: DuckDBValue) => unknown;
type TypeIds = typeof DuckDBTypeId;

function createEncoders(ids: TypeIds): (type: DuckDBType) => Encoder {
  const text: Encoder = (value) => String(value);
  const itself: Encoder = (value) => value;
  const real: Encoder = (value) => (Number.isFinite(value) ? value : String(value));
  const timestamp = (perSecond: number, zone: string): Encoder => (value) => isoTimestamp(value as { toString(): string }, perSecond, zone);
  const simple: Partial<Record<number, Encoder>> = {
    [ids.BOOLEAN]: itself, [ids.TINYINT]: itself, [ids.SMALLINT]: itself, [ids.INTEGER]: itself,
    [ids.UTINYINT]: itself, [ids.USMALLINT]: itself, [ids.UINTEGER]: itself, [ids.FLOAT]: real, [ids.DOUBLE]: real,
    [ids.BLOB]: (value) => Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'),
    [ids.DATE]: isoDate,
    [ids.TIMESTAMP]: timestamp(1_000_000, ''), [ids.TIMESTAMP_TZ]: timestamp(1_000_000, '+00:00'),
    [ids.TIMESTAMP_S]: timestamp(1, ''), [ids.TIMESTAMP_MS]: timestamp(1000, ''), [ids.TIMESTAMP_NS]: timestamp(1_000_000_000, ''),
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

/**
 * Values as JSON text. What most columns are of is written at once, with nothing in between.
 * @param ids DuckDB's numbers of its types, from the library that is loaded only when it is used
 * @returns a function that must not be given null
 */
export function createTextEncoders(ids: TypeIds): (type: DuckDBType) => (value: DuckDBValue) => string {
  const encoderOf = createEncoders(ids);
  const quoted = (value: DuckDBValue) => `"${String(value)}"`;
  const simple: Partial<Record<number, (value: DuckDBValue) => string>> = {
    [ids.BOOLEAN]: String, [ids.TINYINT]: String, [ids.SMALLINT]: String, [ids.INTEGER]: String, [ids.UTINYINT]: String, [ids.USMALLINT]: String, [ids.UINTEGER]: String,
    [ids.BIGINT]: quoted, [ids.UBIGINT]: quoted, [ids.HUGEINT]: quoted, [ids.UHUGEINT]: quoted, [ids.UUID]: quoted,
    [ids.DECIMAL]: (value) => `"${decimalText(value as DuckDBDecimalValue)}"`,
  };
  return (type) => {
    const fast = simple[type.typeId];
    if (fast) return fast;
    if (type.typeId === ids.VARCHAR && type.alias !== 'JSON') return (value) => jsonText(value as string);
    const encode = encoderOf(type);
    return (value) => JSON.stringify(encode(value));
  };
}

function decimalText(value: DuckDBDecimalValue): string {
  const whole = Number(value.value);
  const { scale } = value;
  if (scale === 0 || !Number.isSafeInteger(whole)) return String(value);
  const digits = String(Math.abs(whole)).padStart(scale + 1, '0');
  return `${whole < 0 ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** In seconds from 1970: the years 1 to 9999, which ISO 8601 writes with four digits. */
const [earliest, latest] = [Date.parse('0001-01-01T00:00:00Z') / 1000, Date.parse('9999-12-31T23:59:59Z') / 1000];
const dayLength = 86_400;

function isoDate(value: DuckDBValue): string {
  const { days, isFinite } = value as DuckDBDateValue;
  if (!isFinite) return days > 0 ? 'infinity' : '-infinity';
  return days * dayLength >= earliest && days * dayLength <= latest ? isoDay(days) : String(value);
}

function isoTimestamp(value: { toString(): string }, perSecond: number, zone: string): string {
  const { seconds, millis, micros, nanos } = value as Record<string, bigint | undefined>;
  const count = micros ?? millis ?? seconds ?? nanos;
  if (count === undefined) return String(value);
  const [whole, rest] = wholeAndRest(count, perSecond);
  if (!(whole >= earliest && whole <= latest)) return String(value);
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(String(perSecond).length - 1, '0').replace(/0+$/, '')}`;
  return `${isoSecond(whole)}${fraction}${zone}`;
}

/** Of a number that JavaScript has exactly without bigints, which take several times as long. */
function wholeAndRest(count: bigint, divisor: number): [number, number] {
  const exact = Number(count);
  const [whole, rest] = Number.isSafeInteger(exact) ? [Math.floor(exact / divisor), exact - Math.floor(exact / divisor) * divisor] : [Number(count / BigInt(divisor)), Number(count % BigInt(divisor))];
  return rest < 0 ? [whole - 1, rest + divisor] : [whole, rest];
}

/** A number that JavaScript would round stays its text. */
function parseJson(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) =>
    (typeof value === 'number' && context?.source !== undefined && /^-?\d+$/.test(context.source) && !Number.isSafeInteger(value) ? context.source : value)) as Parameters<typeof JSON.parse>[1]);
}
