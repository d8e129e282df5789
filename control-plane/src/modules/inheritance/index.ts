export { lockDefaults, lockTree, tellDefaults } from './telling.ts';
export { walk } from './walk.ts';
export type { ResolutionStep } from './walk.ts';
