import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';

export const orchestration = defineCategory({
  category: 'orchestration',
  label: 'Orchestration',
  description: 'Workflow engines that are started by an event',
  operations: {
    fire: operation({
      title: 'Fire', description: 'Send an event to the workflow and return its answer',
      input: z.strictObject({
        event: z.string().min(1).max(200).optional().meta({ title: 'Event', placeholder: 'order.created' }),
        payload: z.unknown().optional().meta({ title: 'Payload', description: 'Sent as JSON' }),
        idempotency_key: z.string().max(200).optional().meta({ title: 'Idempotency key', description: 'Made when empty' }),
      }),
      output: z.strictObject({
        status: z.int(),
        event_id: z.string(),
        body: z.unknown(),
      }),
    }),
  },
});
