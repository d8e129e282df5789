/**
 * What zod finds, in words that follow the name of a field: `is required`, `must be at least 1`. Whoever
 * reads them fills in a form or calls an API; neither knows zod. A message that a schema gives itself stays.
 */
import { z } from 'zod';

const types: Record<string, string> = { string: 'text', int: 'a whole number', number: 'a number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object', null: 'null' };
const formats: Record<string, string> = {
  uuid: 'a UUID', email: 'an e-mail address', url: 'a URL', datetime: 'a date and time such as 2026-01-31T12:00:00Z', date: 'a date such as 2026-01-31', time: 'a time such as 12:00:00',
  ipv4: 'an IPv4 address', ipv6: 'an IPv6 address', base64: 'Base64', json_string: 'JSON',
};
const units: Record<string, [one: string, many: string]> = { string: ['character', 'characters'], array: ['entry', 'entries'], set: ['entry', 'entries'], map: ['entry', 'entries'] };

/** `at least 1 character`, or `at least 1`. */
const amount = (words: string, limit: number | bigint, origin: string) => {
  const unit = units[origin]?.[limit === 1 ? 0 : 1];
  return unit === undefined ? `be ${words} ${limit}` : `have ${words} ${limit} ${unit}`;
};

/** Undefined for what zod words well enough itself. */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': return issue.input === undefined ? 'is required' : `must be ${types[issue.expected] ?? `of type ${issue.expected}`}`;
    case 'invalid_value': return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return `must ${amount(issue.inclusive === false ? 'more than' : 'at least', issue.minimum, issue.origin)}`;
    case 'too_big': return `must ${amount(issue.inclusive === false ? 'less than' : 'at most', issue.maximum, issue.origin)}`;
    case 'invalid_format':
      switch (issue.format) {
        case 'starts_with': return `must begin with “${String(issue['prefix'])}”`;
        case 'ends_with': return `must end with “${String(issue['suffix'])}”`;
        case 'includes': return `must contain “${String(issue['includes'])}”`;
        case 'regex': return `must match ${String(issue.pattern)}`;
        default: return formats[issue.format] && `must be ${formats[issue.format]}`;
      }
    case 'not_multiple_of': return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys': return `has no field ${issue.keys.join(', ')}`;
    case 'invalid_union': return 'has none of the forms that are expected';
    default: return undefined;
  }
}

z.config({ customError: issueWords });
