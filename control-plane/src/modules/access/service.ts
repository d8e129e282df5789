/** Who is calling: API keys, kept as hashes, and JWTs of the operator's identity provider. */
import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { JWTPayload } from 'jose';
import type { Changes } from '../../platform/db/changes.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { record } from '../audit/index.ts';
import { principalFromClaims } from './claims.ts';
import type { Principal, Role } from './roles.ts';
import { apiKeys, withinTenant } from '../tables/index.ts';
import type { ApiKeyRow } from '../tables/index.ts';

/** Verifies a JWT's signature, issuer, audience and times; throws jose's errors. */
export type VerifyJwt = (token: string) => Promise<JWTPayload>;

export interface AccessOptions {
  db: Database;
  changes: Changes;
  /** Absent: JWTs are not accepted. */
  verifyJwt?: VerifyJwt;
  role_claim: string;
  tenant_claim: string;
  /** The id of the tenant that a claim names by id or slug. */
  tenantId(reference: string): Promise<string | undefined>;
}

export interface Access {
  /** @param authorization the request's header @throws `unauthenticated` */
  authenticate(authorization: string | undefined): Principal | Promise<Principal>;
  createKey(actor: { id: string; name: string }, input: { name: string; role: Role; tenant_id: string | null; expires_at?: Date }, requestId?: string, key?: string): Promise<{ row: ApiKeyRow; key: string }>;
  /** Keys of the tenant and those below it; of all, for null. */
  listKeys(tenantId: string | null, after: string | undefined, limit: number): Promise<ApiKeyRow[]>;
  findKey(id: string): Promise<ApiKeyRow | undefined>;
  revokeKey(actor: { id: string; name: string }, row: ApiKeyRow, requestId: string): Promise<void>;
  /** True when no platform admin's key is there yet: the first run. */
  isUnclaimed(): Promise<boolean>;
  hasKey(key: string): Promise<boolean>;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');

const refused = (message: string) => new PatchbayError('unauthenticated', message, {
  hint: 'Send "Authorization: Bearer KEY" with a valid API key or JWT.',
});

export function createAccess(options: AccessOptions): Access {
  const { db } = options;
  /** Keys that were seen, by hash. Emptied whenever any key changes, in whatever process. */
  const known = new Map<string, { principal: Principal; expires_at: number }>();
  let generation = 0;
  const forget = () => {
    generation += 1;
    known.clear();
  };
  options.changes.subscribe({
    onChange: ({ table }) => table === 'api_keys' && forget(),
    onLost: forget,
  });
  const lastUsed = new Map<string, number>();

  const touch = (id: string) => {
    const now = Date.now();
    // A minute's precision is enough, and spares the database a write for every request.
    if (now - (lastUsed.get(id) ?? 0) < 60_000) return;
    lastUsed.set(id, now);
    db.update(apiKeys).set({ last_used_at: new Date(now) }).where(eq(apiKeys.id, id)).catch(() => undefined);
  };

  const authenticateKey = async (key: string, hash: string): Promise<Principal> => {
    const seen = generation;
    const [row] = await db.select().from(apiKeys).where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revoked_at)));
    // No part of what may be something else altogether, sent by mistake.
    if (!row) throw refused(`The key${key.startsWith('pb_') ? ` ${key.slice(0, 7)}…` : ''} is unknown or revoked.`);
    const expires_at = row.expires_at?.getTime() ?? Infinity;
    if (expires_at <= Date.now()) throw refused(`The key ${row.prefix}… has expired.`);
    const principal: Principal = { id: `key:${row.id}`, name: row.name, role: row.role, tenant_id: row.tenant_id };
    if (generation === seen) known.set(hash, { principal, expires_at });
    touch(row.id);
    return principal;
  };

  const authenticateJwt = async (token: string): Promise<Principal> => {
    if (!options.verifyJwt) throw refused('JWTs are not accepted here.');
    let payload: JWTPayload;
    try {
      payload = await options.verifyJwt(token);
    } catch (error) {
      throw refused(`The JWT is not valid: ${(error as { code?: string }).code ?? 'it cannot be verified'}.`);
    }
    if (typeof payload.exp !== 'number') throw refused('The JWT has no expiry.');
    const { role_claim, tenant_claim, tenantId } = options;
    return principalFromClaims(payload, 'JWT', { prefix: 'jwt', role_claim, tenant_claim, tenantId, refused });
  };

  return {
    authenticate(authorization) {
      const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
      if (!token) throw refused('This address needs a key.');
      if (token.split('.').length === 3) return authenticateJwt(token);
      const hash = hashOf(token);
      const cached = known.get(hash);
      if (cached && cached.expires_at > Date.now()) {
        touch(cached.principal.id.slice('key:'.length));
        return cached.principal;
      }
      return authenticateKey(token, hash);
    },
    async createKey(actor, input, requestId, key = `pb_${randomBytes(32).toString('base64url')}`) {
      const row = await db.transaction(async (transaction) => {
        const [created] = await transaction.insert(apiKeys).values({
          id: newId(), tenant_id: input.tenant_id, name: input.name, role: input.role, hash: hashOf(key), prefix: key.slice(0, 7), expires_at: input.expires_at ?? null,
        }).returning();
        await auditKey(transaction, actor, created!, requestId, { action: 'key.created', details: { role: input.role, prefix: created!.prefix } });
        return created!;
      });
      return { row, key };
    },
    listKeys: (tenantId, after, limit) => db.select().from(apiKeys).where(and(
      withinTenant(apiKeys.tenant_id, tenantId),
      isNull(apiKeys.revoked_at),
      after === undefined ? undefined : gt(apiKeys.id, after),
    )).orderBy(asc(apiKeys.id)).limit(limit),
    async findKey(id) {
      const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
      return row;
    },
    async revokeKey(actor, row, requestId) {
      await db.transaction(async (transaction) => {
        await transaction.update(apiKeys).set({ revoked_at: new Date() }).where(eq(apiKeys.id, row.id));
        await auditKey(transaction, actor, row, requestId, { action: 'key.revoked', details: { prefix: row.prefix } });
      });
      options.changes.announce({ table: 'api_keys', tenant_id: row.tenant_id, id: row.id, version: null });
    },
    async isUnclaimed() {
      return (await db.$count(apiKeys, and(eq(apiKeys.role, 'platform_admin'), isNull(apiKeys.revoked_at)))) === 0;
    },
    async hasKey(key) {
      return (await db.$count(apiKeys, eq(apiKeys.hash, hashOf(key)))) > 0;
    },
  };
}

function auditKey(transaction: Queryable, actor: { id: string; name: string }, row: ApiKeyRow, requestId: string | undefined, event: Parameters<typeof record>[1]['event']) {
  return record(transaction, {
    tenant_id: row.tenant_id, actor, resource: { id: row.id, name: row.name },
    ...(requestId !== undefined && { request_id: requestId }), event,
  });
}
