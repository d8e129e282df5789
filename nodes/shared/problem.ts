/** What went wrong, as a sentence a builder can act on: the problem documents of Patchbay as n8n's errors. */
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';

/** The parts of an RFC 9457 problem document that a builder sees. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  hint?: string;
  errors?: { path: string; message: string }[];
  request_id?: string;
  retryable?: boolean;
  retry_after?: number;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'status' in value;
}

/** What an item that failed carries on, when its node goes on after an error. */
export interface Failure extends IDataObject {
  code: string;
  hint?: string;
  request_id?: string;
}

export function problemError(node: INode, problem: Problem, itemIndex?: number): NodeApiError {
  const { status, code, detail, hint, errors, request_id: requestId } = problem;
  const fields = errors?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const description = [hint, fields, requestId && `Request id: ${requestId}`].filter(Boolean).join(' · ');
  const error = new NodeApiError(node, { code }, { message: detail, description, httpCode: String(status), ...(itemIndex !== undefined && { itemIndex }) });
  // n8n replaces sentences that hold a well-known word ("timeout", ECONNREFUSED) by its own, vaguer ones.
  error.message = detail;
  error.context.problem = { code, ...(hint && { hint }), ...(requestId && { request_id: requestId }) };
  return error;
}

/** An error of the node's own making: a parameter that cannot be used, a Patchbay that cannot be reached. */
export function failure(node: INode, code: string, message: string, hint: string, itemIndex?: number): NodeOperationError {
  const error = new NodeOperationError(node, message, { description: hint, ...(itemIndex !== undefined && { itemIndex }) });
  error.message = message;
  error.context.problem = { code, hint };
  return error;
}

/** Any error as one of n8n's, with the item that it belongs to. */
export function asNodeError(node: INode, error: unknown, itemIndex: number): NodeApiError | NodeOperationError {
  if (error instanceof NodeApiError || error instanceof NodeOperationError) {
    error.context.itemIndex ??= itemIndex;
    return error;
  }
  return new NodeOperationError(node, error instanceof Error ? error.message : String(error), { itemIndex });
}

export function failureOf(error: NodeApiError | NodeOperationError): Failure {
  const problem = error.context.problem as Failure | undefined;
  return problem ?? { code: 'node_error', ...(error.description && { hint: error.description }) };
}
