import { distinctNames, rowEncoder, shortestSingle } from './cells.ts';
import { decimalType, fractionDigits, widened } from './decimals.ts';
import { UnfitValue } from './dialect.ts';
import { exactJson, hasLongNumber } from '../../platform/exact-json.ts';

describe('JSON of a database', () => {
  test.each([
    ['{"id":12345678901234567890}', '{"id":"12345678901234567890"}'],
    ['[-9007199254740993, 9007199254740991, 1e30, 0.1]', '["-9007199254740993", 9007199254740991, 1e30, 0.1]'],
    ['{"a \\"12345678901234567890":"12345678901234567890","b":1.2345678901234567891}', '{"a \\"12345678901234567890":"12345678901234567890","b":"1.2345678901234567891"}'],
    ['[0.30000000000000004,1.1000000000000001,2.50000000000000000000,0.00000000000000000001]', '[0.30000000000000004,1.1000000000000001,2.50000000000000000000,0.00000000000000000001]'],
    ['"\\\\"', '"\\\\"'],
  ])('%s keeps its numbers', (json, expected) => {
    expect(exactJson(json)).toBe(expected);
    expect(() => JSON.parse(expected) as unknown).not.toThrow();
  });

  test('sixteen digits are found wherever they stand, fifteen are passed over', () => {
    for (let before = 0; before < 40; before += 1) {
      expect(hasLongNumber(`${'x'.repeat(before)}123456789.123456,`)).toBe(true);
      expect(hasLongNumber(`${'1x'.repeat(before)}1234567890123456`)).toBe(true);
      expect(hasLongNumber(`${'x1'.repeat(before)}x123456789012345x1234`)).toBe(false);
    }
    expect(hasLongNumber('')).toBe(false);
  });

  test('a text of megabytes is passed over', () => {
    const long = JSON.stringify(`${'x\\"'.repeat(1_000_000)}12345678901234567890`);
    expect(exactJson(long)).toBe(long);
  });
});

test('columns of one name are told apart, and none takes the name of another', () => {
  expect(distinctNames(['a', 'b'])).toEqual(['a', 'b']);
  expect(distinctNames(['a', 'a', 'a_2', 'a', 'a_2'])).toEqual(['a', 'a_3', 'a_2', 'a_4', 'a_2_2']);
  expect(rowEncoder([{ name: 'a', encode: String }, { name: 'a', encode: String }])([1, null])).toBe('{"a":1,"a_2":null}');
});

test('a single is the shortest number that it is', () => {
  for (const number of [0.1, 16_777_216, 1_234_567, -2.5, 0, 3.4028235e38]) expect(shortestSingle(Math.fround(number))).toBe(number);
});

test('a decimal is compared with all its digits, or not at all', () => {
  expect(['1.2300', '5', '-.5', '1e-7', 'x', '1.0'].map(fractionDigits)).toEqual([2, 0, 1, undefined, undefined, 0]);
  expect(decimalType('decimal(12,2)')).toEqual({ precision: 12, scale: 2 });
  expect(widened({ precision: 12, scale: 2 }, '1.2345', 'decimal(12,2)')).toEqual({ precision: 14, scale: 4 });
  expect(widened({ precision: 12, scale: 2 }, '1.2', 'decimal(12,2)')).toEqual({ precision: 12, scale: 2 });
  expect(() => widened({ precision: 38, scale: 2 }, '1.234', 'decimal(38,2)')).toThrow(UnfitValue);
});
