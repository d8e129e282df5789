/** The catalog, as far as the node needs it. */
import { sendForJson } from '../shared/transport';
import type { Access } from '../shared/transport';

export interface ConfigProperty {
  type?: string;
  enum?: (string | number)[];
  title?: string;
  description?: string;
  default?: unknown;
  secret?: boolean;
  advanced?: boolean;
  order?: number;
}

export interface Kind {
  kind: string;
  label: string;
  category: string;
  config_schema: { properties?: Record<string, ConfigProperty>; required?: string[] };
}

export async function fetchKind(access: Access, kind: string): Promise<Kind> {
  return (await sendForJson<Kind>(access, { method: 'GET', path: `/api/connectors/catalog/${encodeURIComponent(kind)}` })).value;
}

export async function kindOfConnector(access: Access, connector: string): Promise<string> {
  if (connector === '') return '';
  return (await sendForJson<{ kind: string }>(access, { method: 'GET', path: `/api/connectors/${encodeURIComponent(connector)}` })).value.kind;
}
