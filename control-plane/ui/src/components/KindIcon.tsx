/** The icon of a kind, or of its category where the kind has none of its own. */
const files = import.meta.glob<string>(['~kinds/*/icon*.svg', '~categories/icons/*.svg'], { query: '?url', import: 'default', eager: true });
const icons = new Map(Object.entries(files).map(([file, url]) => [file.replace(/^.*\/(kinds|categories\/icons)\//, ''), url]));

export function KindIcon({ kind, category, size = 24 }: { kind?: string; category?: string; size?: number }) {
  const find = (dark: string) => (kind && icons.get(`${kind}/icon${dark}.svg`)) ?? (category && icons.get(`${category}${dark}.svg`));
  const light = find('');
  if (!light) return <span className="kind-icon none" aria-hidden="true">{(kind ?? category ?? '?').slice(0, 1).toUpperCase()}</span>;
  return (
    <span className="kind-icon" aria-hidden="true">
      <img className="for-light" src={light} width={size} height={size} alt="" />
      <img className="for-dark" src={find('.dark') || light} width={size} height={size} alt="" loading="lazy" />
    </span>
  );
}
