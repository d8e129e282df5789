/** Config from an `oss://` URL, or from the file of Alibaba's ossutil. */
import type { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { ossConfig } from './config.ts';

type Imported = Partial<z.input<typeof ossConfig>>;

/** By hand and not by URL: a secret may hold slashes and pluses, and nobody encodes them. */
const urlShape = /^oss:\/\/(?:(?<key>[^:@/]*)(?::(?<secret>[^@]*))?@)?(?<bucket>[^/?#@.]+)(?:\.(?<host>[^/?#]+))?(?:\/(?<prefix>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

/** Throws `invalid_request`; its message never quotes the source. */
export function importOssConfig(source: string): Imported {
  const text = source.trim();
  return text.startsWith('oss://') ? fromUrl(text) : fromFile(text);
}

/** `oss://KEY:SECRET@bucket/prefix?region=…`, also `oss://bucket.oss-cn-hangzhou.aliyuncs.com/prefix`. */
function fromUrl(text: string): Imported {
  const parts = urlShape.exec(text)?.groups;
  if (!parts) throw unreadable();
  const query = new URLSearchParams(parts['query'] ?? '');
  const endpoint = query.get('endpoint');
  return withoutEmpty({
    bucket: parts['bucket'], region: query.get('region') ?? regionOf(parts['host'] ?? endpoint ?? ''),
    access_key_id: parts['key'], secret_access_key: parts['secret'], session_token: query.get('security_token'),
    ...(endpoint !== null && regionOf(endpoint) === undefined && { endpoint }),
    prefix: parts['prefix'],
  });
}

const fileSettings: Record<string, 'access_key_id' | 'secret_access_key' | 'session_token' | 'region'> = {
  accesskeyid: 'access_key_id', accesskeysecret: 'secret_access_key', ststoken: 'session_token', region: 'region',
};

/** ossutil's `~/.ossutilconfig`: `[Credentials]`, then `accessKeyID=…` in any case. */
function fromFile(text: string): Imported {
  const config: Imported = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || !value) continue;
    const setting = Object.hasOwn(fileSettings, name.toLowerCase()) ? fileSettings[name.toLowerCase()] : undefined;
    if (setting) config[setting] ??= value;
    const region = name.toLowerCase() === 'endpoint' ? regionOf(value) : undefined;
    if (region !== undefined) config.region ??= region;
  }
  if (config.access_key_id === undefined) throw unreadable();
  return config;
}

function regionOf(host: string): string | undefined {
  return /(?:^|[./])(?:s3\.)?oss-([a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com/.exec(host)?.[1];
}

function withoutEmpty(config: Record<string, string | null | undefined>): Imported {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null && value !== '')) as Imported;
}

function unreadable(): PatchbayError {
  return new PatchbayError('invalid_request', 'This OSS configuration cannot be read.', {
    hint: 'Give a URL of the form oss://KEY:SECRET@bucket/prefix?region=…, or the text of ossutil’s configuration file.',
    fields: [{ path: 'source', message: 'is neither an oss:// URL nor a configuration file of ossutil' }],
  });
}
