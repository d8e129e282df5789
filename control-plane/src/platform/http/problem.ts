/** Answers a request with an RFC 9457 problem document. */
import type { Response } from 'express';
import { toProblem } from '../errors.ts';
import type { Problem } from '../errors.ts';

export function sendProblem(response: Response, error: unknown, requestId: string): Problem {
  const problem = toProblem(error, requestId);
  if (response.headersSent) {
    response.destroy();
    return problem;
  }
  if (problem.retry_after !== undefined) response.setHeader('Retry-After', String(Math.ceil(problem.retry_after)));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="patchbay"');
  response.statusCode = problem.status;
  if (!response.hasHeader('X-Request-Id')) response.setHeader('X-Request-Id', requestId);
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Cache-Control', 'no-store');
  // A body that was not read to its end would be taken for the next request on this connection.
  if (!response.req.complete) response.setHeader('Connection', 'close');
  response.end(JSON.stringify(problem));
  return problem;
}
