import { toJson } from './values';
import type { InputType } from './types';

const refuse = ({ field, message }: { field: string; message: string }): Error => new Error(`${field} ${message}`);
const convert = (type: InputType, value: unknown) => toJson({ name: 'field', type }, value, refuse);

describe('toJson', () => {
  test.each(['text', 'number', 'boolean', 'option', 'list', 'json', 'any', 'objects', 'model'] as const)('%s: what is empty is left out', (type) => {
    expect([convert(type, ''), convert(type, undefined), convert(type, null)]).toEqual([undefined, undefined, undefined]);
  });

  test('zero, false and a blank are values', () => {
    expect([convert('number', 0), convert('boolean', false), convert('text', ' ')]).toEqual([0, false, ' ']);
  });

  test('a list is parted by commas and line breaks, but not within quotes and angle brackets', () => {
    expect(convert('list', 'a, b,,\nc ')).toEqual(['a', 'b', 'c']);
    expect(convert('list', '"Doe, Jane" <jane@example.com>, joe@example.com')).toEqual(['"Doe, Jane" <jane@example.com>', 'joe@example.com']);
    expect(convert('list', ['a, b', 'c'])).toEqual(['a, b', 'c']);
    expect(convert('list', '["a, b"]')).toEqual(['a, b']);
    expect(convert('list', ' , ')).toBeUndefined();
  });

  test('JSON must parse; anything may be a text', () => {
    expect(convert('json', '{"a": [1]}')).toEqual({ a: [1] });
    expect(() => convert('json', '{a')).toThrow('field must be valid JSON');
    expect([convert('any', '[1]'), convert('any', 'hello'), convert('any', { a: 1 })]).toEqual([[1], 'hello', { a: 1 }]);
  });

  test('a number may come as a text from an expression', () => {
    expect(convert('number', '42')).toBe(42);
    expect(() => convert('number', 'many')).toThrow('field must be a number');
  });

  test('rows of a collection keep texts as they are, and lists as lists', () => {
    const field = { name: 'where', type: 'objects' as const, fields: [{ name: 'field', type: 'text' as const }, { name: 'value', type: 'any' as const }] };
    const entries = [{ field: 'zip', value: '01234' }, { field: 'id', value: '[1, 2]' }, { field: 'gone', value: '' }, { field: 'age', value: 5 }];
    expect(toJson(field, { entries }, refuse)).toEqual([{ field: 'zip', value: '01234' }, { field: 'id', value: [1, 2] }, { field: 'gone' }, { field: 'age', value: 5 }]);
    expect(toJson(field, {}, refuse)).toBeUndefined();
  });
});
