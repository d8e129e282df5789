/**
 * JSON: an array of objects, one object, or objects one after another, cut into its records without
 * holding the whole. Each record leaves as one line with its own digits, so that no number loses any.
 */
import { longestRecord, malformed } from './bytes.ts';
import type { Lines } from './json-lines.ts';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const opens = new Set([0x7b, 0x5b]);
const closes = new Set([0x7d, 0x5d]);
const spaces = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [openBrace, openBracket, closeBracket] = [0x7b, 0x5b, 0x5d];

export async function* jsonValues(content: AsyncIterable<Buffer>, file: string): AsyncGenerator<Lines> {
  let place: 'start' | 'array' | 'values' | 'end' = 'start';
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** The parts of the record in hand that earlier chunks held. */
  let pending: Buffer[] = [];
  let pendingSize = 0;

  for await (const chunk of content) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (depth > 0) {
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === backslash) escaped = true;
          else if (byte === quote) inString = false;
        } else if (byte === quote) inString = true;
        else if (opens.has(byte)) depth += 1;
        else if (closes.has(byte) && (depth -= 1) === 0) {
          lines.push(line([...pending, chunk.subarray(start, at + 1)], file));
          pending = [];
          pendingSize = 0;
        }
      } else if (spaces.has(byte)) continue;
      else if (place === 'start' && byte === openBracket) place = 'array';
      else if (place === 'array' && byte === closeBracket) place = 'end';
      else if (place === 'array' && byte === comma) continue;
      else if (place !== 'end' && byte === openBrace) {
        if (place === 'start') place = 'values';
        depth = 1;
        start = at;
      } else throw malformed(file, 'it is not an array of JSON objects, nor one object');
    }
    if (depth > 0) {
      pending.push(chunk.subarray(start));
      pendingSize += chunk.length - start;
      if (pendingSize > longestRecord) throw malformed(file, `a record is longer than ${longestRecord} bytes`);
    }
    if (lines.length > 0) yield { ndjson: Buffer.concat(lines), count: lines.length };
  }
  if (depth > 0 || place === 'array') throw malformed(file, 'it ends in the middle of a record or of its array');
}

/** A record on one line: a newline in JSON text is a space between tokens, for strings cannot hold one. */
function line(parts: Buffer[], file: string): Buffer {
  const record = Buffer.concat([...parts, Buffer.from('\n')]);
  const text = record.subarray(0, -1);
  try {
    JSON.parse(text.toString('utf8'));
  } catch (error) {
    throw malformed(file, 'a record is not valid JSON', error);
  }
  for (let at = 0; at < text.length; at += 1) if (text[at] === 0x0a || text[at] === 0x0d) text[at] = 0x20;
  return record;
}
