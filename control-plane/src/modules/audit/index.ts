export { auditEndpoints } from './endpoints.ts';
export { listAuditEvents, noTenant, record } from './service.ts';
export type { AuditEntry, AuditEvent } from './service.ts';
