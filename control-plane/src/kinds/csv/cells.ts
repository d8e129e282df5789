/** What a cell of a workbook's sheet holds, as text. Dates are numbers there: the format of the cell tells which are. */

/** As bits, so that a column can hold several. */
export const sorts = { number: 1, text: 2, boolean: 4, date: 8, time: 16 } as const;
export type Sort = (typeof sorts)[keyof typeof sorts];

export interface Cell {
  sort: Sort;
  text: string;
}

/** What a number is shown as. */
export type NumberFormat = 'number' | 'date' | 'time';

const builtIn = (id: number): NumberFormat => {
  if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54) || id === 57 || id === 58) return 'date';
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47) || id === 55 || id === 56 ? 'time' : 'number';
};

/** @param code the workbook's own, absent for those that each has */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return builtIn(id);
  // Without what is shown as it is, and without colours, conditions and languages; [h] counts hours.
  const shown = code.split(';')[0]!.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '').toLowerCase();
  if (shown.includes('general') || !/[dmyhs]/.test(shown)) return 'number';
  return /[dy]/.test(shown) || !/[hs]/.test(shown.replace('am/pm', '')) && !shown.includes('[m') ? 'date' : 'time';
}

/** @param type of the cell as the sheet says it; @param raw undefined where there is none; @param isFrom1904 whether days are counted from there */
export function cellOf(type: string | undefined, raw: string | undefined, { format, isFrom1904, shared }: { format: NumberFormat; isFrom1904: boolean; shared: readonly string[] }): Cell | undefined {
  if (raw === undefined) return undefined;
  switch (type) {
    case 's': {
      const text = shared[Number(raw)];
      return text === undefined ? undefined : { sort: sorts.text, text };
    }
    case 'inlineStr': return { sort: sorts.text, text: unescaped(raw) };
    // What a formula gives when it gives nothing.
    case 'str': return raw === '' ? undefined : { sort: sorts.text, text: unescaped(raw) };
    case 'b': return { sort: sorts.boolean, text: raw.trim() === '1' || raw.trim() === 'true' ? 'true' : 'false' };
    case 'd': return { sort: sorts.date, text: raw.trim() };
    case 'e': return undefined;
    default: return numberCell(raw.trim(), format, isFrom1904);
  }
}

function numberCell(raw: string, format: NumberFormat, isFrom1904: boolean): Cell | undefined {
  if (raw === '') return undefined;
  const value = Number(raw);
  if (!Number.isFinite(value)) return { sort: sorts.text, text: raw };
  if (format === 'time' && value >= 0) return { sort: sorts.time, text: clock(Math.round(value * dayLength)) };
  // The last is the end of the year 9999.
  if (format === 'date' && value >= 0 && value < 2_958_466) return { sort: sorts.date, text: dateText(value, isFrom1904) };
  // Excel writes 1.1 as 1.1000000000000001, which is the same double. Other programs write longer integers.
  return { sort: sorts.number, text: /^-?[1-9]\d{15,}$/.test(raw) ? raw : String(value === 0 ? 0 : value) };
}

/** In milliseconds. */
const dayLength = 86_400_000;

function dateText(serial: number, isFrom1904: boolean): string {
  // To Excel, 1900 was a leap year.
  const days = isFrom1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial;
  const text = new Date(Math.round((days - 25_569) * dayLength)).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, text.endsWith('.000Z') ? -5 : -1);
}

function clock(milliseconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = milliseconds % 1000;
  return `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

/** Characters that XML cannot hold are written as _x000D_. */
export function unescaped(text: string): string {
  return text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text;
}

/** The number of a column from a cell's reference: 0 for A7. @returns undefined for what is none */
export function columnOf(reference: string): number | undefined {
  let number = 0;
  for (let index = 0; index < reference.length; index += 1) {
    const code = reference.charCodeAt(index);
    if (code < 65 || code > 90) break;
    number = number * 26 + code - 64;
  }
  return number === 0 || number > 16_384 ? undefined : number - 1;
}
