export { checkEndpoints } from './endpoints.ts';
export { startCheckSchedule } from './schedule.ts';
export type { CheckSchedule } from './schedule.ts';
export { createChecks } from './service.ts';
export type { Checks } from './service.ts';
