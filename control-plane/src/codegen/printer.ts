/** Prints values as TypeScript literals, always the same way, so that what is generated never drifts by its looks. */

const width = 120;

/** An expression to be printed as it stands, where a value is expected. */
export interface Code {
  readonly code: string;
}

export function code(expression: string): Code {
  return { code: expression };
}

function isCode(value: object): value is Code {
  return 'code' in value && Object.keys(value).length === 1;
}

/** A string in single quotes. */
export function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

const printKey = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key));

function printInline(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isCode(value)) return value.code;
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  const members = present(value).map(([key, member]) => `${printKey(key)}: ${printInline(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const present = (value: object): [string, unknown][] => Object.entries(value).filter(([, member]) => member !== undefined);

/**
 * @param value plain data, with `code()` in between; members that are undefined are left out
 * @param indent the depth, in steps of two spaces, of the line on which the value begins
 * @param used the columns that stand before it on that line
 */
export function print(value: unknown, indent = 0, used = indent * 2): string {
  const inline = printInline(value);
  if (value === null || typeof value !== 'object' || isCode(value)) return inline;
  if (used + inline.length + 1 <= width && !inline.includes('\n')) return inline;
  const inner = '  '.repeat(indent + 1);
  const outer = '  '.repeat(indent);
  if (Array.isArray(value)) {
    const lines = value.map((member) => `${inner}${print(member, indent + 1)},\n`);
    return `[\n${lines.join('')}${outer}]`;
  }
  const lines = present(value).map(([key, member]) => {
    const start = `${inner}${printKey(key)}: `;
    return `${start}${print(member, indent + 1, start.length)},\n`;
  });
  return `{\n${lines.join('')}${outer}}`;
}
