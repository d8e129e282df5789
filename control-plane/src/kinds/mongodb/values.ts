/** BSON as JSON without loss, and JSON as BSON: plain values as they are, others in MongoDB's Extended JSON. */
import type { BSON } from 'mongodb';
import { isObject } from '../../engines/documents/parameters.ts';
import { PatchbayError } from '../../platform/errors.ts';

type Bson = typeof BSON;
type Tagged = { _bsontype?: string; sub_type?: number; toHexString(): string; toString(dash?: string): string; toUUID(): { toHexString(): string }; buffer: Uint8Array; position: number; value: number };

export function encodeDocument(document: unknown): string {
  return JSON.stringify(toJson(document));
}

export function toJson(value: unknown): unknown {
  switch (typeof value) {
    case 'bigint': return value.toString();
    case 'number': return Number.isFinite(value) ? value : String(value);
    case 'object': break;
    default: return value;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof RegExp) return String(value);
  const tagged = value as Tagged;
  switch (tagged._bsontype) {
    case undefined: {
      const made: Record<string, unknown> = {};
      for (const name of Object.keys(value)) Object.defineProperty(made, name, { value: toJson((value as Record<string, unknown>)[name]), enumerable: true });
      return made;
    }
    case 'ObjectId': return tagged.toHexString();
    case 'Binary': return tagged.sub_type === 4 ? tagged.toUUID().toHexString() : Buffer.from(tagged.buffer.subarray(0, tagged.position)).toString('base64');
    case 'Decimal128': case 'Long': case 'Timestamp': return tagged.toString();
    case 'Int32': case 'Double': return toJson(tagged.value);
    case 'MinKey': case 'MaxKey': return tagged._bsontype;
    default: return JSON.parse(JSON.stringify(value)) as unknown;
  }
}

/** Extended JSON (`{"$oid": …}`, `{"$date": …}`, `{"$numberDecimal": …}`) as BSON. @throws {PatchbayError} `invalid_request` */
export function fromJson(bson: Bson, value: unknown): unknown {
  try {
    return (bson.EJSON.deserialize({ value } as BSON.Document, { relaxed: true }) as { value: unknown }).value;
  } catch (error) {
    throw new PatchbayError('invalid_request', `A value is not valid Extended JSON: ${(error as Error).message}.`, { hint: 'Write it as {"$oid": "…"}, {"$date": "…"} or {"$numberDecimal": "…"}.', cause: error });
  }
}

/** A value from outside that must not be an operator. @throws {PatchbayError} `invalid_request` */
export function literal(bson: Bson, value: unknown): unknown {
  const made = fromJson(bson, value);
  const operator = operatorIn(made, (name) => name.startsWith('$'));
  if (operator === undefined) return made;
  throw new PatchbayError('invalid_request', `A value has the name ${operator} in it, which MongoDB would take as an operator.`, { hint: 'Write operators into a query itself; names in values do not begin with $.' });
}

/** The first name, at any depth, that is looked for. */
export function operatorIn(value: unknown, isIt: (name: string) => boolean): string | undefined {
  if (Array.isArray(value)) return value.map((item) => operatorIn(item, isIt)).find((found) => found !== undefined);
  if (!isObject(value) || '_bsontype' in value) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = isIt(name) ? name : operatorIn(inner, isIt);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a JSON value may stand for: text that looks like an id, a time or a number is that, too. */
export function candidates(bson: Bson, value: unknown): unknown[] {
  const made = literal(bson, value);
  if (typeof made !== 'string') return [made];
  const others: unknown[] = [];
  if (/^[0-9a-f]{24}$/i.test(made)) others.push(new bson.ObjectId(made));
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(made) && !Number.isNaN(Date.parse(made))) others.push(new Date(made));
  if (/^-?\d{1,30}(\.\d{1,30})?$/.test(made)) others.push(bson.Decimal128.fromStringWithRounding(made));
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(made)) others.push(new bson.UUID(made));
  return [made, ...others];
}
