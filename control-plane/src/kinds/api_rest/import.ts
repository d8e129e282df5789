/** Config out of a URL with credentials or a curl command line, as a provider's documentation prints it. */
import type { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { apiRestConfig } from './config.ts';

type Imported = Partial<z.input<typeof apiRestConfig>>;

const secretName = /^(x-)?(api|app|access|auth|subscription|private)?[-_]?(key|token|secret|apikey|authorization|appid)$|api[-_]?key|[-_](token|secret|key)$|^(cookie|token)$/i;
/** curl's options that take a value which says nothing about the connector. */
const ignoredWithValue = new Set([
  '-d', '--data', '--data-raw', '--data-binary', '--data-urlencode', '--json', '-F', '--form', '-o', '--output', '-m', '--max-time',
  '--connect-timeout', '--retry', '-w', '--write-out', '-c', '--cookie-jar', '-T', '--upload-file',
]);

export function importApiRest(source: string): Imported {
  const text = source.trim();
  return /^curl\s/.test(text) ? fromCurl(words(text).slice(1)) : fromAddress(text, {});
}

function refuse(message: string): never {
  throw new PatchbayError('invalid_request', message, {
    hint: 'Give a curl command line, or an address such as https://user:password@api.example.com/v1.',
    fields: [{ path: 'source', message }],
  });
}

function fromAddress(text: string, found: Imported): Imported {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return refuse('This is neither a curl command nor an http address.');
  const credentials: Imported = url.username === '' ? {} : basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
  for (const [name, value] of [...url.searchParams]) {
    if (!secretName.test(name)) continue;
    Object.assign(credentials, { authentication: 'api_key', api_key_in: 'query', api_key_name: name, api_key: value });
    url.searchParams.delete(name);
  }
  return { base_url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, ...credentials, ...found };
}

function fromCurl(args: string[]): Imported {
  const found: Imported = {};
  let address: string | undefined;
  let method = 'GET';
  for (let index = 0; index < args.length; index += 1) {
    const [option, attached] = splitOption(args[index]!);
    const value = () => attached ?? args[(index += 1)] ?? refuse(`The option ${option} has no value.`);
    if (option === '-H' || option === '--header') addHeader(found, value());
    else if (option === '-u' || option === '--user') {
      const [username = '', ...password] = value().split(':');
      Object.assign(found, basic(username, password.join(':')));
    } else if (option === '-X' || option === '--request') method = value().toUpperCase();
    else if (option === '--url') address = value();
    else if (option === '-b' || option === '--cookie') addHeader(found, `Cookie: ${value()}`);
    else if (option === '-A' || option === '--user-agent') addHeader(found, `User-Agent: ${value()}`);
    else if (ignoredWithValue.has(option)) {
      method = option.startsWith('-d') || option.startsWith('--data') || option === '--json' || /^(-F|--form)$/.test(option) ? 'POST' : method;
      value();
    } else if (!option.startsWith('-')) address ??= option;
  }
  if (address === undefined) return refuse('The curl command has no address.');
  const imported = fromAddress(/^https?:/.test(address) ? address : `https://${address}`, found);
  const url = new URL(imported.base_url!);
  // The command names one endpoint: it becomes what is tested, and the host what all requests go to.
  return { ...imported, base_url: url.origin, ...(method === 'GET' && { test_path: url.pathname }) };
}

function basic(username: string, password: string): Imported {
  return { authentication: 'basic', username, password };
}

function addHeader(found: Imported, header: string): void {
  const colon = header.indexOf(':');
  const name = header.slice(0, colon).trim();
  const value = header.slice(colon + 1).trim();
  if (colon < 1) return;
  const authorization = /^authorization$/i.test(name) ? /^(\S+)\s+(.+)$/.exec(value) : null;
  if (authorization?.[1]?.toLowerCase() === 'bearer') Object.assign(found, { authentication: 'bearer', token: authorization[2] });
  else if (authorization?.[1]?.toLowerCase() === 'basic') {
    const [username = '', ...password] = Buffer.from(authorization[2]!, 'base64').toString('utf8').split(':');
    Object.assign(found, basic(username, password.join(':')));
  } else if (secretName.test(name)) Object.assign(found, { authentication: 'api_key', api_key_in: 'header', api_key_name: name, api_key: value });
  else if (!/^(content-type|content-length|host)$/i.test(name)) found.headers = { ...found.headers, [name]: value };
}

/** `-uname:pw` and `--header=x` carry their value with them. */
function splitOption(word: string): [string, string | undefined] {
  if (/^-[HuXbdAFomwcT]./.test(word)) return [word.slice(0, 2), word.slice(2)];
  const long = /^(--[a-z-]+)=(.*)$/s.exec(word);
  return long ? [long[1]!, long[2]] : [word, undefined];
}

/** Splits a command line as a shell does: quotes, backslashes, lines that go on. */
function words(line: string): string[] {
  const found: string[] = [];
  const pattern = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\[\s\S]|[^\s"'\\])+)/y;
  const text = line.replace(/\\\r?\n/g, ' ').trimEnd();
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return refuse('A quote in the curl command is not closed.');
    found.push(match[1]!.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\([\s\S])/g, (_all, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? ''));
  }
  return found;
}
