import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { discoverInput, discoverOutput, readInput, record } from './shared.ts';

export const api = defineCategory({
  category: 'api',
  label: 'API',
  description: 'HTTP APIs: requests, and endpoints that are read as records',
  operations: {
    discover: operation({
      title: 'Discover', description: 'List the endpoints that can be read',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    read: operation({
      title: 'Read', description: 'Read an endpoint’s records, page after page',
      input: readInput, output: record, result: 'records', repeatable: true, fallback: true,
    }),
    request: operation({
      title: 'Request', description: 'Send one HTTP request with the connector’s authentication',
      input: z.strictObject({
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET').meta({ title: 'Method' }),
        path: z.string().default('/').meta({ title: 'Path', description: 'Below the connector’s base URL', placeholder: '/v1/customers' }),
        query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).optional()
          .meta({ title: 'Query' }),
        headers: z.record(z.string(), z.string()).optional().meta({ title: 'Headers' }),
        body: z.unknown().optional().meta({ title: 'Body', description: 'An object is sent as JSON, a string as it is' }),
      }),
      output: z.strictObject({
        status: z.int(),
        headers: z.record(z.string(), z.string()),
        body: z.unknown().meta({ description: 'Parsed when it is JSON, a string otherwise' }),
      }),
    }),
  },
});
