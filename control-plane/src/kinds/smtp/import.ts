/** Config out of an SMTP URL: `smtp://user:password@host:587?from=…`, `smtps://…`. */
import type { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { smtpConfig } from './config.ts';

export function importSmtp(source: string): Partial<z.input<typeof smtpConfig>> {
  const url = URL.parse(source.trim());
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new PatchbayError('invalid_request', 'This is not an SMTP address.', {
      hint: 'Give one such as smtp://user:password@smtp.example.com:587 or smtps://user:password@smtp.example.com.',
      fields: [{ path: 'source', message: 'is no smtp:// or smtps:// address' }],
    });
  }
  const tls = url.protocol === 'smtps:';
  const username = decode(url.username);
  const from = url.searchParams.get('from') ?? (username.includes('@') ? username : undefined);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? 465 : 587) : Number(url.port),
    security: tls || url.port === '465' ? 'tls' : 'starttls',
    ...(username !== '' && { username, password: decode(url.password) }),
    ...(from !== undefined && { from }),
  };
}

/** A password with a bare percent sign is meant as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
