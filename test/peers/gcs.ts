/**
 * A server that follows Google's JSON API for Cloud Storage (objects: list, get, insert by media and resumable
 * upload, delete) and its token endpoint, which verifies the RS256 JWT of a service account.
 */
import { createHash, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './certificate.ts';

export interface GcsServer {
  /** `http://127.0.0.1:PORT`. */
  endpoint: string;
  port: number;
  /** Key files: of an account that may do everything, of one that may only read, and one that was signed by nobody. */
  accounts: { owner: string; viewer: string; stranger: string };
  /** How many tokens were handed out. */
  tokens(): number;
  /** Resumable sessions that are neither complete nor taken back. */
  sessions(): number;
  /** From now on all tokens are worth nothing. */
  revokeTokens(): void;
  /** The next requests for objects are answered with this status. */
  failNext(status: number, times: number): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Stored {
  bytes: Buffer;
  contentType: string;
  updated: string;
  etag: string;
}

const quarter = 256 * 1024;
const largestPage = 100;

export async function startGcs(bucket: string, certificate?: TestCertificate): Promise<GcsServer> {
  const objects = new Map<string, Stored>();
  const sessions = new Map<string, { name: string; contentType: string; bytes: Buffer }>();
  const tokens = new Map<string, 'owner' | 'viewer'>();
  let issued = 0;
  let failure: { status: number; times: number } | undefined;
  const keys = { owner: generateKeyPairSync('rsa', { modulusLength: 2048 }), viewer: generateKeyPairSync('rsa', { modulusLength: 2048 }), stranger: generateKeyPairSync('rsa', { modulusLength: 2048 }) };

  const listener = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url!, `${certificate ? 'https' : 'http'}://${request.headers.host}`);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const send = (status: number, value?: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { ...(value && { 'content-type': 'application/json; charset=UTF-8' }), ...headers }).end(value && JSON.stringify(value));
    const refuse = (code: number, message: string, reason: string) => send(code, { error: { code, message, errors: [{ message, domain: 'global', reason }] } });

    if (url.pathname === '/token') return token(body.toString());
    const role = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!role) return refuse(401, 'Invalid Credentials', 'authError');
    if (failure && failure.times > 0) {
      failure.times -= 1;
      return refuse(failure.status, 'We encountered an internal error. Please try again.', 'backendError');
    }
    const [, upload, asked, key] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (asked === undefined) return send(404, undefined);
    if (decodeURIComponent(asked) !== bucket) return refuse(404, 'The specified bucket does not exist.', 'notFound');
    if (role === 'viewer' && request.method !== 'GET') return refuse(403, 'viewer@acme.iam.gserviceaccount.com does not have storage.objects.create access.', 'forbidden');
    if (upload !== undefined) return receive();
    if (key === undefined) return list();
    const name = decodeURIComponent(key);
    const found = objects.get(name);
    if (!found) return refuse(404, `No such object: ${bucket}/${name}`, 'notFound');
    if (request.method === 'DELETE') {
      objects.delete(name);
      return send(204);
    }
    if (url.searchParams.get('alt') !== 'media') return send(200, describe(name, found));
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const part = range ? found.bytes.subarray(Number(range[1]), range[2] ? Number(range[2]) + 1 : undefined) : found.bytes;
    response.writeHead(range ? 206 : 200, {
      'content-type': found.contentType, 'content-length': part.length, etag: found.etag,
      ...(range && { 'content-range': `bytes ${range[1]}-${Number(range[1]) + part.length - 1}/${found.bytes.length}` }),
    });
    response.end(part);

    function token(form: string): unknown {
      const parameters = new URLSearchParams(form);
      const [head = '', claims = '', signature = ''] = (parameters.get('assertion') ?? '').split('.');
      const bad = (description: string) => send(400, { error: 'invalid_grant', error_description: description });
      if (parameters.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer' || signature === '') return send(400, { error: 'unsupported_grant_type', error_description: 'Invalid grant_type' });
      const { iss, aud, iat, exp, scope } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, never>;
      const account = (['owner', 'viewer'] as const).find((one) => iss === emailOf(one));
      const now = Date.now() / 1000;
      if (!account) return bad('Invalid grant: account not found');
      if (!createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(keys[account].publicKey, signature, 'base64url')) return bad('Invalid JWT Signature.');
      if (aud !== `${endpoint()}/token` || Number(exp) - Number(iat) > 3600 || Number(exp) < now || !String(scope).includes('devstorage')) return bad('Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.');
      issued += 1;
      const value = `ya29.${randomUUID()}`;
      tokens.set(value, account);
      return send(200, { access_token: value, expires_in: 3599, token_type: 'Bearer' });
    }

    function list(): unknown {
      const prefix = url.searchParams.get('prefix') ?? '';
      const delimiter = url.searchParams.get('delimiter');
      const page = url.searchParams.get('pageToken');
      const after = page === null ? '' : /^p:/.test(Buffer.from(page, 'base64url').toString()) ? Buffer.from(page, 'base64url').toString().slice(2) : undefined;
      if (after === undefined) return refuse(400, 'Invalid page token.', 'invalid');
      const most = Math.min(Number(url.searchParams.get('maxResults') ?? 1000), largestPage);
      const entries = new Set([...objects.keys()].filter((name) => name.startsWith(prefix)).map((name) => {
        const end = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
        return end < 0 ? name : name.slice(0, end + 1);
      }));
      const sorted = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).filter((name) => after === '' || Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0);
      const shown = sorted.slice(0, most);
      const items = shown.flatMap((name) => (objects.has(name) ? [describe(name, objects.get(name)!)] : []));
      const prefixes = shown.filter((name) => !objects.has(name));
      return send(200, {
        kind: 'storage#objects', ...(items.length > 0 && { items }), ...(prefixes.length > 0 && { prefixes }),
        ...(sorted.length > most && { nextPageToken: Buffer.from(`p:${shown.at(-1)!}`).toString('base64url') }),
      });
    }

    function receive(): unknown {
      const name = url.searchParams.get('name') ?? '';
      const contentType = request.headers['content-type'] ?? 'application/octet-stream';
      if (url.searchParams.get('uploadType') === 'media') return send(200, describe(name, store(name, body, contentType)));
      const id = url.searchParams.get('upload_id');
      if (id === null) {
        const made = randomUUID();
        sessions.set(made, { name, contentType: String(request.headers['x-upload-content-type'] ?? 'application/octet-stream'), bytes: Buffer.alloc(0) });
        return send(200, undefined, { location: `${url.origin}${url.pathname}?uploadType=resumable&name=${encodeURIComponent(name)}&upload_id=${made}` });
      }
      const session = sessions.get(id);
      if (!session) return refuse(410, 'The upload session is gone.', 'gone');
      if (request.method === 'DELETE') {
        sessions.delete(id);
        return send(499);
      }
      const [, first, last, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(request.headers['content-range'] ?? '') ?? [];
      const isLast = total !== undefined && total !== '*';
      if (total === undefined || (first !== undefined && (Number(first) !== session.bytes.length || Number(last) - Number(first) + 1 !== body.length)) || (!isLast && body.length % quarter !== 0)) {
        return refuse(400, 'Invalid request.  There were problems with the Content-Range header.', 'badRequest');
      }
      session.bytes = Buffer.concat([session.bytes, body]);
      if (!isLast) return send(308, undefined, { range: `bytes=0-${session.bytes.length - 1}` });
      if (Number(total) !== session.bytes.length) return refuse(400, 'The total size does not match.', 'badRequest');
      sessions.delete(id);
      return send(200, describe(session.name, store(session.name, session.bytes, session.contentType)));
    }
  };

  const store = (name: string, bytes: Buffer, contentType: string): Stored => {
    const stored = { bytes, contentType, updated: new Date().toISOString(), etag: createHash('md5').update(bytes).update(randomUUID()).digest('base64') };
    objects.set(name, stored);
    return stored;
  };
  const describe = (name: string, { bytes, contentType, updated, etag }: Stored) => ({ kind: 'storage#object', name, bucket, size: String(bytes.length), contentType, updated, etag });

  const make = () => (certificate ? https.createServer({ cert: certificate.certificate, key: certificate.key }, listener) : http.createServer(listener));
  let server = make().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = () => `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`;
  const emailOf = (account: string) => `${account}@acme.iam.gserviceaccount.com`;
  const keyFile = (account: 'owner' | 'viewer', key: keyof typeof keys) => JSON.stringify({
    type: 'service_account', project_id: 'acme', private_key_id: 'k1', private_key: keys[key].privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: emailOf(account), client_id: '1', token_uri: `${endpoint()}/token`,
  });
  const stop = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    endpoint: endpoint(),
    port,
    accounts: { owner: keyFile('owner', 'owner'), viewer: keyFile('viewer', 'viewer'), stranger: keyFile('owner', 'stranger') },
    tokens: () => issued,
    sessions: () => sessions.size,
    revokeTokens: () => tokens.clear(),
    failNext: (status, times) => void (failure = { status, times }),
    stop,
    async restart() {
      await stop();
      server = make().listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
