/** Files that a connector's callers handed over, kept in the store: each connector sees its own alone. */
import { and, asc, eq, gt, ilike, sql } from 'drizzle-orm';
import type { StoredUpload, UploadStore } from '../../kinds/contract.ts';
import type { Store } from '../../platform/db/index.ts';
import { isForeignKeyViolation, storeError } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { uploadChunks, uploads } from '../tables/index.ts';
import { likePattern } from '../tenants/index.ts';

export interface Uploads {
  of(connector: { tenant_id: string; id: string }): UploadStore;
}

/** In bytes. */
const chunkSize = 1024 * 1024;

/** @param limit of a file as it is handed over, in bytes */
export function createUploads({ store, limit }: { store: Pick<Store, 'db' | 'sql'>; limit: number }): Uploads {
  const { db } = store;
  return {
    of({ tenant_id, id: connector_id }) {
      const own = and(eq(uploads.tenant_id, tenant_id), eq(uploads.connector_id, connector_id));
      return {
        limit,
        async list({ search, after, limit: most }) {
          return inStore(db.select(columns).from(uploads)
            .where(and(own, search ? ilike(uploads.name, likePattern(search)) : undefined, after === undefined ? undefined : gt(uploads.name, after)))
            .orderBy(asc(uploads.name)).limit(most));
        },
        async find(name) {
          const [row] = await inStore(db.select(columns).from(uploads).where(and(own, eq(uploads.name, name))));
          return row;
        },
        content: ({ id }) => chunksOf(store, tenant_id, id),
        async put({ name, content, details, replaces }) {
          let givenUp: unknown;
          const given = (async function* () {
            try {
              yield* content;
            } catch (error) {
              givenUp = error;
              throw error;
            }
          })();
          try {
            return await db.transaction(async (transaction) => {
              // Of two uploads of one name at the same time, the later one stays.
              await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${connector_id}/${name}`}, 0))`);
              if (replaces !== undefined) {
                const [before] = await transaction.select({ id: uploads.id }).from(uploads).where(and(own, eq(uploads.name, name)));
                if ((before?.id ?? null) !== replaces) throw replacedMeanwhile();
              }
              await transaction.delete(uploads).where(and(own, eq(uploads.name, name)));
              const id = newId();
              const [row] = await transaction.insert(uploads).values({ tenant_id, connector_id, name, id, size: 0, details }).returning(columns);
              let size = 0;
              let number = 0;
              for await (const bytes of inChunks(given)) {
                await transaction.insert(uploadChunks).values({ tenant_id, upload_id: id, number, bytes });
                size += bytes.length;
                number += 1;
              }
              await transaction.update(uploads).set({ size }).where(and(own, eq(uploads.name, name)));
              return { ...row!, size };
            });
          } catch (error) {
            if (!isForeignKeyViolation(error)) throw error === givenUp ? error : storeError(error);
            throw new PatchbayError('connector_not_found', 'The connector was deleted meanwhile; nothing was kept.', { cause: error });
          }
        },
      };
    },
  };
}

const columns = { name: uploads.name, id: uploads.id, size: uploads.size, details: uploads.details, created_at: uploads.created_at } satisfies Record<keyof StoredUpload, unknown>;

/** Whoever runs a kind takes what it throws for the backend's fault: that the store is lost is said here. */
async function inStore<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw storeError(error);
  }
}

/** One statement: what takes its place meanwhile does not disturb it. */
async function* chunksOf({ sql: client }: Pick<Store, 'sql'>, tenantId: string, id: string): AsyncGenerator<Uint8Array> {
  let found = false;
  try {
    for await (const [row] of client<{ bytes: Buffer }[]>`select bytes from upload_chunks where tenant_id = ${tenantId} and upload_id = ${id} order by number`.cursor(1)) {
      found = true;
      yield row!.bytes;
    }
  } catch (error) {
    throw storeError(error);
  }
  if (!found) throw replacedMeanwhile();
}

function replacedMeanwhile(): PatchbayError {
  return new PatchbayError('version_conflict', 'Another file took the place of this upload just now.', { hint: 'Try again: the new one is there.' });
}

async function* inChunks(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunkSize - size);
      gathered.push(part);
      size += part.length;
      at += part.length;
      if (size < chunkSize) continue;
      yield Buffer.concat(gathered);
      gathered = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(gathered);
}
