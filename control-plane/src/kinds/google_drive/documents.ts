/** Google's own documents, which have no bytes: as what they are listed, and into what they can be exported. */

const office = 'application/vnd.openxmlformats-officedocument';
const open = 'application/vnd.oasis.opendocument';

interface DocumentType {
  /** Listed with this extension; the first of `formats`. */
  extension: string;
  formats: Readonly<Record<string, string>>;
}

const type = (formats: Record<string, string>): DocumentType => ({ extension: Object.keys(formats)[0]!, formats });

/** Source: https://developers.google.com/workspace/drive/api/guides/ref-export-formats */
const documents: Record<string, DocumentType> = {
  'application/vnd.google-apps.document': type({
    docx: `${office}.wordprocessingml.document`, pdf: 'application/pdf', txt: 'text/plain', md: 'text/markdown', html: 'text/html', odt: `${open}.text`, rtf: 'application/rtf', epub: 'application/epub+zip',
  }),
  // As CSV first, so that it can be read as records: its first sheet.
  'application/vnd.google-apps.spreadsheet': type({
    csv: 'text/csv', xlsx: `${office}.spreadsheetml.sheet`, tsv: 'text/tab-separated-values', pdf: 'application/pdf', ods: `${open}.spreadsheet`,
  }),
  'application/vnd.google-apps.presentation': type({ pptx: `${office}.presentationml.presentation`, pdf: 'application/pdf', txt: 'text/plain', odp: `${open}.presentation` }),
  'application/vnd.google-apps.drawing': type({ png: 'image/png', pdf: 'application/pdf', jpg: 'image/jpeg', svg: 'image/svg+xml' }),
};

export const folderType = 'application/vnd.google-apps.folder';

const isGoogles = (mimeType: string): boolean => mimeType.startsWith('application/vnd.google-apps.');

export interface Named {
  name: string;
  mimeType: string;
}

/** The last part of the key under which a file is listed; undefined for what cannot be a key or has no bytes (forms, sites, shortcuts). */
export function listedName({ name, mimeType }: Named): string | undefined {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) return undefined;
  if (!isGoogles(mimeType)) return name;
  const document = documents[mimeType];
  if (!document) return undefined;
  return name.endsWith(`.${document.extension}`) ? name : `${name}.${document.extension}`;
}

/** Names that a file may have which is asked for by this one: its own, and that of a document to be exported. */
export function possibleNames(asked: string): string[] {
  const dot = asked.lastIndexOf('.');
  return dot > 0 ? [asked, asked.slice(0, dot)] : [asked];
}

/** How to fetch a file by this name: as it is, or exported; undefined when it is another one. */
export function fetchAs({ name, mimeType }: Named, asked: string): { export_type?: string } | undefined {
  if (!isGoogles(mimeType)) return name === asked ? {} : undefined;
  const extension = asked.slice(asked.lastIndexOf('.') + 1);
  const export_type = documents[mimeType]?.formats[extension];
  return export_type !== undefined && (name === asked || `${name}.${extension}` === asked) ? { export_type } : undefined;
}

/** What listings call a file: Drive's type, or that of the export. */
export function contentType({ mimeType }: Named): string {
  const document = documents[mimeType];
  return document?.formats[document.extension] ?? mimeType;
}
