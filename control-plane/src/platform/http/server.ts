/** Endpoints → an express application: request ids, authentication, limits, validation, problems, access log. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import type { z } from 'zod';
import { PatchbayError } from '../errors.ts';
import type { FieldError } from '../errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { sendProblem } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';
import { readJson } from './request.ts';
import { storable } from './text.ts';

export interface ServerOptions<Principal extends { id: string }, Permission extends string> {
  endpoints: AnyEndpoint<Principal, Permission>[];
  /** Throws `unauthenticated`. */
  authenticate(request: Request): Principal | Promise<Principal>;
  /** True if the caller's role permits this anywhere. */
  permits(principal: Principal, permission: Permission): boolean;
  parse<S extends z.ZodType>(schema: S, input: unknown, prefix: string): z.output<S>;
  rateLimiter: RateLimiter;
  metrics: Metrics;
  log: Logger;
  access_log: boolean;
  /** What is thrown, as an error that may be shown where it is known. */
  classify(error: unknown): unknown;
  /** In bytes. */
  body_limit: number;
  trusted_proxies: number;
  /** Static pages and other routes, mounted before the fallback. */
  mount?(app: Express): void;
}

const validRequestId = /^[\w.:-]{1,128}$/;
const nothing = {};

export function createServer<Principal extends { id: string }, Permission extends string>(options: ServerOptions<Principal, Permission>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', options.trusted_proxies);
  app.set('query parser', 'simple');

  const run = async (endpoint: AnyEndpoint<Principal, Permission>, request: Request, response: Response): Promise<void> => {
    const started = performance.now();
    const given = request.headers['x-request-id'];
    const request_id = typeof given === 'string' && validRequestId.test(given) ? given : randomUUID();
    response.setHeader('X-Request-Id', request_id);
    let principal: Principal | undefined;
    let failure: unknown;
    const controller = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) controller.abort();
      const seconds = (performance.now() - started) / 1000;
      options.metrics.requests.observe({ method: endpoint.method, route: endpoint.path, status: response.statusCode }, seconds);
      logRequest(options, endpoint, request, response, { request_id, seconds, principal, failure });
    });
    try {
      if (endpoint.permission !== null) {
        const authenticated = options.authenticate(request);
        principal = authenticated instanceof Promise ? await authenticated : authenticated;
        options.rateLimiter.take(principal.id);
        if (!options.permits(principal, endpoint.permission)) {
          throw new PatchbayError('forbidden', `Your role does not permit ${endpoint.permission}.`, {
            hint: 'Use a key of a higher role, or ask an admin.',
          });
        }
      }
      const params = endpoint.params ? options.parse(endpoint.params, storable(request.params, 'path'), 'path') : nothing;
      const query = endpoint.query ? options.parse(endpoint.query, storable(request.query, 'query'), 'query') : nothing;
      const body = endpoint.body && endpoint.body_type !== 'raw' ? options.parse(endpoint.body, storable(await readJson(request, options.body_limit)), '') : nothing;
      const answer: unknown = await endpoint.handle({
        principal: principal as Principal,
        params, query, body, request, response, request_id,
        log: options.log,
        signal: controller.signal,
      });
      if (answer === undefined) return;
      response.statusCode = endpoint.status ?? 200;
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.setHeader('Cache-Control', 'no-store');
      response.end(JSON.stringify(answer));
    } catch (error) {
      failure = options.classify(error);
      sendProblem(response, failure, request_id);
    }
  };

  for (const endpoint of options.endpoints) {
    const path = endpoint.path.replace(/\{(\w+)\}/g, ':$1');
    app[endpoint.method](path, (request, response) => run(endpoint, request, response));
  }
  const methodsByPath = Map.groupBy(options.endpoints, ({ path }) => path);
  for (const [path, endpoints] of methodsByPath) {
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), (request, response) => {
      const allowed = endpoints.map(({ method }) => method.toUpperCase()).join(', ');
      response.setHeader('Allow', allowed);
      sendProblem(response, new PatchbayError('method_not_allowed', `${request.path} takes ${allowed}, not ${request.method}.`, { hint: 'See /docs for what each address takes.' }), randomUUID());
    });
  }
  options.mount?.(app);
  app.use((request: Request, response: Response) => {
    sendProblem(response, new PatchbayError('not_found', `There is nothing at ${request.path}.`, { hint: 'See /docs for every address.' }), randomUUID());
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const bad = error instanceof URIError;
    sendProblem(response, bad ? new PatchbayError('invalid_request', 'The address is not well encoded.', { fields: [{ path: 'path', message: 'holds a percent sign that encodes nothing' }] }) : error, randomUUID());
  });
  return app;
}

interface RequestOutcome {
  request_id: string;
  seconds: number;
  principal: { id: string } | undefined;
  failure: unknown;
}

function logRequest(options: { log: Logger; access_log: boolean }, endpoint: AnyEndpoint, request: Request, response: Response, outcome: RequestOutcome): void {
  const { failure } = outcome;
  const fields = {
    request_id: outcome.request_id,
    method: request.method,
    route: endpoint.path,
    status: response.statusCode,
    milliseconds: Math.round(outcome.seconds * 1000),
    ...(outcome.principal && { principal: outcome.principal.id }),
    ...(PatchbayError.is(failure) && { code: failure.code }),
  };
  if (failure !== undefined && !PatchbayError.is(failure)) options.log.error({ ...fields, error: failure }, 'request failed');
  else if (PatchbayError.is(failure) && failure.status >= 500) options.log.warn({ ...fields, error: failure }, 'request failed');
  else if (options.access_log) options.log.info(fields, 'request');
}

export type { FieldError };
