/** An ObjectStore on Google Cloud Storage's JSON API. */
import { createKeySpace } from '../../engines/objects/keys.ts';
import type { ObjectPage, ObjectStore, StoredObject } from '../../engines/objects/store.ts';
import { createHttpClient, hostOf } from '../../engines/http/index.ts';
import type { HttpClient, HttpFailure } from '../../engines/http/index.ts';
import { transientStatuses } from '../../engines/http/retry.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Call, OpenContext } from '../contract.ts';
import type { GcsConfig } from './config.ts';
import { parseServiceAccount, serviceAccountAuthentication } from './token.ts';
import { upload } from './upload.ts';

const objectFields = 'name,size,updated,etag,contentType';
const retry = { attempts: 3, base_delay: 300, max_delay: 5_000, statuses: transientStatuses };

/** An object as the API describes it. */
interface GoogleObject {
  name: string;
  size: string;
  updated?: string;
  etag?: string;
  contentType?: string;
}

export function openGcsStore(config: GcsConfig, { egress }: Pick<OpenContext, 'egress'>): ObjectStore {
  const endpoint = config.endpoint.replace(/\/+$/, '');
  const backend = hostOf(new URL(endpoint));
  const account = parseServiceAccount(config.service_account_json);
  const authentication = serviceAccountAuthentication(account, egress);
  const client = withNewToken(createHttpClient({
    egress, base_url: endpoint, backend, authentication, explain: (failure) => explain(failure, config.bucket, backend),
  }), authentication.forget);
  const { root, fromStore } = createKeySpace(config.prefix, []);
  const bucket = `/b/${encodeURIComponent(config.bucket)}/o`;
  const address = (key: string) => new URL(`${endpoint}/storage/v1${bucket}/${encodeURIComponent(key)}`);
  const uploads = new Set<Promise<unknown>>();

  const about = async <T>(answer: Promise<T>, key: string): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (!PatchbayError.is(error) || error.code !== 'object_not_found') throw error;
      throw new PatchbayError('object_not_found', `There is no object ${fromStore(key)} in bucket ${config.bucket}.`, { hint: 'Use `list` to see the keys that are there.', cause: error });
    }
  };

  const list: ObjectStore['list'] = async ({ prefix, folders, limit, token }, { signal }) => {
    const answer = await client.request({
      path: new URL(`${endpoint}/storage/v1${bucket}`), signal, retry,
      query: {
        prefix, maxResults: limit, fields: `items(${objectFields}),prefixes,nextPageToken`,
        ...(folders && { delimiter: '/' }), ...(token !== undefined && { pageToken: token }),
      },
    });
    const { items = [], prefixes = [], nextPageToken } = answer.json() as { items?: GoogleObject[]; prefixes?: string[]; nextPageToken?: string };
    return { objects: items.map(asObject), folders: prefixes, ...(nextPageToken !== undefined && { next_token: nextPageToken }) } satisfies ObjectPage;
  };

  return {
    list,
    async check(call) {
      await list({ prefix: root, folders: false, limit: 1 }, call);
      return `Bucket ${config.bucket} is reachable`;
    },
    async get(key, { signal }) {
      const { headers, body } = await about(client.stream({ path: address(key), query: { alt: 'media' }, signal, retry }), key);
      // Of what is unpacked on its way, the length is not that of the bytes.
      const length = headers.get('content-encoding') === null ? headers.get('content-length') : null;
      const etag = headers.get('etag')?.replaceAll('"', '');
      return {
        content: body,
        ...(headers.has('content-type') && { content_type: headers.get('content-type')! }),
        ...(length !== null && { size: Number(length) }),
        ...(etag !== undefined && { etag }),
      };
    },
    async exists(key, { signal }) {
      try {
        await client.request({ path: address(key), query: { fields: 'name' }, signal, retry });
        return true;
      } catch (error) {
        if (!PatchbayError.is(error)) throw error;
        if (error.code === 'object_not_found') return false;
        // An account that may delete but not read.
        if (error.code === 'backend_permission_denied') return true;
        throw error;
      }
    },
    async put(input, { signal }: Call) {
      const uploading = upload(client, new URL(`${endpoint}/upload/storage/v1${bucket}`), input, signal);
      const settled = uploading.then(() => undefined, () => undefined).finally(() => uploads.delete(settled));
      uploads.add(settled);
      return uploading;
    },
    async remove(key, { signal }) {
      await client.request({ method: 'DELETE', path: address(key), signal, retry, accepts: (status) => (status >= 200 && status < 300) || status === 404 });
    },
    async close() {
      await Promise.all(uploads);
    },
  };
}

/** A token may be revoked before its time: with a new one, the request is made once more. */
function withNewToken(client: HttpClient, forget: () => void): HttpClient {
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!PatchbayError.is(error) || error.details?.['http_status'] !== 401) throw error;
      forget();
      return work();
    }
  };
  return { request: (request) => again(() => client.request(request)), stream: (request) => again(() => client.stream(request)) };
}

function asObject({ name, size, updated, etag, contentType }: GoogleObject): StoredObject {
  return {
    key: name, size: Number(size),
    ...(updated !== undefined && { last_modified: new Date(updated).toISOString() }),
    ...(etag !== undefined && { etag }),
    ...(contentType !== undefined && { content_type: contentType }),
  };
}

/** Google's own text is left out: it names the account. */
function explain({ status, body, message = '' }: HttpFailure, bucket: string, server: string): PatchbayError | undefined {
  const reason = (body as { error?: { errors?: { reason?: string }[] } } | null)?.error?.errors?.[0]?.reason ?? '';
  if (status === 404 && /bucket does not exist/i.test(message)) {
    return new PatchbayError('invalid_config', `There is no bucket ${bucket} at ${server}.`, {
      hint: 'Check the bucket’s name and the endpoint.', fields: [{ path: 'config.bucket', message: 'there is no such bucket' }],
    });
  }
  if (status === 401) return new PatchbayError('backend_authentication_failed', `${server} refused the service account.`, {
    hint: 'Check service_account_json: its account may be disabled.', details: { http_status: 401 },
  });
  if (status === 403 && /rateLimit/i.test(reason)) return new PatchbayError('backend_rate_limited', `${server} asks for fewer requests.`, { hint: 'Try again in a little while.' });
  if (status === 403) {
    return new PatchbayError('backend_permission_denied', `The service account may not do that in bucket ${bucket}.`, {
      hint: 'Grant it, on the bucket, the role Storage Object User (roles/storage.objectUser), or Storage Object Viewer for reading alone.',
    });
  }
  if (status === 400 && /page ?token/i.test(message)) {
    return new PatchbayError('invalid_request', 'The cursor is not one that an earlier page gave.', { hint: 'Send `next_cursor` of the page before as it was given.', fields: [{ path: 'cursor', message: 'is not a cursor of this list' }] });
  }
  return undefined;
}
