/** Config fields that every kind has. */
import { z } from 'zod';

/** Every kind's config holds this: the time after which an operation is given up. In seconds. */
export const timeoutAfter = (seconds: number) => z.int().min(1).max(600).default(seconds).meta({
  title: 'Timeout (seconds)',
  description: 'An operation that has not answered, or a stream that has brought nothing, for so long is given up',
  advanced: true,
  order: 900,
});

export const timeoutField = timeoutAfter(30);
