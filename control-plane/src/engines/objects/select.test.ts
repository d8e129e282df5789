import type { Filter } from '../../categories/shared.ts';
import { compileWhere, pick } from './select.ts';

const rows = [{ n: 5, s: 'Ada', b: true }, { n: '10', s: '' }, { n: null, s: 'Bob', o: { a: 1 } }];
const matching = (...where: Filter[]) => rows.flatMap((row, index) => (compileWhere(where)(row) ? [index] : []));

test.each<[Filter, number[]]>([
  [{ field: 'n', operator: '=', value: 10 }, [1]],
  [{ field: 'n', operator: '!=', value: 10 }, [0]],
  [{ field: 'n', operator: '<', value: 10 }, [0]],
  [{ field: 'n', operator: '<=', value: 10 }, [0, 1]],
  [{ field: 'n', operator: '>', value: '5' }, []],
  [{ field: 'n', operator: '>', value: 5 }, [1]],
  [{ field: 'n', operator: '>=', value: 5 }, [0, 1]],
  [{ field: 'n', operator: 'in', value: [5, '10', null] }, [0, 1]],
  [{ field: 'n', operator: 'is_null' }, [2]],
  [{ field: 'b', operator: 'is_null' }, [1, 2]],
  [{ field: 'n', operator: 'is_not_null' }, [0, 1]],
  [{ field: 's', operator: 'contains', value: 'b' }, [2]],
  [{ field: 's', operator: '=', value: '' }, [1]],
  [{ field: 'b', operator: '=', value: 'true' }, [0]],
  [{ field: 'o', operator: '=', value: { a: 1 } }, [2]],
  [{ field: 'constructor', operator: 'is_not_null' }, []],
])('%j', (condition, expected) => {
  expect(matching(condition)).toEqual(expected);
});

test('all conditions must hold', () => {
  expect(matching({ field: 'n', operator: '>=', value: 5 }, { field: 's', operator: '=', value: 'Ada' })).toEqual([0]);
});

test('a condition without a value that fits is refused', () => {
  expect(() => compileWhere([{ field: 'n', operator: '=' }])).toThrow('is required for "="');
  expect(() => compileWhere([{ field: 'n', operator: 'in', value: 5 }])).toThrow('must be a list');
});

test('of each record the fields named, in the order named', () => {
  expect(Object.entries(pick({ a: 1, b: 2, c: 3 }, ['c', 'a', 'missing', 'toString']))).toEqual([['c', 3], ['a', 1]]);
});
