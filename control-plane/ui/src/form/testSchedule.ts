/** How often a connector is tested by itself, in words. */

/** In minutes, of those that most choose. The API takes any from 1 to 1440. */
export const usualMinutes = [5, 15, 60, 360, 1440];

const units = [{ minutes: 1440, word: 'day' }, { minutes: 60, word: 'hour' }, { minutes: 1, word: 'minute' }];

/** `Every 15 minutes`, `Every hour`. */
export function scheduleInWords(minutes: number | null): string {
  if (minutes === null) return 'Only when asked';
  const unit = units.find((one) => minutes % one.minutes === 0)!;
  const count = minutes / unit.minutes;
  return count === 1 ? `Every ${unit.word}` : `Every ${count} ${unit.word}s`;
}

/** When it is tested next, as far as anybody can tell: now, where it is due. Undefined for one that is tested only when asked. */
export function nextTestOf({ active, check_every_minutes, last_check }: { active: boolean; check_every_minutes: number | null; last_check: { checked_at: string } | null }): Date | undefined {
  if (!active || check_every_minutes === null) return undefined;
  return last_check ? new Date(new Date(last_check.checked_at).getTime() + check_every_minutes * 60_000) : new Date();
}
