import { readRecords } from './records';
import type { Cut } from './records';

/** A body that comes in these pieces and, if told so, breaks off after them. */
function bodyOf(pieces: (string | Uint8Array)[], broken = false) {
  const state = { destroyed: false, read: 0 };
  const body = {
    async *[Symbol.asyncIterator]() {
      for (const piece of pieces) {
        state.read += 1;
        yield typeof piece === 'string' ? Buffer.from(piece) : piece;
      }
      if (broken) throw new Error('aborted');
    },
    destroy: () => void (state.destroyed = true),
  };
  return { body, state };
}

async function collect(body: Parameters<typeof readRecords>[0], limit?: number): Promise<{ records: unknown[]; cut?: Cut }> {
  const records: unknown[] = [];
  let cut: Cut | undefined;
  try {
    for await (const batch of readRecords(body, (found) => {
      cut = found;
      return new Error('cut');
    }, limit)) records.push(...batch);
  } catch (error) {
    if ((error as Error).message !== 'cut') throw new Error('not the error of a cut', { cause: error });
  }
  return { records, ...(cut && { cut }) };
}

describe('readRecords', () => {
  test('reads records wherever the stream is cut into pieces, within a character too', async () => {
    const text = Buffer.from('{"name":"Grüße"}\n{"name":"東京"}\n{"name":"line\\nbreak"}\n');
    const expected = { records: [{ name: 'Grüße' }, { name: '東京' }, { name: 'line\nbreak' }] };
    for (let size = 1; size <= text.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.subarray(index * size, (index + 1) * size));
      expect(await collect(bodyOf(pieces).body)).toEqual(expected);
    }
  });

  test('takes no records, blank lines, Windows line ends and a missing last line break', async () => {
    expect(await collect(bodyOf([]).body)).toEqual({ records: [] });
    expect(await collect(bodyOf(['{"a":1}\r\n\r\n{"a":2}']).body)).toEqual({ records: [{ a: 1 }, { a: 2 }] });
  });

  test('a stream that breaks off is an error, with the reason when its last line gives one', async () => {
    const problem = { status: 502, code: 'backend_unreachable', detail: 'The database went away.' };
    expect(await collect(bodyOf(['{"a":1}\n', `${JSON.stringify({ $error: problem })}\n`], true).body)).toEqual({ records: [{ a: 1 }], cut: { problem } });
    expect(await collect(bodyOf(['{"a":1}\n{"a"'], true).body)).toEqual({ records: [{ a: 1 }], cut: { problem: undefined } });
  });

  test('a record that happens to be called $error is one when the stream ends well', async () => {
    const records = [{ $error: 'a column' }, { a: 1 }, { $error: 'the last' }];
    expect(await collect(bodyOf(records.map((record) => `${JSON.stringify(record)}\n`)).body)).toEqual({ records });
  });

  test('stops at the limit and closes the stream', async () => {
    const { body, state } = bodyOf(['{"a":1}\n', '{"a":2}\n{"a":3}\n', '{"a":4}\n']);
    expect(await collect(body, 2)).toEqual({ records: [{ a: 1 }, { a: 2 }] });
    expect(state).toEqual({ destroyed: true, read: 2 });
  });
});
