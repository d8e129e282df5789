/** Ending a server without cutting anybody off. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';

/** To be called before the first request. @returns the end: running requests are waited for, up to `patience` milliseconds */
export function gracefulEnd(server: Server): (patience: number) => Promise<void> {
  const running = new Set<ServerResponse>();
  let ending = false;
  // Before whoever answers: an answer may be complete when they return.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (ending) response.setHeader('Connection', 'close');
    running.add(response);
    response.once('close', () => {
      running.delete(response);
      // A connection whose answer had begun before the end would be kept for the next request.
      if (ending) setImmediate(() => server.closeIdleConnections());
    });
  });
  return async (patience) => {
    ending = true;
    for (const response of running) if (!response.headersSent) response.setHeader('Connection', 'close');
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), patience);
    await closed;
    clearTimeout(impatience);
  };
}
