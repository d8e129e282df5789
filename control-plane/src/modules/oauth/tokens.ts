/**
 * Tokens at rest, and who may fetch new ones: one at a time over all processes, by a lease on the row. No
 * database connection is held while a provider answers, so that a slow one takes none away from others.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, sql } from 'drizzle-orm';
import { createTokenSource, reconnect, renewTokens, tokenTimeout } from '../../engines/oauth/index.ts';
import type { Tokens } from '../../engines/oauth/index.ts';
import type { OAuth2Settings, TokenSource } from '../../kinds/contract.ts';
import { decrypt, encrypt } from '../../platform/crypto/envelope.ts';
import type { Key } from '../../platform/crypto/envelope.ts';
import { isForeignKeyViolation } from '../../platform/db/index.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { oauthTokens } from '../tables/index.ts';
import type { OAuthFailure, OAuthTokenRow } from '../tables/index.ts';

/** One version of a connector, and what its tokens are bound to. */
export interface TokenPlace {
  tenant_id: string;
  connector_id: string;
  version: number;
  fingerprint: string;
}

/** In milliseconds. After a failure nobody asks the provider again for so long. */
const coolDown = 30_000;
/** In seconds: longer than a request for tokens may take, so that nobody else begins while one is under way. */
const leaseSeconds = tokenTimeout / 1000 + 15;
const pollPause = 100;

const rowOf = ({ tenant_id, connector_id }: Pick<TokenPlace, 'tenant_id' | 'connector_id'>) =>
  and(eq(oauthTokens.tenant_id, tenant_id), eq(oauthTokens.connector_id, connector_id));
const ciphertextPlace = ({ tenant_id, connector_id, fingerprint }: TokenPlace) => `${tenant_id}|${connector_id}|oauth_tokens|${fingerprint}`;

/** The columns that hold tokens. */
export function sealTokens(tokens: Tokens, place: TokenPlace, key: Key): Partial<OAuthTokenRow> {
  const { access_token, refresh_token, refresh_at, expires_at, scopes = [], account } = tokens;
  return {
    ciphertext: encrypt(key, JSON.stringify({ access_token, refresh_token, refresh_at }), ciphertextPlace(place)),
    fingerprint: place.fingerprint, scopes, account: account ?? null, expires_at: expires_at ?? null, refreshed_at: new Date(), failure: null,
  };
}

function openTokens(row: OAuthTokenRow | undefined, place: TokenPlace, key: Key): Tokens | undefined {
  if (!row?.ciphertext || row.fingerprint !== place.fingerprint) return undefined;
  try {
    const { access_token, refresh_token, refresh_at } = JSON.parse(decrypt(key, row.ciphertext, ciphertextPlace(place)).toString()) as { access_token: string; refresh_token?: string; refresh_at?: string };
    return {
      access_token, scopes: row.scopes, ...(refresh_token !== undefined && { refresh_token }), ...(refresh_at !== undefined && { refresh_at: new Date(refresh_at) }),
      ...(row.expires_at && { expires_at: row.expires_at }), ...(row.account !== null && { account: row.account }),
    };
  } catch (error) {
    throw new PatchbayError('oauth_reconnect_required', 'The stored tokens cannot be decrypted: they were changed in the database, or belong to another connector.', { hint: reconnect('').hint, cause: error });
  }
}

export async function findTokens(db: Queryable, place: Pick<TokenPlace, 'tenant_id' | 'connector_id'>): Promise<OAuthTokenRow | undefined> {
  const [row] = await db.select().from(oauthTokens).where(rowOf(place));
  return row;
}

export interface TokenKeeperOptions {
  db: Database;
  egress: Egress;
  dataKey(tenantId: string): Promise<Key>;
  /** The provider takes a connector's tokens no more: a person has to agree anew. Told once of each version. @param latency_ms of the provider's answer */
  onExpired(connector: { tenant_id: string; id: string }, error: PatchbayError, latency_ms: number): Promise<void>;
}

export interface TokenKeeper {
  source(place: TokenPlace, settings: OAuth2Settings): TokenSource;
  /** Waits for requests for tokens that are under way: what a provider has rotated must be kept. */
  settle(): Promise<void>;
}

export function createTokenKeeper({ db, egress, dataKey, onExpired }: TokenKeeperOptions): TokenKeeper {
  const underWay = new Set<Promise<unknown>>();

  const claim = async (place: TokenPlace, worker: string): Promise<OAuthTokenRow | undefined> => {
    const lease = { worker, worker_until: sql`now() + make_interval(secs => ${leaseSeconds})`, version: place.version };
    try {
      const [row] = await db.insert(oauthTokens).values({ ...place, ...lease } as unknown as typeof oauthTokens.$inferInsert).onConflictDoUpdate({
        target: [oauthTokens.tenant_id, oauthTokens.connector_id],
        set: lease as unknown as Partial<typeof oauthTokens.$inferInsert>,
        setWhere: sql`(${oauthTokens.worker} is null or ${oauthTokens.worker_until} < now()) and ${oauthTokens.version} <= ${place.version}`,
      }).returning();
      return row;
    } catch (error) {
      throw isForeignKeyViolation(error) ? changedMeanwhile() : error;
    }
  };

  /** Nothing is written when the lease is no longer ours: somebody has connected or disconnected since. */
  const release = async (place: TokenPlace, worker: string, columns: Partial<OAuthTokenRow>): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await db.update(oauthTokens).set({ ...columns, worker: null, worker_until: null }).where(and(rowOf(place), eq(oauthTokens.worker, worker)));
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await sleep(attempt * 250);
      }
    }
  };

  /** Asks the provider, as the one who holds the lease. */
  const renew = async (place: TokenPlace, settings: OAuth2Settings, kept: Tokens | undefined, key: Key, worker: string): Promise<Tokens> => {
    let fresh: Tokens;
    const asked = performance.now();
    try {
      const answer = await renewTokens(settings, kept?.refresh_token ?? settings.refresh_token, { egress, signal: AbortSignal.timeout(tokenTimeout) });
      const refresh_token = answer.refresh_token ?? kept?.refresh_token;
      const account = answer.account ?? kept?.account;
      fresh = { ...answer, scopes: answer.scopes ?? kept?.scopes ?? [...settings.scopes], ...(refresh_token !== undefined && { refresh_token }), ...(account !== undefined && { account }) };
    } catch (error) {
      const typed = asTyped(error, settings);
      const { code, message, hint } = typed;
      await release(place, worker, { failure: { code, message, ...(hint !== undefined && { hint }), at: new Date().toISOString(), version: place.version } });
      // What cannot be told of must not stand in the place of what happened.
      if (code === 'oauth_reconnect_required') await onExpired({ tenant_id: place.tenant_id, id: place.connector_id }, typed, Math.round(performance.now() - asked)).catch(() => undefined);
      throw typed;
    }
    await release(place, worker, sealTokens(fresh, place, key));
    return fresh;
  };

  const obtain = async (place: TokenPlace, settings: OAuth2Settings, refused: string | undefined): Promise<Tokens> => {
    const key = await dataKey(place.tenant_id);
    const worker = newId();
    const deadline = Date.now() + leaseSeconds * 1000;
    for (;;) {
      const row = await findTokens(db, place);
      const kept = openTokens(row, place, key);
      const isOurs = kept !== undefined && kept.access_token !== refused;
      if (isOurs && (kept.refresh_at === undefined || kept.refresh_at.getTime() > Date.now())) return kept;
      if (!kept && settings.grant === 'authorization_code') throw row?.ciphertext ? reconnect('The connector’s provider, client or destination has changed since the account was connected.') : reconnect('No account is connected yet.');
      /** Not yet expired: good enough while there is no newer one. */
      const fallback = isOurs && kept.expires_at !== undefined && kept.expires_at.getTime() > Date.now() + 5000 ? kept : undefined;
      const until = (milliseconds: number): Tokens => ({ ...fallback!, refresh_at: new Date(Math.min(Date.now() + milliseconds, fallback!.expires_at!.getTime() - 5000)) });

      const failure = failureToRepeat(row?.failure, place.version);
      if (failure) {
        if (fallback) return until(coolDown);
        throw failure;
      }
      const claimed = await claim(place, worker);
      if (claimed) {
        const known = openTokens(claimed, place, key);
        const isNew = known !== undefined && known.access_token !== refused && known.access_token !== kept?.access_token;
        if (isNew || failureToRepeat(claimed.failure, place.version)) {
          await release(place, worker, {});
          continue;
        }
        try {
          return await renew(place, settings, known, key, worker);
        } catch (error) {
          if (fallback) return until(coolDown);
          throw error;
        }
      }
      if (row && row.version > place.version) throw changedMeanwhile();
      if (fallback) return until(2000);
      if (Date.now() > deadline) throw new PatchbayError('backend_timeout', 'The provider did not give a token in time.', { hint: 'Try again.' });
      await sleep(pollPause);
    }
  };

  return {
    source: (place, settings) => createTokenSource((refused) => {
      const working = obtain(place, settings, refused);
      const watched: Promise<unknown> = working.catch(() => undefined).finally(() => underWay.delete(watched));
      underWay.add(watched);
      return working;
    }),
    settle: async () => void (await Promise.all(underWay)),
  };
}

/** The failure of a moment ago, or one that only a person can mend, in place of asking the provider once more. */
function failureToRepeat(failure: OAuthFailure | null | undefined, version: number): PatchbayError | undefined {
  if (!failure || failure.version !== version) return undefined;
  const { code, message, hint, at } = failure;
  if (code === 'oauth_reconnect_required') return new PatchbayError(code, message, { hint });
  const left = Date.parse(at) + coolDown - Date.now();
  return left > 0 ? new PatchbayError(code, message, { hint, retry_after: Math.ceil(left / 1000) }) : undefined;
}

function asTyped(error: unknown, { token_url }: OAuth2Settings): PatchbayError {
  if (PatchbayError.is(error)) return error;
  const { host } = new URL(token_url);
  return (error as Error).name === 'TimeoutError'
    ? new PatchbayError('backend_timeout', `${host} did not give a token within ${tokenTimeout / 1000} s.`, { hint: 'Try again later; check the token address.', cause: error })
    : new PatchbayError('backend_error', `${host} gave no token.`, { hint: 'Check the token address; the operator finds the rest in the log.', cause: error });
}

function changedMeanwhile(): PatchbayError {
  return new PatchbayError('version_conflict', 'The connector was changed while this ran.', { hint: 'Try again.' });
}
