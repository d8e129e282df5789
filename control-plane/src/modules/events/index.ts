export { eventEndpoints, eventNotFound, eventSchema } from './endpoints.ts';
export { connectorSubject, emit, emitAll, eventConnector, eventView, findEvent, pruneEvents } from './service.ts';
export type { EventForView, EventView, NewEvent } from './service.ts';
export { eventTypeNames, eventTypes } from './vocabulary.ts';
export type { EventData, EventType } from './vocabulary.ts';
