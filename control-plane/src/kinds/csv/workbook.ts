/** An Excel workbook's sheet as CSV, made in a thread of its own with a memory of its own: a hostile file ends that alone. */
import { Worker } from 'node:worker_threads';
import { PatchbayError } from '../../platform/errors.ts';
import type { NotReadable } from './archive.ts';
import { createTurns } from './turns.ts';
import { notThat } from './upload.ts';

const megabyte = 1024 * 1024;
/** In megabytes, of the thread. Its sheet passes through; the texts that its cells share are held. */
const memory = 1024;
/** In bytes of XML, unpacked, and of the text that is made of the sheet. */
const limits = { sheet: 4096 * megabyte, shared: 256 * megabyte, small: 32 * megabyte };

/** What the thread is given. */
export interface WorkbookOrder {
  workbook: string;
  target: string;
  sheet: string | undefined;
  /** Whether the first row holds names; found out by its cells when absent. */
  header: boolean | undefined;
  limits: typeof limits;
}

/** A sheet's records as CSV: texts in quotes, without the names; rows may be shorter than there are columns. */
export interface SheetText {
  names: string[];
  /** Of each column, whether it has texts, or values of several sorts. */
  is_text: boolean[];
  rows: number;
}

export type WorkbookAnswer = { done: SheetText } | { refused: NotReadable['reason'] };

/** One workbook at a time for the whole process, so that the memory of one is enough. */
const inTurn = createTurns();

/** @param target where the CSV is to be */
export async function workbookAsText(workbook: string, target: string, { sheet, header }: { sheet?: string | undefined; header?: boolean | undefined }, signal: AbortSignal): Promise<SheetText> {
  const answer = await inTurn(() => runThread({ workbook, target, sheet, header, limits }, signal), signal);
  if ('done' in answer) return answer.done;
  switch (answer.refused) {
    case 'password': throw notThat('It has a password.', 'Save it without one and upload that.');
    case 'sheet': throw notThat(sheet === undefined ? 'It has no sheet of cells.' : `It has no sheet "${sheet}".`, 'Name a sheet that it has, or none for the first.');
    case 'empty': throw notThat('The sheet is empty.', 'Name another sheet, or fill it and upload the workbook again.');
    case 'too large': throw tooLarge(`The workbook has more than ${limits.sheet / megabyte} MB in its sheet, or ${limits.shared / megabyte} MB in its texts, when it is unpacked`);
    case 'broken': throw broken();
  }
}

async function runThread(workerData: WorkbookOrder, signal: AbortSignal): Promise<WorkbookAnswer> {
  const worker = new Worker(new URL('./workbook-thread.ts', import.meta.url), { workerData, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: memory } });
  const { promise, resolve, reject } = Promise.withResolvers<WorkbookAnswer>();
  worker.once('message', resolve).once('error', reject).once('exit', () => reject(new Error('the thread ended without an answer')));
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if ((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY') throw tooLarge(`The workbook needs more than the ${memory} MB of memory that one may have`, error);
    throw broken(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function broken(cause?: unknown): PatchbayError {
  return notThat('It is no workbook that can be read.', 'Save it anew in Excel, or as CSV, and upload that.', cause);
}

function tooLarge(what: string, cause?: unknown): PatchbayError {
  return new PatchbayError('payload_too_large', `${what}; nothing was kept.`, { hint: 'Save its sheet as CSV and upload that.', cause });
}
