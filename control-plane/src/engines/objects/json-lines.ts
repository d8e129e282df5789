/** JSON Lines: whole lines are passed on as they are, none is parsed. */
import { longestRecord, malformed } from './bytes.ts';

/** Whole lines, each one JSON object and closed by a newline. */
export interface Lines {
  ndjson: Buffer;
  count: number;
}

const newline = 0x0a;

/** Checks of each line that it begins and ends as an object does: that catches what is cut off or another format. */
export async function* jsonLines(content: AsyncIterable<Buffer>, file: string): AsyncGenerator<Lines> {
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let line = 0;
  const checked = (whole: Buffer): Lines => {
    const lines = checkLines(whole, file, line);
    line += lines.lines;
    return lines;
  };
  for await (const chunk of content) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) {
      const batch = checked(pending.length > 0 ? Buffer.concat([...pending, chunk.subarray(0, end)]) : chunk.subarray(0, end));
      if (batch.count > 0) yield { ndjson: batch.ndjson, count: batch.count };
      pending = [];
      pendingSize = 0;
    }
    if (end < chunk.length) {
      pending.push(chunk.subarray(end));
      pendingSize += chunk.length - end;
      if (pendingSize > longestRecord) throw malformed(file, `line ${line + 1} is longer than ${longestRecord} bytes`);
    }
  }
  if (pendingSize === 0) return;
  const last = checked(Buffer.concat([...pending, Buffer.from('\n')]));
  if (last.count > 0) yield { ndjson: last.ndjson, count: last.count };
}

function checkLines(whole: Buffer, file: string, linesBefore: number): Lines & { lines: number } {
  const blank: [start: number, end: number][] = [];
  let lines = 0;
  for (let start = 0; start < whole.length; ) {
    const end = whole.indexOf(newline, start);
    let first = start;
    let last = end - 1;
    while (first < end && isSpace(whole[first])) first += 1;
    while (last > first && isSpace(whole[last])) last -= 1;
    lines += 1;
    if (first === end) blank.push([start, end + 1]);
    else if (whole[first] !== 0x7b || whole[last] !== 0x7d) throw malformed(file, `line ${linesBefore + lines} is not a JSON object`);
    start = end + 1;
  }
  return { ndjson: blank.length === 0 ? whole : without(whole, blank), count: lines - blank.length, lines };
}

function without(whole: Buffer, ranges: [start: number, end: number][]): Buffer {
  const kept: Buffer[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    kept.push(whole.subarray(from, start));
    from = end;
  }
  return Buffer.concat([...kept, whole.subarray(from)]);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

/** The first lines of a batch. */
export function firstLines({ ndjson, count }: Lines, limit: number): Lines {
  if (count <= limit) return { ndjson, count };
  let end = 0;
  for (let line = 0; line < limit; line += 1) end = ndjson.indexOf(newline, end) + 1;
  return { ndjson: ndjson.subarray(0, end), count: limit };
}

/** Parses the lines of a batch. */
export function parseLines({ ndjson }: Lines, file: string): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  for (const line of ndjson.toString('utf8').split('\n')) {
    if (line === '') continue;
    try {
      rows.push(JSON.parse(line) as Record<string, unknown>);
    } catch (error) {
      throw malformed(file, 'a line is not valid JSON', error);
    }
  }
  return rows;
}
