import { BSON } from 'mongodb';
import { linesOfBson } from './lines.ts';
import { encodeDocument } from './values.ts';

const { Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } = BSON;

async function linesOf(...documents: Buffer[]): Promise<string[]> {
  async function* pages() {
    yield documents.slice(0, 1);
    yield documents.slice(1);
  }
  const chunks: Buffer[] = [];
  let announced = 0;
  for await (const batch of linesOfBson(BSON, pages() as never)) {
    if (!('ndjson' in batch)) throw new Error('these are lines');
    chunks.push(Buffer.from(batch.ndjson));
    announced += batch.count;
  }
  const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  expect(lines).toHaveLength(announced);
  return lines;
}

const bytesOf = (document: BSON.Document) => Buffer.from(BSON.serialize(document));
const decimals = ['0', '-0', '1', '-1.10', '0.000001', '0.0000001', '1E+3', '1E-7', '12345678901234567', '9007199254740993', '-9.99999999999999999999999999999999E+6111', 'NaN', 'Infinity', '-Infinity', '0.00', '100.50', '-0.5'];

test('a document of every type is what it would be as objects', async () => {
  const documents: BSON.Document[] = [
    {},
    { text: 'a "b" \\ /', control: 'a\u0000b\u001f\n\u007f', other: 'Łódź 🚚 \u2028', empty: '', '': 'no name', 'a"b\\c\nd': 1, 'ä': 2 },
    { int: 1, least: -2147483648, most: 2147483647, wrapped: new Int32(-7), double: 1.5, small: 5e-324, large: 1.7976931348623157e308, zero: new Double(-0), nan: NaN, infinite: -Infinity, whole: new Double(3) },
    { long: Long.fromString('9007199254740993'), negative: Long.MIN_VALUE, timestamp: new Timestamp({ t: 4294967295, i: 4294967295 }) },
    { yes: true, no: false, none: null, id: new ObjectId('65a0000000000000000000ff') },
    { date: new Date('2026-02-03T04:05:06.007Z'), before: new Date(-1), old: new Date('0001-01-01T00:00:00Z'), far: new Date(8.64e15), last: new Date('9999-12-31T23:59:59.999Z'), ancient: new Date('-000044-03-15T00:00:00Z') },
    { decimals: decimals.map((text) => Decimal128.fromString(text)) },
    { bytes: new Binary(Buffer.from('hi')), none: new Binary(Buffer.alloc(0)), old: new Binary(Buffer.from('old'), 2), uuid: new UUID('0f8fad5b-d9cb-469f-a165-70867728950e') },
    { deep: { list: [1, [], {}, [{ a: [null] }]], more: { more: { more: {} } } }, sparse: Array.from({ length: 12 }, (_, index) => index) },
    { pattern: /a+"/i, code: new Code('return 1'), least: new MinKey(), most: new MaxKey() },
    { long: 'x'.repeat(200_000), wide: 'ü\u0001'.repeat(50_000) },
    Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`field ${index}`, index % 3 === 0 ? null : `value ${index}`])),
  ];
  const bytes = documents.map(bytesOf);
  expect(await linesOf(...bytes)).toEqual(bytes.map((each) => encodeDocument(BSON.deserialize(each, { useBigInt64: true }))));
});

test('names that objects have already are names like others', async () => {
  const name = Buffer.from('__proto__');
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from([0x10]), name, Buffer.from([0, 7, 0, 0, 0, 0])]);
  bytes.writeInt32LE(bytes.length);
  expect(await linesOf(bytes)).toEqual(['{"__proto__":7}']);
});

test('what is no BSON is an error, and nothing beyond it is read', async () => {
  const whole = bytesOf({ text: 'some text', list: [1, { a: 'b' }], decimal: Decimal128.fromString('1.10'), date: new Date(0), bytes: new Binary(Buffer.from('hi')) });
  let refused = 0;
  for (let at = 4; at < whole.length; at += 1) {
    for (const byte of [0x00, 0x02, 0x03, 0x7f, 0x80, 0xff]) {
      const broken = Buffer.from(whole);
      broken[at] = byte;
      try {
        const [line] = await linesOf(broken);
        expect(JSON.parse(line!)).toBeInstanceOf(Object);
      } catch (error) {
        if (!(error instanceof BSON.BSONError) && !(error instanceof RangeError)) throw error;
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(100);
  await expect(linesOf(whole.subarray(0, -1))).rejects.toThrow();
});
