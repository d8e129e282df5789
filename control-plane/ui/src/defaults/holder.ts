/** Whose default it is that a cell of the matrix shows. */
import type { Schemas } from '../api/client.ts';

export type Cell = Schemas['DefaultsMatrix']['tenants'][number]['cells'][string];

export interface Holder {
  tenant: string;
  connector: { id: string; name: string };
  active: boolean;
}

/** By the chain of reasons, which readers of other roles do not see, else by the cell. Null where there is no default. */
export function holderOf(chain: Schemas['Resolution']['chain'] | undefined, cell: Cell | undefined): Holder | null | undefined {
  if (chain) {
    const { tenant_slug, connector_id, connector_name, reason } = chain.at(-1)!;
    return connector_id === undefined ? null : { tenant: tenant_slug, connector: { id: connector_id, name: connector_name! }, active: reason === 'has_default' };
  }
  return cell && cell.connector && { tenant: cell.connector.tenant_slug, connector: cell.connector, active: cell.state !== 'inactive' };
}
