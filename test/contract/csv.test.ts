import { csv } from '../../control-plane/src/kinds/csv/index.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { createUploads } from '../../control-plane/src/modules/uploads/index.ts';
import { connectors, tenants } from '../../control-plane/src/modules/tables/index.ts';
import { newId } from '../../control-plane/src/platform/ids.ts';
import { openStore } from '../../control-plane/src/platform/db/index.ts';
import { workbook, zip } from '../fixtures/workbook.ts';
import { startProxy } from '../peers/proxy.ts';
import type { Proxy } from '../peers/proxy.ts';
import { createTestDatabase } from '../setup/database.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';
import type { Peer } from './test-kind.ts';

const megabyte = 1024 * 1024;
const people = 'id;name;since;paid;balance\n1;Ada;2026-01-31;true;9007199254740993\n2;"Grace; ""H."" Hopper";;false;-5\n';
const many = `n,text\n${Array.from({ length: 200_000 }, (_, n) => `${n},row ${n}`).join('\n')}\n`;
const book = workbook({
  Prices: [['sku', 'price', 'valid from', 'sold', 'note'], ['A-1', 9.5, new Date('2026-02-03T00:00:00Z'), true, 'a "quoted", note'], ['007', 12, new Date('2026-02-04T00:00:00Z'), false, null]],
  Empty: [],
});

/** @param dial the address to reach the database's own by */
async function start(dial: (url: URL) => Promise<URL> = async (url) => url): Promise<Peer> {
  const database = await createTestDatabase();
  const store = openStore((await dial(new URL(database.url))).href, { pool_size: 3 });
  const [tenant_id, id] = [newId(), newId()];
  await store.db.insert(tenants).values({ id: tenant_id, slug: 'acme', name: 'Acme', path: [tenant_id] });
  await store.db.insert(connectors).values({ tenant_id, id, slug: 'files', name: 'Files', kind: 'csv', category: 'file', config: {}, secrets: {} });
  return {
    config: {},
    context: { uploads: createUploads({ store, limit: 20 * megabyte }).of({ tenant_id, id }) },
    async stop() {
      await store.close();
      await database.drop();
    },
  };
}

const upload = (name: string, content: string | Buffer, expected: object, more: object = {}) => ({
  input: { name, ...more }, content: Buffer.from(content), expect: (result: unknown) => expect(result).toMatchObject(expected),
});
const fields = (types: Record<string, string>) => Object.entries(types).map(([name, type]) => ({ name, type, nullable: true }));

testKind(csv, {
  start: () => start(),
  wrong_configs: { timeout: { timeout: 0 } },
  faults: 'the kind dials nothing: what it keeps lies in the service’s own store',
  operations: {
    upload: [
      upload('people', people, { name: 'people', rows: 2, size: people.length, fields: fields({ id: 'BIGINT', name: 'VARCHAR', since: 'DATE', paid: 'BOOLEAN', balance: 'BIGINT' }) }),
      upload('Preise 2026.xlsx', book, { rows: 2, fields: fields({ sku: 'VARCHAR', price: 'DOUBLE', 'valid from': 'DATE', sold: 'BOOLEAN', note: 'VARCHAR' }) }),
      upload('many', many, { rows: 200_000 }),
      upload('tabs', 'a\tb\n1\tx,y\n', { rows: 1, fields: fields({ a: 'BIGINT', b: 'VARCHAR' }) }, { format: 'tsv' }),
      upload('headless', '1,2\n3,4\n', { rows: 2, fields: fields({ column0: 'BIGINT', column1: 'BIGINT' }) }, { header: 'false' }),
      upload('umlauts', Buffer.from('name,ort\nJürgen,Köln\n', 'latin1'), { rows: 1 }),
      upload('marked', Buffer.from('\ufeffname,n\nŁódź,1\n', 'utf16le'), { rows: 1 }),
      // The last row is no number: every row counts for the type.
      upload('late', `n\n${'1\n'.repeat(50_000)}x\n`, { rows: 50_001, fields: fields({ n: 'VARCHAR' }) }),
      upload('people', 'id,name\n3,Alan\n', { rows: 1 }, { name: 'replaced' }),
      upload('replaced', 'id\n4\n5\n', { rows: 2, fields: fields({ id: 'BIGINT' }) }),
    ],
    discover: [
      { input: { search: 'p' }, expect: (result) => expect(new Set(result.models)).toEqual(new Set(['people', 'Preise 2026.xlsx', 'replaced'].map((name) => ({ name, type: 'upload', estimated_rows: 2 })))) },
      { input: { limit: 2 }, expect: (result) => expect(result).toEqual({ models: [expect.any(Object), expect.any(Object)], next_cursor: expect.any(String) }) },
      { input: { model: 'replaced' }, expect: (result) => expect(result.models).toEqual([{ name: 'replaced', type: 'upload', estimated_rows: 2, fields: [{ name: 'id', type: 'BIGINT', nullable: true }] }]) },
    ],
    read: [
      {
        input: { model: 'people' },
        expect: (rows) => expect(rows).toEqual([
          { id: '1', name: 'Ada', since: '2026-01-31', paid: true, balance: '9007199254740993' },
          { id: '2', name: 'Grace; "H." Hopper', since: null, paid: false, balance: '-5' },
        ]),
      },
      {
        input: { model: 'Preise 2026.xlsx', order_by: [{ field: 'sku' }] },
        expect: (rows) => expect(rows).toEqual([
          { sku: '007', price: 12, 'valid from': '2026-02-04', sold: false, note: null },
          { sku: 'A-1', price: 9.5, 'valid from': '2026-02-03', sold: true, note: 'a "quoted", note' },
        ]),
      },
      { input: { model: 'replaced' }, expect: (rows) => expect(rows).toEqual([{ id: '4' }, { id: '5' }]) },
      { input: { model: 'umlauts' }, expect: (rows) => expect(rows).toEqual([{ name: 'Jürgen', ort: 'Köln' }]) },
      { input: { model: 'marked' }, expect: (rows) => expect(rows).toEqual([{ name: 'Łódź', n: '1' }]) },
      { input: { model: 'many', where: [{ field: 'n', operator: '>', value: 199_998 }] }, expect: (rows) => expect(rows).toEqual([{ n: '199999', text: 'row 199999' }]) },
    ],
    query: [{
      input: { query: 'select p.name, count(*)::int as n from people p join many m on m.n = p.id join preise_2026 x on true where p.id = ? group by 1', parameters: [1] },
      expect: (rows) => expect(rows).toEqual([{ name: 'Ada', n: 2 }]),
    }],
  },
  refusals: [
    { operation: 'read', input: { model: 'nothing' }, code: 'model_not_found' },
    { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
    { operation: 'read', input: { model: 'people', where: [{ field: 'nothing', operator: '=', value: 1 }] }, code: 'invalid_request' },
    { operation: 'query', input: { query: 'select 1; select 2' }, code: 'invalid_query' },
    { operation: 'query', input: { query: "select * from read_csv('/etc/passwd')" }, code: 'invalid_query' },
  ],
  long_operations: [{ operation: 'read', input: { model: 'many' }, expect: (rows) => expect(rows).toHaveLength(200_000) }],
});

test('a store that goes away in the middle of a read is an error, and no shorter file', async () => {
  let proxy: Proxy | undefined;
  const peer = await start(async (url) => {
    proxy = await startProxy({ host: url.hostname, port: Number(url.port || 5432) });
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(proxy.port) });
  });
  const [first, opened] = [await openKind(csv, {}, [], peer.context), await openKind(csv, {}, [], peer.context)];
  try {
    await runOperation(csv, first.session, 'upload', { name: 'many' }, { ...first.call(), timeout: 30 }, { content: (async function* () { yield Buffer.from(many); })() });
    const before = proxy!.passed();
    expect(await first.records('read', { model: 'many' })).toHaveLength(200_000);
    const held = proxy!.hold(Math.floor((proxy!.passed() - before) / 2));
    const reading = opened.records('read', { model: 'many' }).then(() => undefined, (error: unknown) => error);
    await Promise.race([held, reading]);
    await proxy!.cut();
    expect(await reading).toMatchObject({ code: 'unavailable' });
    await proxy!.restore();
    await opened.records('read', { model: 'many', limit: 1 }).catch(() => undefined);
    expect(await opened.records('read', { model: 'many' })).toHaveLength(200_000);
  } finally {
    await proxy!.restore();
    await first.close();
    await opened.close();
    await peer.stop();
    await proxy!.stop();
  }
});

describe('what is kept as it was written', () => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await start();
  });
  afterAll(() => peer?.stop());

  /** @returns types by the names of the fields, and the records as lists */
  const kept = async (content: string | Buffer, input: object = {}) => {
    const opened = await openKind(csv, {}, [], peer.context);
    try {
      const bytes = (async function* () { yield Buffer.from(content as string); })();
      const outcome = await runOperation(csv, opened.session, 'upload', { name: 'x', ...input }, { ...opened.call(), timeout: 60 }, { content: bytes });
      const { fields: found } = (outcome as unknown as { value: { fields: { name: string; type: string }[] } }).value;
      const rows = (await opened.records('read', { model: 'x' })) as Record<string, unknown>[];
      return { types: Object.fromEntries(found.map(({ name, type }) => [name, type])), rows: rows.map((row) => Object.values(row)) };
    } finally {
      await opened.close();
    }
  };

  test.each<[string, string | Buffer, object, Record<string, string>, unknown[][]]>([
    ['integers beyond 64 bits', 'n\n12345678901234567890\n12345678901234567891\n', {}, { n: 'DECIMAL(38,0)' }, [['12345678901234567890'], ['12345678901234567891']]],
    ['integers that no DECIMAL holds', `n\n${'9'.repeat(39)}\n1\n`, {}, { n: 'VARCHAR' }, [['9'.repeat(39)], ['1']]],
    ['decimals that a double rounds', 'n\n1234567890123456.789\n0.5\n', {}, { n: 'DECIMAL(38,3)' }, [['1234567890123456.789'], ['0.500']]],
    ['long integers among decimals', 'n\n123456789012345678\n0.5\n', {}, { n: 'DECIMAL(38,1)' }, [['123456789012345678.0'], ['0.5']]],
    ['numbers that no double reaches', 'n\n1e400\n1\n', {}, { n: 'VARCHAR' }, [['1e400'], ['1']]],
    ['doubles', 'n\n0.30000000000000004\n-1.5e-7\n1000000\n\n', {}, { n: 'DOUBLE' }, [[0.30000000000000004], [-1.5e-7], [1_000_000], [null]]],
    ['zeros and plus signs that lead', 'zip,phone\n01067,+4930123\n99999,+4940456\n', {}, { zip: 'VARCHAR', phone: 'VARCHAR' }, [['01067', '+4930123'], ['99999', '+4940456']]],
    ['dates that may be read in two ways', 'd\n01/02/2026\n13/02/2026\n', {}, { d: 'VARCHAR' }, [['01/02/2026'], ['13/02/2026']]],
    ['dates whose format is given', 'd,e\n01/02/2026,1.2.2026 08:30\n13/02/2026,\n', { date_format: 'DMY' }, { d: 'DATE', e: 'TIMESTAMP' }, [['2026-02-01', '2026-02-01T08:30:00'], ['2026-02-13', null]]],
    ['dates of another format than is given', 'd\n13/02/2026\n', { date_format: 'MDY' }, { d: 'VARCHAR' }, [['13/02/2026']]],
    ['dates and times in ISO 8601', 'd,t,i,c\n2026-01-31,2026-01-31T10:00:00.5,2026-01-31T10:00:00+02:00,23:59:00\n', {}, { d: 'DATE', t: 'TIMESTAMP', i: 'TIMESTAMP WITH TIME ZONE', c: 'TIME' },
      [['2026-01-31', '2026-01-31T10:00:00.5', '2026-01-31T08:00:00+00:00', '23:59:00']]],
    ['an empty text and no value', 'a,n\n"",""\n,1\nx,\n', {}, { a: 'VARCHAR', n: 'BIGINT' }, [['', null], [null, '1'], ['x', null]]],
    ['marks of comments', '# a,b\n#1,2\n', {}, { '# a': 'VARCHAR', b: 'BIGINT' }, [['#1', '2']]],
    ['line ends within the names', '"a\r\nb","c\rd"\n1,2\n', {}, { 'a\r\nb': 'BIGINT', 'c\rd': 'BIGINT' }, [['1', '2']]],
    ['rows that end with a carriage return', 'a,b\r1,2\r', {}, { a: 'BIGINT', b: 'BIGINT' }, [['1', '2']]],
    ['rows that end in several ways', 'a,b\r\n1,"x\r\n""y"\n2,5" pipe\r3,z\r\n', {}, { a: 'BIGINT', b: 'VARCHAR' }, [['1', 'x\r\n"y'], ['2', '5" pipe'], ['3', 'z']]],
    ['empty lines', '\n\na,b\n1,2\n\n3,4\n\n', {}, { a: 'BIGINT', b: 'BIGINT' }, [['1', '2'], ['3', '4']]],
    ['names that are empty or equal', ',a,A,a\n1,2,3,4\n', {}, { column0: 'BIGINT', a: 'BIGINT', A_1: 'BIGINT', a_2: 'BIGINT' }, [['1', '2', '3', '4']]],
    ['a first row that is a record', '1,2026-01-01\n2,2026-01-02\n', {}, { column0: 'BIGINT', column1: 'DATE' }, [['1', '2026-01-01'], ['2', '2026-01-02']]],
    ['texts alone below names', 'name,ort\nAda,London\n', {}, { name: 'VARCHAR', ort: 'VARCHAR' }, [['Ada', 'London']]],
    ['commas in numbers between semicolons', 'a;b\n1,5;2\n2,25;3\n', {}, { a: 'VARCHAR', b: 'BIGINT' }, [['1,5', '2'], ['2,25', '3']]],
    ['the euro of Windows', Buffer.from([0x70, 0x0a, 0x80, 0x0a]), {}, { p: 'VARCHAR' }, [['€']]],
    ['UTF-16 with its high bytes first', Buffer.from('\ufeffp,q\nŁ,1\n', 'utf16le').swap16(), {}, { p: 'VARCHAR', q: 'BIGINT' }, [['Ł', '1']]],
    ['texts of a workbook that look like something else', workbook({ A: [['id', 'code', 'day', 'note'], ['12345678901234567890', '1E5', '2026-01-01', ''], ['12345678901234567891', '007', '2026-01-02', 'true']] }), {},
      { id: 'VARCHAR', code: 'VARCHAR', day: 'VARCHAR', note: 'VARCHAR' }, [['12345678901234567890', '1E5', '2026-01-01', ''], ['12345678901234567891', '007', '2026-01-02', 'true']]],
    ['values of a workbook', workbook({ A: [['n', 'x', 'mixed', 'at', 'bad'], [1, { xml: '<c><v>1.1000000000000001</v></c>' }, 1, new Date('2026-02-03T10:30:00Z'), { xml: '<c t="e"><v>#N/A</v></c>' }], [2, 1e-7, 'x', new Date('2026-02-04T00:00:00Z'), 5]] }), {},
      { n: 'BIGINT', x: 'DOUBLE', mixed: 'VARCHAR', at: 'TIMESTAMP', bad: 'BIGINT' }, [['1', 1.1, '1', '2026-02-03T10:30:00', null], ['2', 1e-7, 'x', '2026-02-04T00:00:00', '5']]],
    ['a workbook whose rows are of several widths', workbook({ A: [['a'], [1, 'x'], [null, null, true], [null], [4]] }), {}, { a: 'BIGINT', column1: 'VARCHAR', column2: 'BOOLEAN' }, [['1', 'x', null], [null, null, true], ['4', null, null]]],
    ['a workbook without names', workbook({ A: [['x', 1], ['y', 2]] }), {}, { column0: 'VARCHAR', column1: 'BIGINT' }, [['x', '1'], ['y', '2']]],
    ['texts that the cells of a workbook share', workbook({ A: [[{ xml: '<c t="s"><v>0</v></c>' }], [{ xml: '<c t="s"><v>1</v></c>' }]] },
      { 'xl/sharedStrings.xml': '<x:sst xmlns:x="m"><x:si><x:t>n&amp;m</x:t></x:si><x:si><x:r><x:t>a_x000D_</x:t></x:r><x:r><x:t xml:space="preserve"> b</x:t></x:r><x:rPh><x:t>kana</x:t></x:rPh></x:si></x:sst>' }), {}, { 'n&m': 'VARCHAR' }, [['a\r b']]],
  ])('%s', async (_name, content, input, types, rows) => {
    expect(await kept(content, input)).toEqual({ types, rows });
  });

  test('workbooks that come at once, one after another', async () => {
    const opened = await openKind(csv, {}, [], peer.context);
    try {
      const one = async (name: string) => runOperation(csv, opened.session, 'upload', { name }, { ...opened.call(), timeout: 60 }, { content: (async function* () { yield book; })() });
      expect(await Promise.all(['a', 'b', 'c'].map(one))).toEqual(['a', 'b', 'c'].map((name) => ({ result: 'json', value: expect.objectContaining({ name, rows: 2 }) })));
    } finally {
      await opened.close();
    }
  });
});

describe('what is not kept', () => {
  let peer: Peer;
  beforeAll(async () => {
    peer = await start();
  });
  afterAll(() => peer?.stop());

  const attempt = async (content: Buffer | AsyncIterable<Uint8Array>, input: object = {}, size?: number) => {
    const opened = await openKind(csv, {}, [], peer.context);
    try {
      const bytes = Buffer.isBuffer(content) ? (async function* () { yield content; })() : content;
      const session = opened.session as unknown as { upload(input: object, call: object): Promise<unknown> };
      return await session.upload({ name: 'x', format: 'auto', ...input, content: bytes, ...(size !== undefined && { size }) }, opened.call()).then(() => undefined, (error: unknown) => error);
    } finally {
      expect(await peer.context!.uploads!.list({ limit: 10 })).toEqual([]);
      await opened.close();
    }
  };

  test.each<[string, Buffer, object, string, RegExp]>([
    ['an old Excel file', Buffer.from('d0cf11e0a1b11ae1', 'hex'), {}, 'invalid_request', /old format/],
    ['a ZIP that is no workbook', zip({ 'a.txt': 'hello' }), {}, 'invalid_request', /no workbook/],
    ['a damaged workbook', book.subarray(0, book.length - 40), {}, 'invalid_request', /no workbook/],
    ['a sheet that is not there', book, { sheet: 'Costs' }, 'invalid_request', /no sheet "Costs"/],
    ['an empty sheet', book, { sheet: 'Empty' }, 'invalid_request', /empty/],
    ['an empty file', Buffer.alloc(0), {}, 'invalid_request', /empty/],
    ['text that is said to be a workbook', Buffer.from('a,b\n'), { format: 'xlsx' }, 'invalid_request', /no Excel workbook/],
    ['a workbook whose texts unpack to more than they may', workbook({ A: [['a']] }, { 'xl/sharedStrings.xml': Buffer.alloc(260 * megabyte, `<si><t>${'a'.repeat(2000)}</t></si>`) }), {}, 'payload_too_large', /256 MB in its texts/],
    ['a workbook with a text that never ends', workbook({ A: [['a']] }, { 'xl/sharedStrings.xml': Buffer.alloc(100 * megabyte, 'a') }), {}, 'invalid_request', /no workbook/],
    ['a row that is too short', Buffer.from('a,b\n1,2\n3\n4,5,6\n'), {}, 'invalid_request', /Line 3 has 1 cell where the first row has 2/],
    ['a row that is too long', Buffer.from('a,b\n1,2\n4,5,6\n'), {}, 'invalid_request', /Line 3 has 3 cells where the first row has 2/],
    ['a row that is too long far down', Buffer.from(`a,b\n${'1,2\n'.repeat(300_000)}3\n`), {}, 'invalid_request', /Line 300002 has 1 cell/],
    ['a title above the names', Buffer.from('Sales 2026\n\na,b,c\n1,2,3\n'), {}, 'invalid_request', /cells where the first row has 1/],
    ['a quote that is not closed', Buffer.from('a,b\n1,"open\n2,3\n'), {}, 'invalid_request', /Line 2 has a quote/],
    ['text after a quote', Buffer.from('a,b\n1,"x"y\n'), {}, 'invalid_request', /Line 2 has a quote/],
  ])('%s', async (_name, content, input, code, says) => {
    const error = await attempt(content, input);
    expect(error).toMatchObject({ code });
    expect(String(error)).toMatch(says);
    expect(String(error)).not.toContain('/tmp');
  }, 30_000);

  test('more than the limit, announced or not', async () => {
    expect(await attempt(Buffer.from('a\n'), {}, 21 * megabyte)).toMatchObject({ code: 'payload_too_large' });
    const endless = (async function* () { for (;;) yield Buffer.alloc(megabyte, 'a,b\n'); })();
    expect(await attempt(endless)).toMatchObject({ code: 'payload_too_large' });
  });

  test('a body that breaks off', async () => {
    expect(await attempt(Buffer.from('a\n1\n'), {}, 100)).toMatchObject({ code: 'invalid_request' });
    const broken = (async function* () { yield Buffer.from('a\n'); throw new Error('gone'); })();
    expect(await attempt(broken)).toMatchObject({ message: 'gone' });
  });

  test('anything without a saved connector', async () => {
    const opened = await openKind(csv, {});
    await expect(opened.run('read', { model: 'x' })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('saved connector') });
    expect(await opened.test()).toMatchObject({ message: expect.stringContaining('saved') });
    await opened.close();
  });
});
