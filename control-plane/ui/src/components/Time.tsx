import { useSyncExternalStore } from 'react';
import { onTick } from './ticker.ts';

/**
 * Times in the reader’s zone, dates and clocks as they write them, phrases in the language of the pages; the exact
 * one on hover and for assistive technology. A formatter is made once: that costs more than using it a hundred times.
 */
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const relative = new Intl.RelativeTimeFormat('en-GB', { style: 'short' });
const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60]];

export const formatTime = (iso: string): string => exact.format(new Date(iso));

export function formatAgo(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) > 30 * 86_400) return day.format(new Date(iso));
  const step = steps.find(([, length]) => Math.abs(seconds) >= length);
  // No seconds: they would be wrong as soon as they are read.
  if (!step) return seconds > 5 ? 'within a minute' : 'just now';
  const [unit, size] = step;
  return relative.format(Math.trunc(seconds / size), unit);
}

/** Drawn anew only when its words change: neither the row that it stands in nor any other time is. */
function Ago({ at }: { at: string }) {
  return useSyncExternalStore(onTick, () => formatAgo(at));
}

export function Time({ at, full = false }: { at: string; full?: boolean }) {
  return <time dateTime={at} title={formatTime(at)}>{full ? formatTime(at) : <Ago at={at} />}</time>;
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

const number = new Intl.NumberFormat(undefined);
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });

export const formatCount = (count: number): string => number.format(count);

/** @param part of 1 */
export const formatShare = (part: number): string => share.format(part);

const sizes = (['gigabyte', 'megabyte', 'kilobyte', 'byte'] as const).map((unit, index) => ({ bytes: 1024 ** (3 - index), format: new Intl.NumberFormat('en-GB', { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short', maximumSignificantDigits: 3 }) }));

export function formatSize(bytes: number): string {
  const { bytes: one, format } = sizes.find((size) => bytes >= size.bytes) ?? sizes.at(-1)!;
  return format.format(bytes / one);
}

/** The word for so many. */
export const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);
