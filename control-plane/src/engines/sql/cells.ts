/** Rows of cells as lines of JSON, by one encoder a column. */

export interface CellEncoder<Cell> {
  name: string;
  /** The JSON of a cell that is not null. */
  encode(cell: Cell): string;
}

/** @returns a function from a row of cells to one line of JSON, without the newline */
export function rowEncoder<Cell>(columns: readonly CellEncoder<Cell>[]): (row: readonly (Cell | null)[]) => string {
  const parts = columns.map(({ name, encode }, index) => ({ prefix: `${index === 0 ? '' : ','}${JSON.stringify(name)}:`, encode }));
  return (row) => {
    let line = '{';
    for (let index = 0; index < parts.length; index += 1) {
      const { prefix, encode } = parts[index]!;
      const cell = row[index] ?? null;
      line += prefix + (cell === null ? 'null' : encode(cell));
    }
    return `${line}}`;
  };
}
