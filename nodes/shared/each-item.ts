/** Runs a node's items one after the other; one that fails ends the run or becomes an item that says why. */
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asNodeError, failureOf } from './problem';
import { cancelSignal } from './transport';

/**
 * @param items the items that `run` stands for: one, or a batch that is carried out at once
 * @param run puts what came of them into `output`
 */
export async function attempt(
  functions: IExecuteFunctions, output: INodeExecutionData[], items: number[], run: () => Promise<void>,
): Promise<void> {
  const before = output.length;
  try {
    await run();
  } catch (error) {
    const nodeError = asNodeError(functions.getNode(), error, items[0] ?? 0);
    if (!functions.continueOnFail() || cancelSignal(functions)?.aborted) throw asNodeError(functions.getNode(), nodeError, items[0] ?? 0);
    // Half of a stream is no result: what came before the error goes.
    output.length = before;
    for (const item of items) output.push({ json: { error: nodeError.message, details: failureOf(nodeError) }, pairedItem: { item } });
  }
}
