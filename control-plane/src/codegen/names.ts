/** How the names of kinds and categories (`s3_storage`) become those of classes, files and nodes. */

/** Words that are written in a way of their own; n8n's lint knows OAuth2 by it. */
const special: Record<string, string> = { oauth2: 'OAuth2', pkce: 'PKCE' };

/** `s3_storage` → `S3Storage` */
export function pascalCase(name: string): string {
  return name.split('_').map((part) => special[part] ?? part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

/** `s3_storage` → `s3Storage` */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

const small = new Set(['a', 'an', 'and', 'as', 'at', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to']);
const capitals = new Set(['api', 'html', 'id', 'jwt', 'sql', 'ssl', 'tls', 'url']);

/** `content_type` → `Content Type`: n8n writes the names of fields in title case. */
export function titleCase(text: string): string {
  const words = text.split(/[\s_]+/);
  return words
    .map((word, index) => {
      if (capitals.has(word.toLowerCase())) return word.toUpperCase();
      if (Object.hasOwn(special, word)) return special[word]!;
      const isSmall = index > 0 && index < words.length - 1 && small.has(word);
      return isSmall ? word : word.replace(/[A-Za-z]/, (letter) => letter.toUpperCase());
    })
    .join(' ');
}

/** A description as n8n's lint wants it: "ID" in capitals, and a full stop where there are several sentences. */
export function described(text: string): string {
  const written = text.replaceAll(/\bid(s?)\b/g, 'ID$1');
  return written.includes('. ') && !written.endsWith('.') ? `${written}.` : written;
}

/** The article that a noun takes: "a database", "an email", "an LLM". */
export function article(noun: string): string {
  return /^[aeiou]/i.test(noun) || /^[FLMNRSX][A-Z]/.test(noun) ? 'an' : 'a';
}

/** A label within a sentence: "Vector store" → "vector store", but "LLM". */
export function nounOf(label: string): string {
  return /^[A-Z]+$/.test(label) ? label : label.toLowerCase();
}
