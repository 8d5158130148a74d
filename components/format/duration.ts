/**
 * Durations as people say them ("12 min", "3 h 20 min", "2 d 4 h") and moments in the reader's own time zone, both in the reader's
 * language. At most two parts, the second left out when it is zero; under a second is "0 s", because nobody acts on less.
 */
import type { Locale } from '../../messages/locales.ts';
import { timeWords, type TimeUnit } from './time-words.ts';

const PARTS: readonly (readonly [TimeUnit, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

function partsOf(durationMs: number, locale: Locale): string[] {
  const { units } = timeWords[locale];
  let rest = Math.max(0, Math.floor(durationMs / 1000));
  if (rest >= 600) rest -= rest % 60;
  if (rest >= 86_400) rest -= rest % 3_600;
  const first = PARTS.findIndex(([, seconds]) => rest >= seconds);
  if (first < 0) return [`0 ${units.s}`];
  const said: string[] = [];
  for (const [unit, seconds] of PARTS.slice(first, first + 2)) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) said.push(`${count} ${units[unit]}`);
  }
  return said;
}

/** 12_000_000 -> "3 h 20 min". Seconds are said only below ten minutes. */
export function formatDuration(durationMs: number, locale: Locale): string {
  return partsOf(durationMs, locale).join(' ');
}

/** One part only, for an age that ticks: "3 s", "12 min", "5 h", "2 d". */
export function formatAge(ageMs: number, locale: Locale): string {
  return partsOf(ageMs, locale)[0] ?? '';
}

const two = (part: number): string => String(part).padStart(2, '0');

/** "10:02:07" in local time, in every language. */
export function formatClock(atMs: number, withSeconds = true): string {
  const date = new Date(atMs);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return withSeconds ? `${clock}:${two(date.getSeconds())}` : clock;
}

/** "21 Nov" in local time. */
export function formatDay(atMs: number, locale: Locale): string {
  const date = new Date(atMs);
  return timeWords[locale].day(date.getMonth(), date.getDate());
}

/** "21 Nov 10:02:07": the exact moment, for tables and tooltips. */
export function formatMoment(atMs: number, locale: Locale, withSeconds = true): string {
  return `${formatDay(atMs, locale)} ${formatClock(atMs, withSeconds)}`;
}

const DAY_MS = 86_400_000;

/** A moment of a stretch of time: with its day where the stretch is longer than one, to the minute. */
export function momentInWindow(atMs: number, spanMs: number, locale: Locale): string {
  return spanMs > DAY_MS ? formatMoment(atMs, locale, false) : formatClock(atMs, false);
}

/** The time zone a local time was said in, "UTC+01:00". */
export function zoneOf(atMs: number): string {
  const offset = -new Date(atMs).getTimezoneOffset();
  const sign = offset < 0 ? '-' : '+';
  return `UTC${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}
