/** What Elasticsearch and OpenSearch complain about, by the type of their error. */
import { asSentence } from '../../engines/http/index.ts';
import type { HttpFailure } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';

interface Complaint {
  type?: string;
  reason?: string;
  root_cause?: Complaint[];
  caused_by?: Complaint;
}

const meanings: Record<string, { code: ErrorCode; hint: string }> = {
  index_not_found_exception: { code: 'model_not_found', hint: 'Run Discover for the list of indices.' },
  IndexNotFoundException: { code: 'model_not_found', hint: 'Run Discover for the list of indices.' },
  search_context_missing_exception: { code: 'backend_unavailable', hint: 'The server forgot where the read was, as it does after a restart. Read again.' },
  search_phase_execution_exception: { code: 'invalid_query', hint: 'Correct the query and run it again.' },
};

/** Undefined leaves it to the common table of HTTP statuses. */
export function explain({ status, body, message }: HttpFailure): PatchbayError | undefined {
  const complaint = (body as { error?: Complaint | string } | undefined)?.error;
  if (typeof complaint !== 'object' || complaint === null) return undefined;
  const causes = [complaint, ...(complaint.root_cause ?? []), ...(complaint.caused_by ? [complaint.caused_by] : [])];
  const [type, meaning] = causes.map(({ type = '' }) => [type, meanings[type]] as const).find(([name, found]) => found && name !== 'search_phase_execution_exception')
    ?? [complaint.type ?? '', status === 400 ? { code: 'invalid_query' as const, hint: 'Correct the query and run it again.' } : undefined];
  if (!meaning) return undefined;
  const said = causes.at(-1)?.reason ?? complaint.reason ?? message ?? type;
  return new PatchbayError(meaning.code, asSentence(`The search server refused this: ${said.slice(0, 500)}`), { hint: meaning.hint, details: { http_status: status, type } });
}
