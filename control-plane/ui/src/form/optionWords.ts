/** The values that a field takes, as its reader would write them. */
import type { FieldSchema } from './schema.ts';

/** Parts of values that are no plain words. */
const terms: Record<string, string> = {
  api: 'API', base64: 'Base64', eu: 'EU', github: 'GitHub', hmac: 'HMAC', http: 'HTTP', https: 'HTTPS', id: 'ID', json: 'JSON', jwt: 'JWT', oauth2: 'OAuth 2.0', sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512',
  ssl: 'SSL', starttls: 'STARTTLS', tls: 'TLS', url: 'URL', us: 'US',
};

/** Whole values that their parts do not tell, and names that are sent as they are. */
const whole: Record<string, string> = {
  'verify-ca': 'Verify CA', 'verify-full': 'Verify full', ip: 'Inner product', l2: 'Euclidean (L2)', max_tokens: 'max_tokens', max_completion_tokens: 'max_completion_tokens',
};

/** `api_key` as `API key`. What holds anything but small letters may be a name, such as that of a region or a model, and stays as it is. */
export function optionInWords(value: string): string {
  if (Object.hasOwn(whole, value)) return whole[value]!;
  const parts = value.split('_');
  if (!parts.every((part) => Object.hasOwn(terms, part) || /^[a-z]+$/.test(part))) return value;
  return parts.map((part) => (Object.hasOwn(terms, part) ? terms[part]! : part)).join(' ').replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** What a choice is between; the default says that it is one. @param isChosen something is: what has to be filled then takes no nothing */
export function optionsOf({ enum: values = [], default: fallback }: FieldSchema, required: boolean, isChosen: boolean): { value: string; label: string }[] {
  const options = values.map((value) => {
    const words = optionInWords(String(value));
    return { value: String(value), label: value === fallback && value !== 'default' ? `${words} (default)` : words };
  });
  if (fallback !== undefined || (required && isChosen)) return options;
  return [{ value: '', label: required ? 'Choose one' : 'Not set' }, ...options];
}

/** A description that explains the values, `basic: in a header; body: in the form`, with them as the options read. */
export function descriptionInWords({ description, enum: values = [] }: FieldSchema): string | undefined {
  return description?.replace(/(^|[.;:] )([\w-]+)(?=:)/g, (text, before: string, value: string) => (values.includes(value) ? before + optionInWords(value) : text));
}
