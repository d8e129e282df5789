/** `discover`'s shapes, and one table as it answers. */
import type { z } from 'zod';
import type { discoverInput, discoverOutput } from '../../categories/shared.ts';
import { modelName } from './model.ts';
import type { Table } from './dialect.ts';

export type DiscoverInput = z.output<typeof discoverInput>;
export type DiscoverOutput = z.input<typeof discoverOutput>;

export function describeTable(table: Table): DiscoverOutput {
  return {
    models: [{
      name: modelName(table.schema, table.name),
      type: table.type,
      schema: table.schema,
      ...(table.estimated_rows !== undefined && { estimated_rows: table.estimated_rows }),
      fields: table.columns.map(({ name, type, nullable, primary_key }) => ({ name, type, nullable, primary_key })),
    }],
  };
}
