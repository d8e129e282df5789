/** An ObjectStore on the S3 protocol: Amazon's, and every server that speaks it. */
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { createKeySpace } from '../objects/keys.ts';
import type { ListInput, ObjectPage, ObjectStore, PutInput } from '../objects/store.ts';
import type { Call, ObjectBytes, OpenContext } from '../../kinds/contract.ts';
import { createS3Client } from './client.ts';
import type { S3Settings } from './settings.ts';
import { s3Error } from './errors.ts';
import { upload } from './upload.ts';

export async function openS3Store(config: S3Settings, context: Pick<OpenContext, 'egress'>): Promise<ObjectStore> {
  const [client, sdk] = await Promise.all([createS3Client(config, context), import('@aws-sdk/client-s3')]);
  const Bucket = config.bucket;
  const target = { bucket: Bucket, region: config.region, server: serverName(config) };
  const { root, fromStore } = createKeySpace(config.prefix, []);
  const uploads = new Set<Promise<unknown>>();

  const failed = (error: unknown, key?: string) => s3Error(error, target, key === undefined ? undefined : fromStore(key));
  const answered = async <T>(answer: Promise<T>, key?: string): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw failed(error, key);
    }
  };

  const list = async ({ prefix, folders, limit, token }: ListInput, { signal }: Call): Promise<ObjectPage> => {
    const command = new sdk.ListObjectsV2Command({
      Bucket,
      Prefix: prefix,
      MaxKeys: limit,
      ...(folders && { Delimiter: '/' }),
      ...(token !== undefined && { ContinuationToken: token }),
    });
    return asPage(await answered(client.send(command, { abortSignal: signal })));
  };

  return {
    list,
    async check(call) {
      // The list first: it answers with the reason, which HEAD has no body for.
      await list({ prefix: root, folders: false, limit: 1 }, call);
      await answered(client.send(new sdk.HeadBucketCommand({ Bucket }), { abortSignal: call.signal }));
      return `Bucket ${Bucket} is reachable`;
    },
    async get(key, { signal }) {
      const object = await answered(client.send(new sdk.GetObjectCommand({ Bucket, Key: key }), { abortSignal: signal }), key);
      return asBytes(object, signal, (error) => failed(error, key));
    },
    async exists(key, { signal }) {
      try {
        await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }), { abortSignal: signal });
        return true;
      } catch (error) {
        const failure = failed(error, key);
        if (failure.code === 'object_not_found') return false;
        // A key that may delete but not read.
        if (failure.code === 'backend_permission_denied') return true;
        throw failure;
      }
    },
    async put(input: PutInput, { signal }) {
      const uploading = answered(upload(client, Bucket, input, signal), input.key);
      const settled = uploading.then(() => undefined, () => undefined).finally(() => uploads.delete(settled));
      uploads.add(settled);
      return uploading;
    },
    async remove(key, { signal }) {
      await answered(client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }), { abortSignal: signal }));
    },
    async close() {
      await Promise.all(uploads);
      client.destroy();
    },
  };
}

/** The endpoint as the admin wrote it, without a scheme; Amazon's host otherwise. */
function serverName({ endpoint, region }: S3Settings): string {
  return endpoint === undefined ? `s3.${region}.amazonaws.com` : new URL(endpoint).host;
}

function asPage({ Contents = [], CommonPrefixes = [], NextContinuationToken }: ListObjectsV2CommandOutput): ObjectPage {
  return {
    objects: Contents.flatMap(({ Key, Size, LastModified, ETag }) =>
      Key === undefined ? [] : [{
        key: Key,
        size: Size ?? 0,
        ...(LastModified !== undefined && { last_modified: LastModified.toISOString() }),
        ...unquoted(ETag),
      }]),
    folders: CommonPrefixes.flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])),
    ...(NextContinuationToken !== undefined && { next_token: NextContinuationToken }),
  };
}

/** The body closes its connection when the consumer stops, and when the signal is aborted. */
function asBytes({ Body, ContentType, ContentLength, ETag }: GetObjectCommandOutput, signal: AbortSignal, failed: (error: unknown) => Error): ObjectBytes {
  const body = Body as Readable;
  const onAbort = () => void body.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  body.once('close', () => signal.removeEventListener('abort', onAbort));
  // Without a listener, an error before the first read would end the process.
  body.on('error', () => undefined);
  if (signal.aborted) onAbort();
  return {
    content: bytesOf(body, failed),
    ...(ContentType !== undefined && { content_type: ContentType }),
    ...(ContentLength !== undefined && { size: ContentLength }),
    ...unquoted(ETag),
  };
}

async function* bytesOf(body: Readable, failed: (error: unknown) => Error): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw failed(error);
  }
}

function unquoted(etag: string | undefined): { etag?: string } {
  return etag === undefined ? {} : { etag: etag.replaceAll('"', '') };
}
