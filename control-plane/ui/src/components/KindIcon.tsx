/** The icon of a kind, or of its category where the kind has none of its own. */
import type { CSSProperties } from 'react';

const files = import.meta.glob<string>(['~kinds/*/icon*.svg', '~categories/icons/*.svg'], { query: '?url', import: 'default', eager: true });
const icons = new Map(Object.entries(files).map(([file, url]) => [file.replace(/^.*\/(kinds|categories\/icons)\//, ''), url]));

export function KindIcon({ kind, category, size = 24 }: { kind?: string; category?: string; size?: number }) {
  const find = (dark: string) => (kind && icons.get(`${kind}/icon${dark}.svg`)) ?? (category && icons.get(`${category}${dark}.svg`));
  const light = find('');
  if (!light) return <span className="kind-icon none" aria-hidden="true">{(kind ?? category ?? '?').slice(0, 1).toUpperCase()}</span>;
  // As backgrounds and not as images, which cost a list of thousands more than the rest of its rows. The theme chooses.
  const style: CSSProperties & Record<`--${string}`, string> = { width: size, height: size, '--light': `url("${light}")`, '--dark': `url("${find('.dark') || light}")` };
  return <span className="kind-icon" aria-hidden="true" style={style} />;
}
