import type { FieldType } from 'n8n-workflow';
import { convertText } from './mapped';

const refuse = (): Error => new Error('refused');
const typed = (type: FieldType, value: unknown) => convertText({ id: 'field', type }, value, refuse);
const mapped = (type: FieldType, value: unknown) => convertText({ id: 'field', type }, value);

describe('convertText', () => {
  test('a text becomes what its field holds', () => {
    expect([typed('number', ' 42 '), typed('number', '-1.50'), typed('boolean', 'True'), typed('boolean', '0'), typed('array', '[1,2]'), typed('object', '{"a":1}')])
      .toEqual([42, -1.5, true, false, [1, 2], { a: 1 }]);
  });

  test('JSON is more than objects', () => {
    expect([typed('object', '[1]'), typed('object', '"hello"'), typed('object', [1]), typed('object', { a: 1 })]).toEqual([[1], 'hello', [1], { a: 1 }]);
    expect(() => typed('object', 'hello')).toThrow('refused');
  });

  test('what came with an item keeps its type where it may be meant', () => {
    expect([mapped('object', 'hello'), mapped('object', '"hello"'), mapped('object', '5'), mapped('object', '{"a":1}')]).toEqual(['hello', '"hello"', '5', { a: 1 }]);
  });

  test('what a number cannot hold exactly stays a text, and so does what is none', () => {
    expect([typed('number', '9007199254740993'), typed('number', ''), typed('number', '1 day'), typed('number', '$ENV:PORT')]).toEqual(['9007199254740993', '', '1 day', '$ENV:PORT']);
  });

  test('a backend’s own notation and its own truth reach it as they are', () => {
    expect([typed('array', '{1,2}'), typed('boolean', 'yes'), typed('boolean', 1), typed('boolean', 5)]).toEqual(['{1,2}', 'yes', true, 5]);
  });

  test('times keep their digits and stay without a zone', () => {
    expect(typed('dateTime', '2024-01-01 10:00:00.123456')).toBe('2024-01-01 10:00:00.123456');
  });

  test('an option is found by its text', () => {
    const field = { id: 'version', type: 'options' as const, options: [{ name: '1', value: 1 }, { name: '2', value: 2 }] };
    expect([convertText(field, '2'), convertText(field, '3')]).toEqual([2, '3']);
  });

  test('null and what has no type are left alone', () => {
    expect([typed('number', null), convertText({ id: 'field' }, '5')]).toEqual([null, '5']);
  });
});
