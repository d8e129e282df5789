export { nameServer } from './answer.ts';
export { operationEndpoints } from './endpoints.ts';
export { createOperations } from './service.ts';
export type { OpenBackend, Operations, OperationSample, Served } from './service.ts';
