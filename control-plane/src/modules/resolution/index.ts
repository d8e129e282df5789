export { createResolutions } from './service.ts';
export type { ResolutionStep } from '../inheritance/index.ts';
export type { Resolution, Resolutions } from './service.ts';
export { resolutionEndpoints } from './endpoints.ts';
