/**
 * One endpoint: its method, path and zod schemas in, its answer's schema out. The server, the OpenAPI
 * document and the generated authorization tests are all made from these.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Logger } from '../telemetry/log.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface EndpointCall<Principal, Params, Query, Body> {
  principal: Principal;
  params: Params;
  query: Query;
  body: Body;
  request: Request;
  response: Response;
  request_id: string;
  log: Logger;
  /** Aborted when the caller goes away before the answer is complete. */
  signal: AbortSignal;
}

export interface EndpointDefinition<Principal, Permission, P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  method: Method;
  /** Parameters in braces, as OpenAPI writes them: `/api/tenants/{tenant}`. */
  path: string;
  summary: string;
  description?: string;
  /** The tag under which the documentation lists it. */
  tag: string;
  /** What the caller's role must permit somewhere; `null` for what anyone may call. The row itself is authorized where it is fetched. */
  permission: Permission | null;
  params?: P;
  query?: Q;
  body?: B;
  /** `raw`: the handler reads the stream itself. */
  body_type?: 'json' | 'raw';
  answer?: R;
  status?: number;
  /** Media types of answers that are not JSON. */
  answer_types?: string[];
  /**
   * Returns the JSON of the answer, or undefined when it wrote the response itself.
   */
  handle(call: EndpointCall<Principal, z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<R> | undefined>;
}

/** An endpoint whose exact types are forgotten. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: endpoints of any schemas go into one list
export type AnyEndpoint<Principal = any, Permission = any> = EndpointDefinition<Principal, Permission, any, any, any, any>;

/** A page of a list. */
export interface Page {
  limit: number;
  cursor?: string;
}
