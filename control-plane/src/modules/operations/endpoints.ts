import { z } from 'zod';
import type { Request, Response } from 'express';
import { PatchbayError } from '../../platform/errors.ts';
import { readJson } from '../../platform/http/request.ts';
import { parseInput } from '../../platform/validation.ts';
import { operationOf } from '../../kinds/run.ts';
import type { OperationOutcome } from '../../kinds/run.ts';
import type { Category, OperationDefinition } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import { discoverOutput } from '../../categories/shared.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorParams } from '../connectors/index.ts';
import { tenantParams } from '../tenants/index.ts';
import { nameServer, sendOutcome } from './answer.ts';
import { readOperationBody, splitBytes } from './body.ts';
import { formatOf } from './formats.ts';
import type { RecordFormat } from './formats.ts';
import type { OpenBackend, Operations } from './service.ts';

export interface OperationEndpointOptions {
  operations: Operations;
  registry: Registry;
  categories: Record<string, Category>;
  /** Of a JSON body, in bytes. */
  body_limit: number;
}

const answers = { answer_types: ['application/json', 'application/x-ndjson', 'text/csv', 'application/vnd.apache.parquet', 'application/octet-stream'] };
/** Of an operation that takes raw bytes, the query string holds its input too. */
const answerQuery = z.looseObject({
  format: z.string().optional().meta({ description: 'Of records: ndjson (as they come), csv or parquet; the Accept header can say it too' }),
});
const expectedKind = answerQuery.extend({ kind: z.string().optional().meta({ description: 'Refuse a connector of any other kind' }) });
const inlineInput = z.looseObject({
  config: z.record(z.string(), z.unknown()).default({}),
  output_schemas: z.array(z.string()).optional(),
  tenant: z.string().optional(),
});

export function operationEndpoints({ operations, registry, categories, body_limit }: OperationEndpointOptions): Endpoint[] {
  const importable = registry.list().filter(({ importConfig }) => importConfig !== undefined).map(({ kind }) => kind);

  interface Call { request: Request; response: Response; request_id: string; signal: AbortSignal }

  /** Reads what an operation is given; the format of records is checked before anything is opened or run. */
  const read = async (definition: OperationDefinition | undefined, { request }: Call, given?: Record<string, unknown>) => ({
    format: definition?.result === 'records' ? formatOf(request) : 'ndjson' as const,
    ...(given ? splitBytes(given, definition) : await readOperationBody(request, definition, body_limit)),
  });

  /** Names the backend, whatever comes of it, sends the outcome, and gives the backend back. */
  const respond = async (backend: OpenBackend, { response, request_id, signal }: Call, run: () => Promise<{ outcome: OperationOutcome; format: RecordFormat }>): Promise<undefined> => {
    try {
      nameServer(response, backend.served);
      const { outcome, format } = await run();
      await sendOutcome(response, outcome, { request_id, format, signal });
    } finally {
      backend.release();
    }
    return undefined;
  };

  const serve = (backend: OpenBackend, operation: string, call: Call, given?: Record<string, unknown>): Promise<undefined> => respond(backend, call, async () => {
    const { format, input, bytes } = await read(operationOf(backend.served.kind, operation), call, given);
    return { format, outcome: await operations.run(backend, { operation, input, ...(bytes && { bytes }), request_id: call.request_id, signal: call.signal }) };
  });

  return [
    endpoint({
      method: 'post', path: '/api/tenants/{tenant}/{category}/{operation}', tag: 'Operations', permission: 'connectors:use', ...answers,
      summary: 'Run an operation on the tenant’s default',
      description: 'Resolves and runs in one request. The body is the operation’s input, see GET /api/categories.',
      params: tenantParams.extend({ category: z.string(), operation: z.string() }),
      query: expectedKind,
      body: z.record(z.string(), z.unknown()), body_type: 'raw',
      async handle({ principal, params, query, ...call }) {
        const offered = Object.hasOwn(categories, params.category) ? categories[params.category]!.operations : undefined;
        if (offered && !Object.hasOwn(offered, params.operation)) {
          throw new PatchbayError('operation_not_found', `The category ${params.category} has no operation "${params.operation}".`, {
            hint: `It has: ${Object.keys(offered).join(', ')}.`,
          });
        }
        const definition = offered?.[params.operation];
        const { format, input, bytes } = await read(definition, call);
        const { backend, outcome } = await operations.runDefault(
          principal, { tenant: params.tenant, category: params.category, kind: query.kind, definition },
          { operation: params.operation, input, ...(bytes && { bytes }), request_id: call.request_id, signal: call.signal },
        );
        return respond(backend, call, () => Promise.resolve({ outcome, format }));
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/models', tag: 'Operations', permission: 'connectors:use',
      summary: 'The tables, collections, prefixes or endpoints that a connector exposes',
      params: connectorParams,
      query: z.strictObject({ model: z.string().optional(), search: z.string().optional(), limit: z.coerce.number().int().min(1).max(1000).optional(), cursor: z.string().optional() }),
      answer: discoverOutput,
      handle: async ({ principal, params, query, ...call }) => serve(await operations.openConnector(principal, params.id), 'discover', call, query),
    }),
    endpoint({
      method: 'post', path: '/api/connectors/catalog/{kind}/import_config', tag: 'Catalog', permission: 'connectors:use',
      summary: 'Turn a DSN, URL or config file of the provider into config',
      params: z.strictObject({ kind: z.string() }), body: z.strictObject({ source: z.string().min(1).max(100_000) }),
      answer: z.strictObject({ config: z.record(z.string(), z.unknown()) }),
      async handle({ params, body }) {
        const kind = registry.get(params.kind);
        if (!kind.importConfig) {
          throw new PatchbayError('operation_not_found', `${kind.label} imports no config.`, { hint: `These do: ${importable.join(', ')}.` });
        }
        return { config: kind.importConfig(body.source) as Record<string, unknown> };
      },
    }),
    endpoint({
      method: 'post', path: '/api/connectors/catalog/{kind}/{operation}', tag: 'Operations', permission: 'connectors:use', ...answers,
      summary: 'Run an operation with a config that the caller brings',
      description: 'Nothing is saved. The body is the operation’s input with `config` beside it.',
      params: z.strictObject({ kind: z.string(), operation: z.string() }), query: answerQuery, body: inlineInput, body_type: 'raw',
      async handle({ principal, params, query: _query, ...call }) {
        const kind = registry.get(params.kind);
        operationOf(kind, params.operation);
        const { config, output_schemas, tenant, ...input } = parseInput(inlineInput, await readJson(call.request, body_limit));
        return serve(await operations.openInline(principal, params.kind, { config, output_schemas, tenant }), params.operation, call, input);
      },
    }),
    endpoint({
      method: 'post', path: '/api/connectors/{id}/{operation}', tag: 'Operations', permission: 'connectors:use', ...answers,
      summary: 'Run an operation on a connector', params: connectorParams.extend({ operation: z.string() }), query: expectedKind, body: z.record(z.string(), z.unknown()), body_type: 'raw',
      handle: async ({ principal, params, query, ...call }) => serve(await operations.openConnector(principal, params.id, query.kind), params.operation, call),
    }),
  ];
}
