import type { ReactNode } from 'react';

/**
 * A sentence whose names, which stand between quotation marks, keep to themselves: one that is written from right to
 * left, or holds brackets and digits, turns nothing around that comes after it.
 */
export function withNames(text: ReactNode): ReactNode {
  if (typeof text !== 'string' || !/[“"]/.test(text)) return text;
  return text.split(/(?<=“)([^”]+)(?=”)|(?<=")([^"]+)(?=")/).map((part, index) => (part === undefined || index % 3 === 0 ? part : <bdi key={index}>{part}</bdi>));
}
