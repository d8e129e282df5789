export { createStatisticsRecorder } from './recorder.ts';
export type { StatisticsRecorder } from './recorder.ts';
export { statisticsEndpoints } from './endpoints.ts';
