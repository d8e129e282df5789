/** Connections: a connector's account at a provider, connected by a person through a link, or by its config alone. */
import { createHash } from 'node:crypto';
import { and, eq, gt, isNull, lt, max } from 'drizzle-orm';
import { authorizationAddress, exchangeCode, memoryTokenSource, randomSecret, tokenTimeout } from '../../engines/oauth/index.ts';
import type { AnyKind, OAuth2Settings, TokenSource } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import { decrypt, encrypt } from '../../platform/crypto/envelope.ts';
import type { Key } from '../../platform/crypto/envelope.ts';
import type { Database } from '../../platform/db/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Principal } from '../access/index.ts';
import type { Connectors, ConfigValues, OwnedConnector } from '../connectors/index.ts';
import { oauthAttempts, oauthTokens } from '../tables/index.ts';
import type { OAuthAttemptRow, OAuthFailure } from '../tables/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createTokenKeeper, findTokens, sealTokens } from './tokens.ts';
import type { TokenKeeperOptions } from './tokens.ts';

export interface Connection {
  grant: OAuth2Settings['grant'];
  connected: boolean;
  account: string | null;
  scopes: string[];
  expires_at: string | null;
  connected_at: string | null;
  refreshed_at: string | null;
  last_error: Omit<OAuthFailure, 'version'> | null;
  link_expires_at: string | null;
  redirect_uri: string | null;
}

/** What came of a link whose provider sent the browser back. */
export interface Finished {
  connector: { id: string; name: string };
  account: string | null;
  /** Nobody is connected by it, and why. */
  failure?: PatchbayError;
}

export interface OAuth {
  /** Where every provider sends the browser back to. */
  redirectUri(): string;
  /** The tokens of a config that is opened; undefined where it signs in in another way. @param owned null for a config that is not saved @param changed the config is not the stored one */
  source(kind: AnyKind, config: ConfigValues, owned: OwnedConnector | null, changed?: boolean): Promise<TokenSource | undefined>;
  connection(owned: OwnedConnector): Promise<Connection>;
  /** A link for a browser, good once and for fifteen minutes. */
  connect(owned: OwnedConnector, principal: Principal): Promise<{ connect_url: string; expires_at: Date; redirect_uri: string }>;
  /** The link was opened. @param browser what the browser's cookie holds @returns where to send it */
  begin(link: string, browser: string): Promise<URL>;
  /** The provider sent the browser back. @throws {PatchbayError} where no link is waiting for it */
  finish(answer: { state: string; code?: string; error?: string }, browser: string, requestId: string): Promise<Finished>;
  disconnect(owned: OwnedConnector, principal: Principal, requestId: string): Promise<void>;
  /** Deletes links that were never opened or never answered. */
  prune(): Promise<void>;
  settle(): Promise<void>;
}

export interface OAuthOptions extends Pick<TokenKeeperOptions, 'onExpired'> {
  db: Database;
  registry: Registry;
  connectors: Connectors;
  dataKey(tenantId: string): Promise<Key>;
  egress: Egress;
  /** Where browsers reach this service. */
  publicUrl(): string;
}

const linkMinutes = 15;
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const attemptsOf = ({ tenant_id, connector_id }: Pick<OAuthAttemptRow, 'tenant_id' | 'connector_id'>) => and(eq(oauthAttempts.tenant_id, tenant_id), eq(oauthAttempts.connector_id, connector_id));
const verifierPlace = ({ tenant_id, connector_id, link }: Pick<OAuthAttemptRow, 'tenant_id' | 'connector_id' | 'link'>) => `${tenant_id}|${connector_id}|oauth_attempts|${link}`;

export function createOAuth({ db, registry, connectors, dataKey, egress, publicUrl, onExpired }: OAuthOptions): OAuth {
  const keeper = createTokenKeeper({ db, egress, dataKey, onExpired });
  const address = (path: string) => `${publicUrl().replace(/\/+$/, '')}${path}`;
  const redirectUri = () => address('/oauth/callback');

  const settingsOf = async (owned: OwnedConnector): Promise<{ kind: AnyKind; config: ConfigValues; settings: OAuth2Settings; fingerprint: string }> => {
    const kind = registry.get(owned.connector.kind);
    const config = await connectors.openConfig(owned);
    const settings = kind.oauth2?.(config) as OAuth2Settings | undefined;
    if (!settings) {
      throw new PatchbayError('conflict', `"${owned.connector.name}" does not sign in by OAuth 2.0, so there is nothing to connect.`, { hint: 'Choose an authentication by OAuth 2.0 in its config, where its kind offers one.' });
    }
    return { kind, config, settings, fingerprint: fingerprintOf(kind, config, settings) };
  };

  const expired = () => new PatchbayError('not_found', 'This link is not valid any more: it was used, or is too old, or was opened in another browser.', { hint: 'Ask for a new one.' });
  const changedSince = () => new PatchbayError('conflict', 'The connector was changed after this link was made.', { hint: 'Ask for a new link.' });

  const refusal = (error: string | undefined) => {
    const said = error !== undefined && /^[\w.-]{1,60}$/.test(error) ? ` (${error})` : '';
    return new PatchbayError('forbidden', error === 'access_denied' ? 'Access was not granted.' : `The provider did not connect the account${said}.`, { hint: 'Ask for a new link and agree there, or check the OAuth settings of the connector.' });
  };

  const ownerOf = async (attempt: OAuthAttemptRow): Promise<OwnedConnector> => {
    const owned = await connectors.find(attempt.connector_id);
    if (!owned || owned.tenant.id !== attempt.tenant_id) throw expired();
    return owned;
  };

  /** Exchanges the code that the provider sent along, and keeps the tokens. @returns whom they stand for */
  const redeem = async (owned: OwnedConnector, attempt: OAuthAttemptRow, code: string, requestId: string): Promise<string | null> => {
    const { settings, fingerprint } = await settingsOf(owned);
    if (fingerprint !== attempt.fingerprint) throw changedSince();
    const key = await dataKey(attempt.tenant_id);
    const verifier = decrypt(key, attempt.verifier!, verifierPlace(attempt)).toString();
    const tokens = await exchangeCode(settings, { code, redirect_uri: redirectUri(), verifier }, { egress, signal: AbortSignal.timeout(tokenTimeout) });
    // A new version, so that no process goes on with a session of the account before.
    await connectors.renew(owned, attempt.actor, requestId, { action: 'connector.connected', details: {} }, async (transaction, row) => {
      if (row.version !== owned.connector.version) {
        const now = await settingsOf({ connector: row, tenant: owned.tenant });
        if (now.fingerprint !== fingerprint) throw changedSince();
      }
      const place = { tenant_id: row.tenant_id, connector_id: row.id, version: row.version, fingerprint };
      const columns = { ...sealTokens({ ...tokens, scopes: tokens.scopes ?? [...settings.scopes] }, place, key), version: row.version, connected_at: new Date(), worker: null, worker_until: null };
      await transaction.insert(oauthTokens).values({ ...place, ...columns }).onConflictDoUpdate({ target: [oauthTokens.tenant_id, oauthTokens.connector_id], set: columns });
    });
    return tokens.account ?? null;
  };

  /** For whoever made the link and does not see the page at its end. An account that is connected stays so, whoever refuses to be another. */
  const remember = async ({ connector, tenant }: OwnedConnector, fingerprint: string, { code, message, hint }: PatchbayError): Promise<void> => {
    const failure = { code, message, ...(hint !== undefined && { hint }), at: new Date().toISOString(), version: connector.version };
    await db.insert(oauthTokens).values({ tenant_id: tenant.id, connector_id: connector.id, version: connector.version, fingerprint, failure })
      .onConflictDoUpdate({ target: [oauthTokens.tenant_id, oauthTokens.connector_id], set: { failure }, setWhere: isNull(oauthTokens.ciphertext) });
  };

  return {
    redirectUri,
    async source(kind, config, owned, changed = false) {
      const settings = kind.oauth2?.(config) as OAuth2Settings | undefined;
      if (!settings) return undefined;
      if (!owned) return memoryTokenSource(settings, egress);
      const { id: connector_id, tenant_id, version } = owned.connector;
      const place = { tenant_id, connector_id, version, fingerprint: fingerprintOf(kind, config, settings) };
      // A try of another config must neither use nor replace what is kept for the one that is stored.
      if (changed && (await findTokens(db, place))?.fingerprint !== place.fingerprint) return memoryTokenSource(settings, egress);
      return keeper.source(place, settings);
    },
    async connection(owned) {
      const { settings, fingerprint } = await settingsOf(owned);
      const place = { tenant_id: owned.tenant.id, connector_id: owned.connector.id };
      const row = await findTokens(db, place);
      const [waiting] = await db.select({ expires_at: max(oauthAttempts.expires_at) }).from(oauthAttempts).where(and(attemptsOf(place), gt(oauthAttempts.expires_at, new Date())));
      const kept = row?.ciphertext && row.fingerprint === fingerprint ? row : undefined;
      const failure = row?.failure?.version === owned.connector.version ? row.failure : null;
      return {
        grant: settings.grant,
        connected: kept !== undefined && failure?.code !== 'oauth_reconnect_required',
        account: kept?.account ?? settings.account ?? null,
        scopes: kept?.scopes ?? [],
        expires_at: kept?.expires_at?.toISOString() ?? null,
        connected_at: kept?.connected_at?.toISOString() ?? null,
        refreshed_at: kept?.refreshed_at?.toISOString() ?? null,
        last_error: failure && { code: failure.code, message: failure.message, ...(failure.hint !== undefined && { hint: failure.hint }), at: failure.at },
        link_expires_at: waiting?.expires_at?.toISOString() ?? null,
        redirect_uri: settings.grant === 'authorization_code' ? redirectUri() : null,
      };
    },
    async connect(owned, principal) {
      const { settings, fingerprint } = await settingsOf(owned);
      if (settings.grant !== 'authorization_code') {
        throw new PatchbayError('conflict', `"${owned.connector.name}" signs in by itself: nobody has to open a link.`, { hint: 'Test it; its config has all that it needs.' });
      }
      const secret = randomSecret();
      const expires_at = new Date(Date.now() + linkMinutes * 60_000);
      await db.insert(oauthAttempts).values({
        tenant_id: owned.tenant.id, connector_id: owned.connector.id, link: hashOf(secret), fingerprint, actor: { id: principal.id, name: principal.name }, expires_at,
      });
      return { connect_url: address(`/oauth/connect/${secret}`), expires_at, redirect_uri: redirectUri() };
    },
    async begin(secret, browser) {
      const link = hashOf(secret);
      const [known] = await db.select().from(oauthAttempts).where(eq(oauthAttempts.link, link));
      if (!known) throw expired();
      const state = randomSecret();
      const verifier = randomSecret();
      const key = await dataKey(known.tenant_id);
      const [attempt] = await db.update(oauthAttempts)
        .set({ state: hashOf(`${state}.${browser}`), verifier: encrypt(key, verifier, verifierPlace(known)), expires_at: new Date(Date.now() + linkMinutes * 60_000) })
        .where(and(eq(oauthAttempts.link, link), isNull(oauthAttempts.state), gt(oauthAttempts.expires_at, new Date()))).returning();
      if (!attempt) throw expired();
      const { settings, fingerprint } = await settingsOf(await ownerOf(attempt));
      if (fingerprint !== attempt.fingerprint) throw changedSince();
      return authorizationAddress(settings, { redirect_uri: redirectUri(), state, verifier });
    },
    async finish({ state, code, error }, browser, requestId) {
      const [attempt] = await db.delete(oauthAttempts).where(and(eq(oauthAttempts.state, hashOf(`${state}.${browser}`)), gt(oauthAttempts.expires_at, new Date()))).returning();
      if (!attempt) throw expired();
      const owned = await ownerOf(attempt);
      const connector = { id: owned.connector.id, name: owned.connector.name };
      try {
        if (code === undefined) throw refusal(error);
        return { connector, account: await redeem(owned, attempt, code, requestId) };
      } catch (failure) {
        if (!PatchbayError.is(failure)) throw failure;
        await remember(owned, attempt.fingerprint, failure);
        return { connector, account: null, failure };
      }
    },
    async disconnect(owned, principal, requestId) {
      await settingsOf(owned);
      await connectors.renew(owned, principal, requestId, { action: 'connector.disconnected', details: {} }, async (transaction, row) => {
        await transaction.delete(oauthTokens).where(and(eq(oauthTokens.tenant_id, row.tenant_id), eq(oauthTokens.connector_id, row.id)));
        await transaction.delete(oauthAttempts).where(attemptsOf({ tenant_id: row.tenant_id, connector_id: row.id }));
      });
    },
    async prune() {
      await db.delete(oauthAttempts).where(lt(oauthAttempts.expires_at, new Date()));
    },
    settle: () => keeper.settle(),
  };
}
