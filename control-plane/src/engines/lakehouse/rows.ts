/** A statement's rows as batches of records. */
import type { RecordBatch } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Connection } from './duckdb.ts';
import { createEncoders } from './values.ts';

/** @param limit of rows, after which the statement is given up */
export async function* streamRows(connection: Connection, text: string, parameters: unknown[], limit = Infinity): AsyncGenerator<RecordBatch> {
  const { DuckDBTypeId } = await import('@duckdb/node-api');
  const { result, chunks } = await connection.stream(text, parameters.map(asParameter));
  const encoderOf = createEncoders(DuckDBTypeId);
  const names = result.deduplicatedColumnNames();
  const encoders = result.columnTypes().map(encoderOf);
  let left = limit;
  for await (const chunk of chunks) {
    const count = Math.min(chunk.rowCount, left);
    const columns = encoders.map((encode, index) => {
      const vector = chunk.getColumnVector(index);
      return Array.from({ length: count }, (_, row) => {
        const value = vector.getItem(row);
        return value === null ? null : encode(value);
      });
    });
    const rows = Array.from({ length: count }, (_, row) => Object.fromEntries(names.map((name, index) => [name, columns[index]![row]])));
    yield { rows };
    left -= count;
    if (left <= 0) return;
  }
}

function asParameter(value: unknown, index: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value !== undefined) return JSON.stringify(value);
  throw new PatchbayError('invalid_request', `The parameter ${index + 1} has no value.`, { fields: [{ path: `parameters.${index}`, message: 'is missing' }] });
}
