export { createResolutions } from './service.ts';
export type { Resolution, Resolutions, ResolutionStep } from './service.ts';
export { resolutionEndpoints } from './endpoints.ts';
