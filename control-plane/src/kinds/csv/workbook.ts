/** An Excel workbook's sheet as CSV, made in a thread of its own with a memory of its own: a hostile file ends that alone. */
import { Worker } from 'node:worker_threads';
import { PatchbayError } from '../../platform/errors.ts';
import { checkArchive } from './archive.ts';
import { notThat } from './upload.ts';

/** In megabytes. */
const memory = 1024;

export type WorkbookAnswer = { done: true } | { refused: string };

/** @returns the path of the CSV */
export async function workbookAsText(workbook: string, target: string, sheet: string | undefined, signal: AbortSignal): Promise<string> {
  await checkArchive(workbook, signal);
  const worker = new Worker(new URL('./workbook-thread.ts', import.meta.url), {
    workerData: { workbook, target, sheet }, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  const { promise, resolve, reject } = Promise.withResolvers<WorkbookAnswer>();
  worker.once('message', resolve).once('error', reject).once('exit', () => reject(new Error('the thread ended without an answer')));
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await promise;
    if ('refused' in answer) throw notThat(answer.refused, 'Name a sheet that it has, or save the workbook anew and upload that.');
    return target;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if ((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new PatchbayError('payload_too_large', 'The workbook needs more memory than one may have; nothing was kept.', { hint: 'Save its sheet as CSV and upload that.', cause: error });
    }
    throw PatchbayError.is(error) ? error : notThat('It is no workbook that can be read.', 'Save it anew in Excel, or as CSV, and upload that.', error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
