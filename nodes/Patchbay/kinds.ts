/** The catalog, as far as the node needs it. */
import type { FieldType, ResourceMapperField } from 'n8n-workflow';
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

const types: Record<string, FieldType> = { integer: 'number', number: 'number', boolean: 'boolean', array: 'array', object: 'object' };

/** What a field of a config is to n8n's resource mapper. */
export function typeOf({ type = '', enum: values }: ConfigProperty): Pick<ResourceMapperField, 'type' | 'options'> {
  return values ? { type: 'options', options: values.map((value) => ({ name: String(value), value })) } : { type: types[type] ?? 'string' };
}
