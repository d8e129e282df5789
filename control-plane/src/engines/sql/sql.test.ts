import { readInput } from '../../categories/shared.ts';
import { writeInput } from '../../categories/database.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Column, Dialect, Table } from './dialect.ts';
import { importDsn } from './dsn.ts';
import { decodeCursor, encodeCursor, modelName, parseModelName } from './model.ts';
import { buildSelect } from './select.ts';
import { checkStatement, leadingWord } from './statement.ts';
import { buildWrite } from './write.ts';

const dialect: Dialect = {
  quote: (identifier) => `[${identifier.replaceAll(']', ']]')}]`,
  placeholder: (number) => `:${number}`,
  select: (_column, reference) => reference,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `has(${reference}, ${placeholder})`,
  bind: (_column, value, placeholder) => ({ text: placeholder, parameter: value }),
  upsert: (key, updates) => `on conflict (${key.join()}) update ${updates.join()}`,
  most_parameters: 6,
};
const column = (name: string, primary_key = false): Column => ({ name, type: 'text', nullable: true, primary_key });
const table: Table = { schema: 's', name: 'odd]name', type: 'table', columns: [column('id', true), column('a'), column('b')] };

const errorOf = (action: () => unknown): PatchbayError => {
  try {
    action();
  } catch (error) {
    if (PatchbayError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('select', () => {
  const select = (input: object) => buildSelect(dialect, table, readInput.parse({ model: 's.t', ...input }));

  test('quotes names and binds values, in order', () => {
    expect(select({
      fields: ['a', 'id'],
      where: [{ field: 'a', value: "'; drop table x; --" }, { field: 'b', operator: 'in', value: [1, true] }, { field: 'b', operator: 'is_null' }, { field: 'a', operator: 'contains', value: 5 }],
      order_by: [{ field: 'b', direction: 'desc' }, { field: 'id' }],
      limit: 7,
    })).toMatchObject({
      text: 'select t.[a] as [a], t.[id] as [id] from [s].[odd]]name] t where t.[a] = :1 and t.[b] in (:2, :3) and t.[b] is null and has(t.[a], :4) order by t.[b] desc, t.[id] asc limit 7',
      parameters: ["'; drop table x; --", 1, true, '5'],
    });
  });

  test('all fields when none are named; an empty list matches nothing', () => {
    expect(select({ fields: [], where: [{ field: 'a', operator: 'in', value: [] }] }).text).toBe(
      'select t.[id] as [id], t.[a] as [a], t.[b] as [b] from [s].[odd]]name] t where 1 = 0',
    );
  });

  test('names every field that is wrong', () => {
    const error = errorOf(() => select({
      fields: ['id', 'nope'], order_by: [{ field: 'id] desc; drop' }],
      where: [{ field: 'x', value: 1 }, { field: 'a' }, { field: 'a', value: null }, { field: 'a', operator: 'in', value: 'a' }, { field: 'a', value: { b: 1 } }],
    }));
    expect(error.code).toBe('invalid_request');
    expect(error.fields?.map(({ path }) => path)).toEqual(['fields.1', 'where.0.field', 'where.1.value', 'where.2.value', 'where.3.value', 'where.4.value', 'order_by.0.field']);
  });
});

describe('write', () => {
  const write = (input: object) => buildWrite(dialect, table, writeInput.parse({ model: 's.t', ...input })).map(({ text, parameters }) => [text, parameters]);

  test('neighbours with the same fields share a statement, as far as parameters reach', () => {
    expect(write({ records: [{ id: 1, a: 'x' }, { a: 'y', id: 2 }, { id: 3, a: 'z' }, { id: 4, a: 'v' }, { id: 5 }] })).toEqual([
      ['insert into [s].[odd]]name] ([a], [id]) values (:1, :2), (:3, :4), (:5, :6)', ['x', 1, 'y', 2, 'z', 3]],
      ['insert into [s].[odd]]name] ([a], [id]) values (:1, :2)', ['v', 4]],
      ['insert into [s].[odd]]name] ([id]) values (:1)', [5]],
    ]);
  });

  test('an upsert never touches a row twice in one statement', () => {
    expect(write({ mode: 'upsert', records: [{ id: 1, a: 'x' }, { id: 2, a: 'y' }, { id: '1', a: 'z' }] })).toEqual([
      ['insert into [s].[odd]]name] ([a], [id]) values (:1, :2), (:3, :4) on conflict ([id]) update [a]', ['x', 1, 'y', 2]],
      ['insert into [s].[odd]]name] ([a], [id]) values (:1, :2) on conflict ([id]) update [a]', ['z', '1']],
    ]);
  });

  test('update and delete find rows by the key that is named, or by the primary key', () => {
    expect(write({ mode: 'update', records: [{ id: 1, a: null }, { id: 2, a: 'y' }] })).toEqual([
      ['update [s].[odd]]name] set [a] = :1 where [id] = :2', [null, 1]],
      ['update [s].[odd]]name] set [a] = :1 where [id] = :2', ['y', 2]],
    ]);
    expect(write({ mode: 'delete', key: ['a', 'b'], records: [{ a: 1, b: 2, id: 9 }, { a: 3, b: 4 }] })).toEqual([
      ['delete from [s].[odd]]name] where ([a] = :1 and [b] = :2) or ([a] = :3 and [b] = :4)', [1, 2, 3, 4]],
    ]);
  });

  test('names every record that is wrong', () => {
    const error = errorOf(() => write({ mode: 'update', records: [{ id: 1 }, { a: 1 }, { id: 1, nope: 1, a: 2 }, {}] }));
    expect(error.fields).toEqual([
      { path: 'records.0', message: 'has nothing to update beside its key' },
      { path: 'records.1.id', message: 'is required: it is part of the key' },
      { path: 'records.2.nope', message: 'there is no field "nope" in s.odd]name' },
      { path: 'records.3.id', message: 'is required: it is part of the key' },
      { path: 'records.3', message: 'has no fields' },
    ]);
    expect(errorOf(() => write({ mode: 'delete', key: ['nope'], records: [{ id: 1 }] })).fields).toEqual([{ path: 'key.0', message: 'there is no field "nope"' }]);
  });
});

describe('models', () => {
  test.each([
    ['public', 'orders', 'public.orders'],
    ['a.b', 'c"d', '"a.b"."c""d"'],
    ['with space', 'Capital', 'with space.Capital'],
  ])('%s and %s are named %s, and found again', (schema, name, model) => {
    expect(modelName(schema, name)).toBe(model);
    expect(parseModelName(model)).toEqual({ schema, name });
    expect(decodeCursor(encodeCursor({ schema, name }))).toEqual({ schema, name });
  });

  test('only the first dot separates; a name alone has no schema', () => {
    expect(parseModelName('a.b.c')).toEqual({ schema: 'a', name: 'b.c' });
    expect(parseModelName('orders')).toEqual({ name: 'orders' });
  });

  test.each(['', '.', 'a.', '.a', '"a"b', '"a"."b"."c"', 'a.\0'])('%j is no name', (model) => {
    expect(errorOf(() => parseModelName(model))).toMatchObject({ code: 'invalid_request', fields: [{ path: 'model' }] });
  });
});

describe('a look at a statement', () => {
  test.each([
    ['select 1', 'select'], ['  (( SELECT 1))', 'select'], ['-- x\n/* a /* nested */ b */ with x as (select 1) table x', 'with'],
    ['/* not closed', ''], ['-- only', ''], ['', ''], [';;', ''], ['# x\nselect 1', '# x'], ['1', '1'],
  ])('%j begins with %j', (query, word) => expect(leadingWord(query)).toBe(word));

  test.each([
    ['# x\nselect 1', 'select'], ['/* a /* b */ select 1', 'select'], ['/*! create */ select 1', '/*!'], ['/*M!100 create */ select', '/*m'],
  ])('to MySQL %j begins with %j', (query, word) => expect(leadingWord(query, { mysql: true })).toBe(word));

  test('says what cannot be run, and why', () => {
    expect(() => checkStatement('insert into x values (1)', false)).not.toThrow();
    expect(errorOf(() => checkStatement('insert into x values (1)', true))).toMatchObject({ code: 'invalid_query', hint: expect.stringContaining('Read only') });
    expect(errorOf(() => checkStatement('Commit', false)).message).toMatch(/^COMMIT cannot be run here/);
    expect(errorOf(() => checkStatement('--', true))).toMatchObject({ code: 'invalid_query' });
  });
});

describe('DSNs', () => {
  test('what cannot be read is refused without showing it', () => {
    for (const source of ['mysql://u:p-canary@h/d', 'postgres://', 'not a dsn p-canary', 'postgres://u:p-canary@h:99999/d', 'postgres://u:p-canary%zz@h/d', 'postgres://u:p-canary@h/d?sslmode=odd']) {
      const error = errorOf(() => importDsn(source, ['postgres']));
      expect(error).toMatchObject({ code: 'invalid_request', fields: [{ path: 'source' }] });
      expect(JSON.stringify([error.message, error.hint, error.fields])).not.toContain('canary');
    }
  });

  test('leaves out what it does not say', () => {
    expect(importDsn('postgres://db', ['postgres'])).toEqual({ host: 'db' });
  });
});
