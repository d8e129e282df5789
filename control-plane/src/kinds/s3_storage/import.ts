/** Config from what people already have: an `s3://` URL, or an AWS credentials file. */
import type { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { s3Config } from './config.ts';

type Imported = Partial<z.input<typeof s3Config>>;

/** Throws `invalid_request`; its message never quotes the source. */
export function importS3Config(source: string): Imported {
  const text = source.trim();
  return text.startsWith('s3://') ? fromUrl(text) : fromCredentialsFile(text);
}

/** By hand and not by URL: a secret key may hold slashes and pluses, and nobody encodes them. */
const urlShape = /^s3:\/\/(?:(?<key>[^:@/]*)(?::(?<secret>[^@]*))?@)?(?<bucket>[^/?#@]+)(?:\/(?<prefix>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/** `s3://KEY:SECRET@bucket/prefix?region=…&endpoint=…` */
function fromUrl(text: string): Imported {
  const parts = urlShape.exec(text)?.groups;
  if (!parts) throw unreadable('It is not of the form s3://KEY:SECRET@bucket/prefix?region=…&endpoint=….');
  const query = new URLSearchParams(parts['query'] ?? '');
  const unknown = [...query.keys()].filter((name) => !urlParameters.includes(name));
  if (unknown.length > 0) throw unreadable(`It has parameters that are not known: ${unknown.join(', ')}; known are ${urlParameters.join(', ')}.`);
  const pathStyle = query.get('force_path_style');
  return withoutEmpty({
    bucket: decoded(parts['bucket']),
    region: query.get('region'),
    access_key_id: decoded(parts['key']),
    secret_access_key: decoded(parts['secret']),
    session_token: query.get('session_token'),
    endpoint: query.get('endpoint'),
    prefix: decoded(parts['prefix']),
    ...(pathStyle !== null && { force_path_style: pathStyle === 'true' || pathStyle === '1' }),
  });
}

const urlParameters = ['region', 'endpoint', 'session_token', 'force_path_style'];

/** The settings of AWS's files, by the config's names. */
const fileSettings: Record<string, 'access_key_id' | 'secret_access_key' | 'session_token' | 'region' | 'endpoint'> = {
  aws_access_key_id: 'access_key_id',
  aws_secret_access_key: 'secret_access_key',
  aws_session_token: 'session_token',
  region: 'region',
  endpoint_url: 'endpoint',
};

/** `~/.aws/credentials` or `~/.aws/config`: the `default` profile, or the only one. */
function fromCredentialsFile(text: string): Imported {
  const profiles = new Map<string, Imported>();
  let current: Imported | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)?.[1];
    // Indented lines belong to a nested setting such as `s3 =`, which is not ours.
    const [, name, value] = /^([A-Za-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined) profiles.set(header, (current = profiles.get(header) ?? {}));
    else if (name !== undefined && value) {
      if (!current) profiles.set('default', (current = {}));
      const setting = Object.hasOwn(fileSettings, name.toLowerCase()) ? fileSettings[name.toLowerCase()] : undefined;
      if (setting) current[setting] = value;
    }
  }
  const found = [...profiles].filter(([, profile]) => profile.access_key_id !== undefined);
  const chosen = found.find(([name]) => name === 'default') ?? (found.length === 1 ? found[0] : undefined);
  if (chosen) return chosen[1];
  throw unreadable(
    found.length > 1
      ? `It has several profiles (${found.map(([name]) => name).join(', ')}) and none is called default; give one of them alone.`
      : 'It has no aws_access_key_id.',
  );
}

function decoded(part: string | undefined): string | undefined {
  if (part === undefined) return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that stands for itself.
    return part;
  }
}

function withoutEmpty(config: Record<string, string | boolean | null | undefined>): Imported {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null && value !== '')) as Imported;
}

function unreadable(why: string): PatchbayError {
  return new PatchbayError('invalid_request', `This S3 configuration cannot be read. ${why}`, {
    hint: 'Give an s3:// URL or the text of an AWS credentials file.',
    fields: [{ path: 'source', message: 'is neither an s3:// URL nor an AWS credentials file' }],
  });
}
