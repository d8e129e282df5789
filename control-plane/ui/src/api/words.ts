/**
 * A problem in words of these pages. The service speaks to whoever calls its API as well: what it says to them,
 * of addresses and parameters, is left out here, and what a reader of these pages can do takes its place.
 */
import type { Problem } from './client.ts';

const forPrograms = /\b(GET|POST|PUT|PATCH|DELETE) \/|\/api\/|Authorization: |Content-(Type|Encoding)|Retry-After|next_cursor|\bis_default\b|\?successor=|(with|send) (this|the) request|send that version|\bPATCH\b/;

/** By code, where the service has nothing to say to a reader. */
const hints: Record<string, string> = {
  unauthenticated: 'Sign in, then do it again.',
  invalid_request: 'Correct it and try again.',
  invalid_config: 'Correct the configuration and try again.',
  not_found: 'It may have been deleted, or your role does not reach it.',
  connector_not_found: 'It may have been deleted, or your role does not reach it.',
  tenant_not_found: 'It may have been deleted, or your role does not reach it.',
  version_conflict: 'Reload it to see what was changed, then make your change again.',
  default_exists: 'Save it without making it the default, and make it the default on its own page.',
  default_in_use: 'Choose what takes its place.',
  destination_changed: 'Enter it again, or remove it.',
  connector_inactive: 'Activate it, or choose another default.',
  no_default: 'An admin can choose one on the page “Defaults”.',
  rate_limited: 'Wait a moment, then try again.',
};

/** What to do about it. */
function hintOf({ code, hint = '' }: Problem): string | undefined {
  const sentences = hint.split(/(?<=[.;!]) /).filter(Boolean);
  const kept = sentences.filter((sentence) => !forPrograms.test(sentence));
  const own = kept.length < sentences.length || sentences.length === 0 ? hints[code] : undefined;
  return [...kept, own].filter(Boolean).join(' ') || undefined;
}

/** `config.base_url` as `Base url`. */
const nameOf = (path: string) => path.split('.').filter((part) => !['config', 'query', 'body'].includes(part)).join(' ').replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase()) || 'It';

/** The problem as it is shown. */
export function inWords(problem: Problem): Problem {
  const { code, errors = [] } = problem;
  const { hint: _, ...rest } = problem;
  if (code === 'invalid_request' && errors.length > 0) {
    // Somebody followed a link that is mistyped.
    if (errors.every(({ path }) => path.startsWith('path.'))) return { ...rest, title: 'There is nothing at this address', detail: 'The address may be mistyped, or what it showed is gone.' };
    rest.detail = errors.map(({ path, message }) => (message.endsWith('.') ? message : `${nameOf(path)} ${message}.`)).join(' ');
  }
  const hint = hintOf(problem);
  return { ...rest, ...(hint !== undefined && { hint }) };
}
