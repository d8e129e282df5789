/**
 * Google Drive v3 as its REST reference describes it, as far as files go: list with `q` and pages, get, export,
 * create, update, delete, resumable uploads, shared drives; behind an OAuth provider.
 * https://developers.google.com/workspace/drive/api/reference/rest/v3
 */
import { createHash, randomBytes } from 'node:crypto';
import { googleError } from './gmail.ts';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';
import { startOAuthPeer } from './oauth.ts';
import type { OAuthPeer } from './oauth.ts';

export interface DrivePeer extends HttpPeer {
  provider: OAuthPeer;
  files: Map<string, PeerFile>;
  /** Makes a file, past the API. @returns its id */
  add(file: Partial<PeerFile> & { name: string; parent: string }): string;
  /** What the next requests to `path` are answered with, one each. */
  fail(path: RegExp, ...answers: HttpAnswer[]): void;
  /** Uploads that have begun and have neither ended nor been given up. */
  uploads: Map<string, PeerUpload>;
  /** At most so many files a page, and so many bytes taken of one part of an upload. */
  limits: { page: number; part: number };
}

export interface PeerFile {
  id: string;
  name: string;
  mimeType: string;
  parent: string;
  content: Buffer;
  trashed: boolean;
  /** Of the shared drive that it lies in. */
  drive?: string;
  createdTime: string;
  modifiedTime: string;
}

interface PeerUpload { file_id?: string; metadata: { name?: string; parents?: string[]; mimeType?: string }; content: Buffer }

export const folderType = 'application/vnd.google-apps.folder';
const exports: Record<string, string> = { 'application/vnd.google-apps.document': 'document', 'application/vnd.google-apps.spreadsheet': 'spreadsheet' };

export async function startDrivePeer(): Promise<DrivePeer> {
  const provider = await startOAuthPeer();
  provider.behave({ rotates: false });
  const files = new Map<string, PeerFile>();
  const uploads = new Map<string, PeerUpload>();
  /** Which file came of a session: asked after its end, it still tells. */
  const finished = new Map<string, string>();
  const failures: { path: RegExp; answer: HttpAnswer }[] = [];
  const limits = { page: 1000, part: Infinity };
  let clock = Date.UTC(2026, 0, 5);
  const tick = () => new Date((clock += 1000)).toISOString();
  const notFound = (id: string) => googleError(404, 'NOT_FOUND', 'notFound', `File not found: ${id}.`);
  const refuse = (reason: string) => googleError(400, 'INVALID_ARGUMENT', 'invalid', `Invalid Value (${reason})`);

  const add: DrivePeer['add'] = (file) => {
    const id = file.id ?? `1${randomBytes(16).toString('base64url')}`;
    const time = tick();
    const drive = file.drive ?? files.get(file.parent)?.drive;
    files.set(id, { mimeType: 'application/octet-stream', content: Buffer.alloc(0), trashed: false, createdTime: time, modifiedTime: time, ...file, id, ...(drive !== undefined && { drive }) });
    return id;
  };
  add({ id: 'root-of-ada', name: 'My Drive', mimeType: folderType, parent: '' });
  const idOf = (id: string) => (id === 'root' ? 'root-of-ada' : id);

  const view = ({ id, name, mimeType, content, trashed, createdTime, modifiedTime }: PeerFile) => ({
    id, name, mimeType, trashed, createdTime, modifiedTime, ...(!mimeType.startsWith('application/vnd.google-apps.') && { size: String(content.length), md5Checksum: createHash('md5').update(content).digest('hex') }),
  });

  /** The part of Drive's query language that is needed here; whatever else is refused. */
  const matcher = (q: string): ((file: PeerFile) => boolean) | undefined => {
    const text = (quoted: string) => quoted.replace(/\\([\\'])/g, '$1');
    const conditions: ((file: PeerFile) => boolean)[] = [];
    let rest = q;
    const take = (pattern: RegExp) => {
      const found = pattern.exec(rest);
      if (found) rest = rest.slice(found[0].length);
      return found;
    };
    for (;;) {
      let found: RegExpExecArray | null;
      if ((found = take(/^'((?:[^'\\]|\\.)*)' in parents/))) { const parent = idOf(text(found[1]!)); conditions.push((file) => file.parent === parent); }
      else if ((found = take(/^mimeType = '((?:[^'\\]|\\.)*)'/))) { const wanted = text(found[1]!); conditions.push(({ mimeType }) => mimeType === wanted); }
      else if (take(/^trashed = false/)) conditions.push(({ trashed }) => !trashed);
      else if ((found = take(/^\((name = '(?:[^'\\]|\\.)*'(?: or name = '(?:[^'\\]|\\.)*')*)\)/))) {
        // Drive compares names without regard to case.
        const names = [...found[1]!.matchAll(/name = '((?:[^'\\]|\\.)*)'/g)].map(([, name]) => text(name!).toLowerCase());
        conditions.push(({ name }) => names.includes(name.toLowerCase()));
      } else return undefined;
      if (rest === '') return (file) => conditions.every((holds) => holds(file));
      if (!take(/^ and /)) return undefined;
    }
  };

  const list = ({ url }: ReceivedRequest): HttpAnswer => {
    const query = url.searchParams;
    const holds = matcher(query.get('q') ?? '');
    if (!holds) return refuse('q');
    const parent = /'([^']+)' in parents/.exec(query.get('q')!)?.[1];
    if (parent && !files.has(idOf(parent))) return notFound('.');
    const shared = query.get('includeItemsFromAllDrives') === 'true' && query.get('supportsAllDrives') === 'true';
    if (query.get('corpora') === 'drive' && !shared) return refuse('corpora');
    const found = [...files.values()].filter((file) => file.id !== 'root-of-ada' && holds(file) && (file.drive === undefined || shared) && (query.get('corpora') !== 'drive' || file.drive === query.get('driveId')))
      .sort((a, b) => (a.createdTime < b.createdTime ? -1 : 1));
    const [from, size] = [Number(query.get('pageToken')?.replace('token-', '') ?? 0), Math.min(Number(query.get('pageSize') ?? 100), limits.page)];
    return { body: { files: found.slice(from, from + size).map(view), ...(from + size < found.length && { nextPageToken: `token-${from + size}` }) } };
  };

  const upload = (session: string, { method, headers, body }: ReceivedRequest): HttpAnswer => {
    const known = uploads.get(session);
    if (!known) return finished.has(session) && method === 'PUT' ? { body: view(files.get(finished.get(session)!)!) } : notFound(session);
    if (method === 'DELETE') {
      uploads.delete(session);
      return { status: 499 };
    }
    const [, first, last, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
    if (total === undefined || (first !== undefined && Number(last) - Number(first) + 1 !== body.length)) return refuse('Content-Range');
    if (first !== undefined) {
      if (Number(first) !== known.content.length) return { status: 503 };
      if (total === '*' && body.length % (256 * 1024) !== 0) return refuse('a part is a multiple of 256 KiB');
      known.content = Buffer.concat([known.content, body.subarray(0, limits.part)]);
    }
    if (total === '*' || known.content.length < Number(total)) return { status: 308, headers: known.content.length > 0 ? { range: `bytes=0-${known.content.length - 1}` } : {} };
    uploads.delete(session);
    const { metadata: { name, parents, mimeType }, content } = known;
    const id = known.file_id ?? add({ name: name!, parent: idOf(parents![0]!) });
    finished.set(session, id);
    Object.assign(files.get(id)!, { content, modifiedTime: tick(), ...(mimeType !== undefined && { mimeType }) });
    return { body: view(files.get(id)!) };
  };

  const handle = (request: ReceivedRequest): HttpAnswer => {
    const { method, url, headers, body } = request;
    const failing = failures.findIndex(({ path }) => path.test(`${method} ${url.pathname}${url.search}`));
    if (failing >= 0) return failures.splice(failing, 1)[0]!.answer;
    if (!provider.isValid(headers.authorization)) return googleError(401, 'UNAUTHENTICATED', 'authError', 'Request had invalid authentication credentials.');
    if (url.searchParams.has('upload_id')) return upload(url.searchParams.get('upload_id')!, request);
    const json = () => JSON.parse(body.toString()) as PeerUpload['metadata'] & { trashed?: boolean };
    const [, uploading, id, more] = /^(\/upload)?\/drive\/v3\/files(?:\/([^/]+))?(\/export)?$/.exec(url.pathname) ?? [];
    if (!url.pathname.includes('/drive/v3/files')) return googleError(404, 'NOT_FOUND', 'notFound', 'Not Found');
    const file = id === undefined ? undefined : files.get(idOf(decodeURIComponent(id)));
    if (id !== undefined && (!file || (file.drive !== undefined && url.searchParams.get('supportsAllDrives') !== 'true' && !more))) return notFound(id);
    if (uploading) {
      if (url.searchParams.get('uploadType') !== 'resumable') return refuse('uploadType');
      const session = randomBytes(8).toString('hex');
      uploads.set(session, { ...(file && { file_id: file.id }), metadata: json(), content: Buffer.alloc(0) });
      return { headers: { location: `http://${headers.host}${url.pathname}?uploadType=resumable&upload_id=${session}` } };
    }
    if (!file) {
      if (method === 'GET') return list(request);
      const { name, mimeType, parents } = json();
      return { body: view(files.get(add({ name: name!, mimeType: mimeType!, parent: idOf(parents![0]!) }))!) };
    }
    if (more) {
      const kind = exports[file.mimeType];
      if (!kind) return googleError(403, 'PERMISSION_DENIED', 'fileNotExportable', 'Export only supports Docs Editors files.');
      return { headers: { 'content-type': url.searchParams.get('mimeType')! }, body: `${kind} ${file.name} as ${url.searchParams.get('mimeType')}: ${file.content.toString()}` };
    }
    if (method === 'DELETE') {
      files.delete(file.id);
      return { status: 204 };
    }
    if (method === 'PATCH') Object.assign(file, json());
    else if (url.searchParams.get('alt') === 'media') {
      if (file.mimeType.startsWith('application/vnd.google-apps.')) return googleError(403, 'PERMISSION_DENIED', 'fileNotDownloadable', 'Only files with binary content can be downloaded. Use Export with Docs Editors files.');
      return { headers: { 'content-type': file.mimeType, 'content-length': String(file.content.length) }, body: file.content as unknown as string };
    }
    return { body: view(file) };
  };

  const peer = await startHttpPeer(handle);
  return {
    ...peer, provider, files, add, uploads, limits,
    fail: (path, ...answers) => void failures.push(...answers.map((answer) => ({ path, answer }))),
    async stop() {
      await peer.stop();
      await provider.stop();
    },
  };
}
