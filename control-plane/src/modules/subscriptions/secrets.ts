/**
 * Signing secrets at rest: with the tenant's data key, and for a subscription to every tenant with the
 * master key itself, since such a one belongs to nobody.
 */
import { eq } from 'drizzle-orm';
import { decrypt, encrypt, keyFrom } from '../../platform/crypto/envelope.ts';
import type { Keyring } from '../../platform/crypto/keyring.ts';
import type { Database } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { newSigningSecret, secretPrefix, signingKey } from '../../platform/standard-webhooks.ts';
import { noTenant } from '../audit/index.ts';
import { subscriptions } from '../tables/index.ts';
import type { StoredSigningSecret } from '../tables/index.ts';
import type { Tenants } from '../tenants/index.ts';

export interface SecretPlace {
  tenant_id: string;
  id: string;
}

export interface SigningSecrets {
  /** A new one, and how it is kept. */
  create(where: SecretPlace): Promise<{ secret: string; stored: StoredSigningSecret }>;
  /** Those that are good now, the current one first. */
  open(where: SecretPlace, stored: readonly StoredSigningSecret[]): Promise<string[]>;
  /** Wraps what the master key wraps with the current one. @returns how many subscriptions were changed */
  rewrap(): Promise<number>;
}

const placeOf = ({ tenant_id, id }: SecretPlace): string => `${tenant_id}|subscription|${id}`;

export function createSigningSecrets({ db, tenants, keyring }: { db: Database; tenants: Pick<Tenants, 'dataKey'>; keyring: Keyring }): SigningSecrets {
  return {
    async create(where) {
      const secret = newSigningSecret();
      const bytes = signingKey(secret);
      const ciphertext = where.tenant_id === noTenant ? keyring.wrap(keyFrom(bytes), placeOf(where)) : encrypt(await tenants.dataKey(where.tenant_id), bytes, placeOf(where));
      return { secret, stored: { id: newId(), ciphertext, expires_at: null } };
    },
    async open(where, stored) {
      const good = stored.filter(({ expires_at }) => expires_at === null || Date.parse(expires_at) > Date.now());
      return Promise.all(good.map(async ({ ciphertext }) => {
        const bytes = where.tenant_id === noTenant ? keyring.unwrap(ciphertext, placeOf(where)).bytes : decrypt(await tenants.dataKey(where.tenant_id), ciphertext, placeOf(where));
        return secretPrefix + bytes.toString('base64');
      }));
    },
    async rewrap() {
      let count = 0;
      for (const { id } of await db.select({ id: subscriptions.id }).from(subscriptions).where(eq(subscriptions.tenant_id, noTenant))) {
        count += await db.transaction(async (transaction) => {
          const [row] = await transaction.select().from(subscriptions).where(eq(subscriptions.id, id)).for('update');
          if (!row || row.secrets.every(({ ciphertext }) => keyring.isCurrent(ciphertext))) return 0;
          const place = placeOf(row);
          const secrets = row.secrets.map((secret) => ({ ...secret, ciphertext: keyring.wrap(keyring.unwrap(secret.ciphertext, place), place) }));
          await transaction.update(subscriptions).set({ secrets }).where(eq(subscriptions.id, id));
          return 1;
        });
      }
      return count;
    },
  };
}
