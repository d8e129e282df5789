/** Language models over HTTP: one shape for every provider. */
export { imageType, partsOf, textOf, toolCallOf } from './content.ts';
export { embedInBatches } from './embed.ts';
export { brokenOff, cannot, explainModelFailure, streamedFailure, unknownAnswer } from './errors.ts';
export { parsePiece, serverSentEvents, textLines } from './lines.ts';
export { missingModel, modelSession } from './session.ts';
export type { ModelApi } from './session.ts';
