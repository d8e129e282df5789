/**
 * Files that connectors publish for their providers to fetch. Each has an address of its own with a random
 * token, of which only the hash is kept: nobody but who was told the address finds the file.
 */
import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, inArray, lt } from 'drizzle-orm';
import type { MediaHost } from '../../kinds/contract.ts';
import type { Database } from '../../platform/db/index.ts';
import { isForeignKeyViolation } from '../../platform/db/index.ts';
import { obstacleTo } from '../../platform/egress/public-address.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { noTenant } from '../audit/index.ts';
import { media, mediaChunks } from '../tables/index.ts';
import type { MediaRow } from '../tables/index.ts';

export interface Media {
  /** What this connector publishes goes with it. @param connector undefined for a config that is not saved */
  of(connector: { tenant_id: string; id: string } | undefined): MediaHost;
  /** By the token of its address; undefined when there is no such file, or none any more. */
  find(token: string): Promise<MediaRow | undefined>;
  /** Throws `not_found` when the file is deleted meanwhile. */
  content(file: MediaRow): AsyncIterable<Uint8Array>;
  /** Deletes what has expired. */
  prune(): Promise<void>;
}

export interface MediaOptions {
  db: Database;
  /** Where others reach this service. */
  publicUrl(): string;
  /** For how long a file can be fetched. */
  hours: number;
  metrics: Pick<Metrics, 'media'>;
}

/** In bytes. */
const chunkSize = 1024 * 1024;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export function createMedia({ db, publicUrl, hours, metrics }: MediaOptions): Media {
  return {
    of: (connector) => ({
      async publish(files) {
        const address = publicAddress(publicUrl());
        const tenant_id = connector?.tenant_id ?? noTenant;
        const expires_at = new Date(Date.now() + hours * 3_600_000);
        const tokens = files.map(() => randomBytes(32).toString('base64url'));
        const hashes = tokens.map(hashOf);
        try {
          await db.transaction(async (transaction) => {
            for (const [index, { filename, content_type, content }] of files.entries()) {
              const hash = hashes[index]!;
              await transaction.insert(media).values({ tenant_id, hash, connector_id: connector?.id ?? null, filename, content_type, size: content.length, expires_at });
              for (let number = 0; number * chunkSize < content.length; number += 1) {
                await transaction.insert(mediaChunks).values({ tenant_id, hash, number, bytes: Buffer.from(content.subarray(number * chunkSize, (number + 1) * chunkSize)) });
              }
            }
          });
        } catch (error) {
          if (!isForeignKeyViolation(error)) throw error;
          throw new PatchbayError('connector_not_found', 'The connector was deleted meanwhile; nothing was kept.', { cause: error });
        }
        metrics.media.inc({ outcome: 'published' }, files.length);
        return {
          urls: tokens.map((token) => `${address}/media/${token}`),
          async withdraw() {
            const { count } = await db.delete(media).where(and(eq(media.tenant_id, tenant_id), inArray(media.hash, hashes)));
            metrics.media.inc({ outcome: 'withdrawn' }, count);
          },
        };
      },
    }),
    async find(token) {
      // Spares the database what no address of ours looks like.
      if (!/^[\w-]{43}$/.test(token)) return undefined;
      const [file] = await db.select().from(media).where(and(eq(media.hash, hashOf(token)), gt(media.expires_at, new Date())));
      return file;
    },
    async *content({ tenant_id, hash, size }) {
      // A statement each: who reads slowly keeps no connection of the pool.
      for (let number = 0; number * chunkSize < size; number += 1) {
        const [chunk] = await db.select({ bytes: mediaChunks.bytes }).from(mediaChunks)
          .where(and(eq(mediaChunks.tenant_id, tenant_id), eq(mediaChunks.hash, hash), eq(mediaChunks.number, number)));
        if (!chunk) throw new PatchbayError('not_found', 'The file was deleted while it was read.');
        yield chunk.bytes;
      }
    },
    async prune() {
      await db.delete(media).where(lt(media.expires_at, new Date()));
    },
  };
}

/** Without a slash at the end. Throws `invalid_config` when a provider could not reach it, or whoever is between could read along. */
function publicAddress(address: string): string {
  const obstacle = obstacleTo(address);
  if (obstacle === undefined) return address.replace(/\/+$/, '');
  throw new PatchbayError('invalid_config', `The provider would have to fetch the files from ${new URL(address).origin}, ${obstacle === 'not_encrypted' ? 'which is not encrypted' : 'which cannot be reached from outside'}.`, {
    hint: 'Have the operator set PATCHBAY_PUBLIC_URL to the https:// address at which the Internet reaches this service, or put the files at a public address and give that.',
  });
}
