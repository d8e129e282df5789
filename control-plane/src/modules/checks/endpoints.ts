import { z } from 'zod';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { checkResult, connectorParams } from '../connectors/index.ts';
import type { Connectors } from '../connectors/index.ts';
import { nameServer } from '../operations/index.ts';
import type { Operations } from '../operations/index.ts';
import type { CheckOutcome, Checks } from './service.ts';

type Answer = z.output<typeof checkResult>;

export function checkEndpoints({ checks, connectors, operations }: { checks: Checks; connectors: Connectors; operations: Operations }): Endpoint[] {
  const view = (outcome: CheckOutcome) => outcome as Answer;
  return [
    endpoint({
      method: 'post', path: '/api/connectors/{id}/test', tag: 'Checks', permission: 'connectors:use',
      summary: 'Test a connector',
      description: 'The outcome is kept in the history. With `config`, the connector is tested as it would be with these changes, and nothing is kept; secrets that are absent are those stored, unless a destination changes.',
      params: connectorParams, body: z.strictObject({ config: z.record(z.string(), z.unknown()).optional() }), answer: checkResult,
      async handle({ principal, params, body, response, request_id, signal }) {
        const changes = body.config;
        const owned = await connectors.require(principal, params.id, changes === undefined ? 'connectors:use' : 'connectors:write');
        const outcome = await checks.check(async () => {
          const backend = changes === undefined ? await operations.openConnector(principal, params.id) : await operations.openChanged(principal, params.id, changes);
          nameServer(response, backend.served);
          return backend;
        }, request_id, signal);
        if (changes === undefined && !signal.aborted) await checks.keep(owned.connector, outcome);
        return view(outcome);
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/checks', tag: 'Checks', permission: 'connectors:read', summary: 'A connector’s checks, newest first',
      params: connectorParams, query: z.strictObject(pageQuery),
      answer: z.strictObject({
        checks: z.array(checkResult.extend({ id: z.uuid(), checked_at: z.iso.datetime() })), next_cursor: z.string().optional(),
      }),
      async handle({ principal, params, query }) {
        const { connector } = await connectors.require(principal, params.id, 'connectors:read');
        const { rows, next_cursor } = page(await checks.history(connector, decodeCursor(query.cursor), query.limit + 1), query.limit);
        return {
          checks: rows.map((row) => ({
            id: row.id, ok: row.ok, latency_ms: row.latency_ms, checked_at: row.checked_at.toISOString(),
            ...(row.message !== null && { message: row.message }), ...(row.error && { error: row.error as unknown as Answer['error'] }),
          })),
          ...(next_cursor && { next_cursor }),
        };
      },
    }),
    endpoint({
      method: 'post', path: '/api/connectors/catalog/{kind}/test', tag: 'Checks', permission: 'connectors:use', summary: 'Test a config without saving it',
      params: z.strictObject({ kind: z.string() }),
      body: z.strictObject({ config: z.record(z.string(), z.unknown()).default({}), output_schemas: z.array(z.string()).optional(), tenant: z.string().optional() }),
      answer: checkResult,
      handle: async ({ principal, params, body, request_id, signal }) =>
        view(await checks.check(() => operations.openInline(principal, params.kind, body), request_id, signal)),
    }),
  ];
}
