/** Rows of cells as lines of JSON, by one encoder a column. */

/** The names as an object can have them: of several columns of one name the second is `name_2`, unless another one is called that. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  if (taken.size === names.length) return [...names];
  const given = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 2; given.has(distinct) || (distinct !== name && taken.has(distinct)); number += 1) distinct = `${name}_${number}`;
    given.add(distinct);
    return distinct;
  });
}

/** The shortest number that is the same single: its nearest double has digits that it never had. */
export function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

export interface CellEncoder<Cell> {
  name: string;
  /** The JSON of a cell that is not null. */
  encode(cell: Cell): string;
}

/** @returns a function from a row of cells to one line of JSON, without the newline */
export function rowEncoder<Cell>(columns: readonly CellEncoder<Cell>[]): (row: readonly (Cell | null)[]) => string {
  const names = distinctNames(columns.map(({ name }) => name));
  const parts = columns.map(({ encode }, index) => ({ prefix: `${index === 0 ? '' : ','}${JSON.stringify(names[index])}:`, encode }));
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

// eslint-disable-next-line no-control-regex -- what JSON escapes
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. Most texts have nothing to escape, and to look is cheaper than to write. */
export function jsonText(text: string): string {
  return escaped.test(text) ? JSON.stringify(text) : `"${text}"`;
}
