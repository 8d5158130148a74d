/**
 * Numbers as people read them, with the unit kept apart so that it can be dimmed.
 *
 * Counts are grouped, bytes binary (KiB = 1,024), rates per second (few things per minute, without a unit of their own), percentages plain. Three significant digits
 * where a number is shortened, all digits where it is not. A value that is not known is never a number:
 * callers get `null` back and show a dash with a reason.
 */
import type { Locale } from '../../messages/locales.ts';
import { formatDuration } from './duration.ts';
import { timeWords } from './time-words.ts';

/** `seconds` and `milliseconds` are measured and short ("1.2 s", "31 ms"); a `duration`, in seconds too, is said as people say it ("3 h 20 min"). */
export type QuantityKind =
  | 'count'
  | 'compact'
  | 'bytes'
  | 'bytesPerSec'
  | 'perSec'
  | 'perMinute'
  | 'percent'
  | 'seconds'
  | 'milliseconds'
  | 'duration';

export interface Quantity {
  readonly value: string;
  /** Empty when the number stands for itself. */
  readonly unit: string;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const COMPACT_UNITS = ['', 'k', 'M', 'G', 'T'] as const;

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1204551 -> "1,204,551". */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** Three significant digits. In a sentence trailing zeros are left out; in a column they keep the digits in line. */
function threeDigits(value: number, aligned: boolean): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return grouped.format(value);
  const text = value.toFixed(size >= 9.995 ? 1 : 2);
  return aligned ? text : text.replace(/\.?0+$/, '');
}

/** The power of `base` in which a number is best said, capped by the units there are. */
export function scaleOf(value: number, base: 1000 | 1024, units: number): number {
  let power = 0;
  let rest = Math.abs(value);
  // 999.95 would print as "1,000 KiB": the next unit says it better.
  while (rest >= base * 0.9995 && power < units - 1) {
    rest /= base;
    power += 1;
  }
  return power;
}

function bytes(value: number, suffix: string, aligned: boolean): Quantity {
  const power = scaleOf(value, 1024, BYTE_UNITS.length);
  const shown = value / 1024 ** power;
  const text = power === 0 ? grouped.format(Math.round(shown)) : threeDigits(shown, aligned);
  return { value: text, unit: `${BYTE_UNITS[power] ?? 'B'}${suffix}` };
}

function compact(value: number, suffix: string, aligned: boolean): Quantity {
  const power = scaleOf(value, 1000, COMPACT_UNITS.length);
  return {
    value: threeDigits(value / 1000 ** power, aligned),
    unit: `${COMPACT_UNITS[power] ?? ''}${suffix}`,
  };
}

/** One number in the words of its kind; `aligned` for numbers that stand in a column. */
export function quantity(kind: QuantityKind, value: number, locale: Locale, aligned = false): Quantity {
  switch (kind) {
    case 'count':
      return { value: grouped.format(value), unit: '' };
    case 'compact':
      return Math.abs(value) < 1_000_000
        ? { value: grouped.format(Math.round(value)), unit: '' }
        : compact(value, '', aligned);
    case 'bytes':
      return bytes(value, '', aligned);
    case 'bytesPerSec':
      return bytes(value, '/s', aligned);
    case 'perMinute':
      // What is rarer than once a minute is not never.
      return { value: threeDigits(value, aligned), unit: '' };
    case 'perSec':
      return Math.abs(value) < 100_000
        ? { value: threeDigits(value, aligned), unit: '/s' }
        : compact(value, '/s', aligned);
    case 'percent':
      return { value: threeDigits(value, aligned), unit: '%' };
    case 'milliseconds':
      return value === 0
        ? { value: '0', unit: timeWords[locale].ms }
        : quantity('seconds', value / 1000, locale, aligned);
    case 'seconds':
      return Math.abs(value) < 0.9995 && value !== 0
        ? { value: threeDigits(value * 1000, aligned), unit: timeWords[locale].ms }
        : { value: threeDigits(value, aligned), unit: timeWords[locale].units.s };
    case 'duration':
      return { value: formatDuration(value * 1000, locale), unit: '' };
  }
}

/** The same as one string, for labels, titles and screen readers. */
export function quantityText(kind: QuantityKind, value: number | null, locale: Locale): string {
  if (value === null) return '–';
  const { value: number, unit } = quantity(kind, value, locale);
  if (unit === '') return number;
  return unit.startsWith('/') || unit === '%' ? `${number}${unit}` : `${number} ${unit}`;
}
