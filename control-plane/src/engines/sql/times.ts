/** Times as text. */
const zoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** A time with a zone as the same time in UTC without one, `2026-02-03T04:05:06.123`; anything else as it is. */
export function utcLocal(text: string): string {
  const [, day, time, fraction = '', zone = ''] = zoned.exec(text) ?? [];
  const instant = new Date(`${day}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant.getTime()) ? text : `${instant.toISOString().slice(0, 19)}${fraction}`;
}

const [second, day] = [1000, 86_400_000];
/** By their number from 1970 on. */
const days = new Map<number, string>();
const mostDays = 20_000;

/** As `new Date(milliseconds).toISOString()`, which a column full of times spends most of its time in: days are written once. */
export function isoMoment(milliseconds: number): string {
  const rest = milliseconds - Math.floor(milliseconds / second) * second;
  return `${isoSecond(Math.floor(milliseconds / second))}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

/** `2026-02-03T04:05:06`. @param seconds since 1970, a whole number */
export function isoSecond(seconds: number): string {
  const date = Math.floor(seconds / 86_400);
  const time = seconds - date * 86_400;
  const [hours, minutes] = [Math.floor(time / 3600), Math.floor(time / 60) % 60];
  return `${isoDay(date)}T${digits[hours]!}:${digits[minutes]!}:${digits[time % 60]!}`;
}

/** `2026-02-03`. @param date days since 1970 */
export function isoDay(date: number): string {
  const known = days.get(date);
  if (known !== undefined) return known;
  if (days.size >= mostDays) days.clear();
  const text = new Date(date * day).toISOString().slice(0, -14);
  days.set(date, text);
  return text;
}

const digits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
