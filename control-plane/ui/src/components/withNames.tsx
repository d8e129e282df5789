import { Fragment } from 'react';
import type { ReactNode } from 'react';

/**
 * A sentence whose names, which stand between quotation marks, keep to themselves: one that is written from right to
 * left, or holds brackets and digits, turns nothing around that comes after it.
 */
export function withNames(text: ReactNode): ReactNode {
  if (typeof text !== 'string') return text;
  return text.split(/(“[^”]+”|"[^"]+")/).map((part, index) => (index % 2 === 0 ? part : <Fragment key={index}>{part[0]}<bdi>{part.slice(1, -1)}</bdi>{part.at(-1)}</Fragment>));
}
