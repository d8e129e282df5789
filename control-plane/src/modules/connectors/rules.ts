/** What must hold before a connector is made or chosen. */
import type { AnyKind } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { TenantRow } from '../tables/index.ts';
import type { OwnedConnector } from './service.ts';

export function assertCategory(kind: AnyKind, category: string | undefined): void {
  const own = kind.category.category as string;
  if (category === undefined || category === own) return;
  throw new PatchbayError('invalid_request', `${kind.label} is of the category ${own}, not ${category}.`, {
    hint: `Leave "category" out, or give "${own}".`, fields: [{ path: 'category', message: `must be ${own}` }],
  });
}

export function assertCanBeDefault({ connector, tenant: owner }: OwnedConnector, tenant: TenantRow, category: string): void {
  const problem = owner.id !== tenant.id
    ? `belongs to ${owner.slug}, not to ${tenant.slug}`
    : connector.category !== category ? `is of the category ${connector.category}, not ${category}` : undefined;
  if (problem === undefined) return;
  throw new PatchbayError('conflict', `"${connector.name}" ${problem}, so it cannot be that default.`, {
    hint: `Choose a ${category} connector of ${tenant.slug}; children inherit a parent's default by themselves.`,
    fields: [{ path: 'connector', message: problem }],
  });
}
