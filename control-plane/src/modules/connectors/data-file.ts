/**
 * Connectors from a data file: EDE's XML (`<record model="ir.connector">`, whose config is a literal of
 * Python) or a JSON list of what `POST /api/connectors` takes.
 */
import { PatchbayError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/validation.ts';
import { connectorInput } from './schema.ts';
import type { ConnectorInput } from './schema.ts';

interface XmlField { '@name': string; '@eval'?: string; '@ref'?: string; '#text'?: string }
interface XmlRecord { '@id'?: string; '@model'?: string; field?: XmlField[] }

const invalid = (message: string, path = 'source') => new PatchbayError('invalid_request', message, {
  hint: 'Give XML with <record model="ir.connector"> elements, or a JSON list of connectors.', fields: [{ path, message }],
});

/** Throws `invalid_request`, its paths beginning with the record's number: `records.0.name`. */
export async function parseDataFile(source: string): Promise<ConnectorInput[]> {
  const records = source.trimStart().startsWith('<') ? await fromXml(source) : fromJson(source);
  if (records.length === 0) throw invalid('There is no connector in this file.');
  return records.map((record, index) => parseInput(connectorInput, record, `records.${index}`));
}

function fromJson(source: string): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    throw invalid('The file is neither XML nor JSON.');
  }
  return Array.isArray(parsed) ? parsed : [parsed];
}

async function fromXml(source: string): Promise<unknown[]> {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(source);
  if (valid !== true) throw invalid(`The XML is not well-formed: ${valid.err.msg} (line ${valid.err.line}).`);
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false, processEntities: true, isArray: (name) => name === 'record' || name === 'field' });
  const records = collectRecords(parser.parse(source)).filter((record) => record['@model'] === 'ir.connector');
  return Promise.all(records.map(fromRecord));
}

/** Records may stand at the top, or below `<odoo>`, `<data>` or whatever wraps them. */
function collectRecords(node: unknown): XmlRecord[] {
  if (Array.isArray(node)) return node.flatMap(collectRecords);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => (name === 'record' ? (value as XmlRecord[]) : collectRecords(value)));
}

async function fromRecord(record: XmlRecord): Promise<Record<string, unknown>> {
  const values = await Promise.all((record.field ?? []).map(async (field): Promise<[string, unknown]> => {
    const { '@name': name, '@eval': literal, '@ref': reference, '#text': text } = field;
    if (literal !== undefined) return [name, await pythonLiteral(literal, name)];
    // A reference is an external id, `res.organization.acme`: its last part is what people call it.
    if (reference !== undefined) return [name, reference.split('.').at(-1)?.replace(/_/g, '-')];
    if (name === 'is_default' || name === 'active') return [name, /^(true|1)$/i.test((text ?? '').trim())];
    return [name, (text ?? (field as unknown as string)).toString().trim()];
  }));
  return Object.fromEntries(values);
}

/** Reads a literal, evaluates nothing: JSON5 has Python's quotes and trailing commas; its three names are put in. */
async function pythonLiteral(literal: string, name: string): Promise<unknown> {
  const { default: JSON5 } = await import('json5');
  const names: Record<string, string> = { True: 'true', False: 'false', None: 'null' };
  const text = literal.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\b(True|False|None)\b/gs, (whole, word?: string) => (word === undefined ? whole : names[word]!));
  try {
    return JSON5.parse(text);
  } catch {
    throw invalid(`The eval of "${name}" is no literal.`, `source.${name}`);
  }
}
