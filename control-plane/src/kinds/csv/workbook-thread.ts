/** The thread that reads a workbook, its sheet row by row: see workbook.ts. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Parser } from 'saxen';
import { NotReadable, openArchive } from './archive.ts';
import type { Archive } from './archive.ts';
import { cellOf, columnOf, numberFormat, sorts, unescaped } from './cells.ts';
import type { Cell, NumberFormat } from './cells.ts';
import { columnNames } from './text.ts';
import type { WorkbookAnswer, WorkbookOrder } from './workbook.ts';

const { workbook, target, sheet, header, limits } = workerData as WorkbookOrder;

async function convert(): Promise<WorkbookAnswer> {
  const archive = await openArchive(workbook);
  const { part, isFrom1904, shared, formats } = await contentsOf(archive);
  const output = createWriteStream(target, { highWaterMark: 1024 * 1024 });
  let [written, rows, width] = [0, 0, 0];
  let names: (string | undefined)[] | undefined;
  const held: number[] = [];
  let lines: string[] = [];

  const onRow = (row: (Cell | undefined)[]): void => {
    if (!row.some((cell) => cell !== undefined)) return;
    width = Math.max(width, row.length);
    if (names === undefined) {
      const isNames = header ?? row.every((cell) => cell === undefined || cell.sort === sorts.text);
      names = isNames ? Array.from(row, (cell) => cell?.text) : [];
      if (isNames) return;
    }
    rows += 1;
    const cells = Array.from(row, (cell, column) => {
      if (cell === undefined) return '';
      // An empty text is one in a column of texts, and no value elsewhere.
      if (cell.text !== '') held[column] = (held[column] ?? 0) | cell.sort;
      return `"${cell.text.includes('"') ? cell.text.replaceAll('"', '""') : cell.text}"`;
    });
    lines.push(`${cells.join(',')}\n`);
  };

  const parser = rowParser(onRow, (type, style, raw) => cellOf(type, raw, { format: formats[style] ?? 'number', isFrom1904, shared }));
  try {
    const decoder = new TextDecoder();
    for await (const chunk of archive.read(part, limits.sheet)) {
      parser.write(decoder.decode(chunk, { stream: true }));
      const text = lines.join('');
      lines = [];
      written += text.length;
      if (written > limits.sheet) throw new NotReadable('too large');
      if (text !== '' && !output.write(text)) await once(output, 'drain');
    }
    parser.end();
  } finally {
    output.end();
    await once(output, 'finish');
  }
  if (names === undefined) throw new NotReadable('empty');
  const isText = Array.from({ length: width }, (_, column) => {
    const sort = held[column] ?? 0;
    return (sort & sorts.text) !== 0 || (sort & (sort - 1)) !== 0;
  });
  return { done: { names: columnNames(Array.from({ length: width }, (_, column) => names![column] ?? '')), is_text: isText, rows } };
}

interface Contents {
  /** The sheet's. */
  part: string;
  isFrom1904: boolean;
  shared: string[];
  /** By the number of a cell's style. */
  formats: NumberFormat[];
}

async function contentsOf(archive: Archive): Promise<Contents> {
  const book = (await relationsOf(archive, '')).find(({ type }) => type === 'officeDocument')?.part ?? 'xl/workbook.xml';
  const relations = await relationsOf(archive, book);
  const sheets: { name: string; id: string | undefined }[] = [];
  let isFrom1904 = false;
  await parse(archive, book, limits.small, (name, attributes) => {
    if (name === 'workbookPr') isFrom1904 = ['1', 'true'].includes(attributes()['date1904'] ?? '');
    if (name === 'sheet') sheets.push({ name: attributes()['name'] ?? '', id: Object.entries(attributes()).find(([key]) => key.endsWith(':id'))?.[1] });
  });
  const worksheets = sheets.map(({ name, id }) => ({ name, part: relations.find((relation) => relation.id === id && relation.type === 'worksheet')?.part }));
  const chosen = sheet === undefined ? worksheets.find(({ part }) => part !== undefined) : worksheets.find(({ name }) => name === sheet);
  if (worksheets.length === 0 || (chosen !== undefined && !archive.has(chosen.part ?? ''))) throw new NotReadable('broken');
  if (chosen === undefined) throw new NotReadable('sheet');
  const partOf = (type: string) => relations.find((relation) => relation.type === type && archive.has(relation.part))?.part;
  return { part: chosen.part!, isFrom1904, formats: await formatsOf(archive, partOf('styles')), shared: await sharedOf(archive, partOf('sharedStrings')) };
}

async function relationsOf(archive: Archive, part: string): Promise<{ id: string; type: string; part: string }[]> {
  const folder = path.posix.dirname(part);
  const file = path.posix.join(folder, '_rels', `${path.posix.basename(part)}.rels`);
  if (!archive.has(file)) return [];
  const found: { id: string; type: string; part: string }[] = [];
  await parse(archive, file, limits.small, (name, attributes) => {
    const { Id: id, Type: type, Target: to } = attributes();
    if (name !== 'Relationship' || id === undefined || type === undefined || to === undefined) return;
    found.push({ id, type: type.slice(type.lastIndexOf('/') + 1), part: path.posix.join('/', to.startsWith('/') ? '' : folder, to).slice(1) });
  });
  return found;
}

async function formatsOf(archive: Archive, part: string | undefined): Promise<NumberFormat[]> {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let isCells = false;
  if (part === undefined) return formats;
  await parse(archive, part, limits.small, (name, attributes) => {
    if (name === 'numFmt') codes.set(Number(attributes()['numFmtId']), attributes()['formatCode'] ?? '');
    if (name === 'cellXfs' || name === 'cellStyleXfs') isCells = name === 'cellXfs';
    if (name === 'xf' && isCells) {
      const id = Number(attributes()['numFmtId'] ?? 0);
      formats.push(numberFormat(id, codes.get(id)));
    }
  });
  return formats;
}

async function sharedOf(archive: Archive, part: string | undefined): Promise<string[]> {
  const shared: string[] = [];
  if (part === undefined) return shared;
  let text = '';
  let [isText, isReading] = [false, false];
  await parse(archive, part, limits.shared, (name) => {
    if (name === 'si') text = '';
    if (name === 'rPh') isReading = true;
    if (name === 't') isText = !isReading;
  }, (name) => {
    if (name === 'si') shared.push(unescaped(text));
    if (name === 'rPh') isReading = false;
    if (name === 't') isText = false;
  }, (part) => {
    if (isText) text += part;
  });
  return shared;
}

/** Gives each row of a sheet as it ends. @param cell of its type, its style and its content */
function rowParser(onRow: (row: (Cell | undefined)[]) => void, cell: (type: string | undefined, style: number, raw: string | undefined) => Cell | undefined): Writer {
  let row: (Cell | undefined)[] = [];
  let column = -1;
  let [type, style] = [undefined as string | undefined, 0];
  let raw: string | undefined;
  let [isValue, isReading] = [false, false];
  return xmlParser((name, attributes) => {
    switch (name) {
      case 'row':
        row = [];
        column = -1;
        break;
      case 'c': {
        const { r, t, s } = attributes();
        column = (r === undefined ? undefined : columnOf(r)) ?? column + 1;
        if (column >= 16_384) throw new NotReadable('broken');
        [type, style, raw] = [t, s === undefined ? 0 : Number(s), undefined];
        break;
      }
      case 'rPh':
        isReading = true;
        break;
      case 'v':
      case 't':
        isValue = !isReading;
        if (isValue) raw ??= '';
    }
  }, (name) => {
    if (name === 'v' || name === 't') isValue = false;
    else if (name === 'rPh') isReading = false;
    else if (name === 'row') onRow(row);
    else if (name === 'c') {
      const found = cell(type, style, raw);
      if (found !== undefined) row[column] = found;
    }
  }, (text) => {
    if (isValue) raw += text;
  });
}

async function parse(archive: Archive, part: string, most: number, ...on: Parameters<typeof xmlParser>): Promise<void> {
  const parser = xmlParser(...on);
  const decoder = new TextDecoder();
  for await (const chunk of archive.read(part, most)) parser.write(decoder.decode(chunk, { stream: true }));
  parser.end();
}

/** In characters, of one name or text: the longest that a cell may have is far shorter. */
const longestText = 4 * 1024 * 1024;

/** Names are given without their prefixes, which some programs write. */
function xmlParser(onOpen: (name: string, attributes: () => Record<string, string>) => void, onClose: (name: string) => void = () => undefined, onText: (text: string) => void = () => undefined): Writer {
  const local = (name: string) => (name.includes(':') ? name.slice(name.indexOf(':') + 1) : name);
  /** Characters since something was found in them: the parser looks at them again with every chunk. */
  let open = 0;
  const parser = new Parser()
    .on('openTag', (name, attributes, decode) => {
      open = 0;
      onOpen(local(name), () => decoded(attributes(), decode));
    })
    .on('closeTag', (name) => {
      open = 0;
      onClose(local(name));
    })
    .on('text', (text, decode) => onText(text.includes('&') ? decode(text) : text))
    .on('cdata', onText)
    .on('error', (error) => {
      throw new NotReadable('broken', error);
    });
  return {
    write(xml) {
      open += xml.length;
      parser.write(xml);
      if (open > longestText) throw new NotReadable('broken');
    },
    end: () => void parser.end(),
  };
}

interface Writer {
  write(xml: string): void;
  end(): void;
}

function decoded(attributes: Record<string, string>, decode: (text: string) => string): Record<string, string> {
  for (const [name, value] of Object.entries(attributes)) if (value.includes('&')) attributes[name] = decode(value);
  return attributes;
}

const answer = await convert().catch((error: unknown): WorkbookAnswer => ({ refused: error instanceof NotReadable ? error.reason : 'broken' }));
parentPort!.postMessage(answer);
