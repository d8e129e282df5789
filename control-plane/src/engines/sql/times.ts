/** Times on their way into columns that know no zone. */
const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** A time with a zone as the same time in UTC without one, `2026-02-03T04:05:06.123`; anything else as it is. */
export function utcLocal(text: string): string {
  const [, day, time, fraction = '', zone = ''] = zoned.exec(text) ?? [];
  const instant = new Date(`${day}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant.getTime()) ? text : `${instant.toISOString().slice(0, 19)}${fraction}`;
}
