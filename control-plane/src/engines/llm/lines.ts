/** The two framings in which providers stream: lines of JSON, and server-sent events. */
import { PatchbayError } from '../../platform/errors.ts';

/** In characters. No provider writes longer ones; a server that never ends its line must not fill the memory. */
const longestLine = 16_000_000;

/** Lines without their ends, whatever the chunks they come in. A last line without an end counts too. */
export async function* textLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    // A return at the end may be the first half of a line end.
    const held = pending.endsWith('\r') ? '\r' : '';
    const lines = (held ? pending.slice(0, -1) : pending).split(/\r\n|\n|\r/);
    pending = lines.pop()! + held;
    if (pending.length > longestLine) throw new PatchbayError('backend_error', `The backend streamed a line of more than ${longestLine} characters.`, { hint: 'Check that the address is the one of the model’s API.' });
    yield* lines;
  }
  const rest = (pending + decoder.decode()).replace(/\r$/, '');
  if (rest !== '') yield rest;
}

export interface ServerSentEvent {
  /** `message` when the server names none. */
  event: string;
  data: string;
}

/** Source: https://html.spec.whatwg.org/multipage/server-sent-events.html. An event that is cut off is dropped, as there. */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let first = true;
  for await (const raw of textLines(body)) {
    const line = first ? raw.replace(/^\uFEFF/, '') : raw;
    first = false;
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
      event = '';
      data = [];
      continue;
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
}

/** Parses a piece of a stream. Throws `backend_error` for what is no JSON object. */
export function parsePiece(text: string, provider: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below, without the text: it may hold anything.
  }
  throw new PatchbayError('backend_error', `${provider} streamed something that is no JSON object.`, { hint: 'Check that the address is the one of the model’s API.' });
}
