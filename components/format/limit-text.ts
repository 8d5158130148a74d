/**
 * A limit of a rule as people write it: "5 min", "2 GiB", "1,000", in any language there is. PURE. A bare number is of the rule's own unit (seconds, bytes), so
 * that what the API shows can be typed as it is. What is written from a stored limit reads back as the same number.
 */
import type { Locale } from '../../messages/locales.ts';
import { formatDuration } from './duration.ts';
import { quantityText } from './quantity.ts';

const sizes: Readonly<Record<string, number>> = {
  b: 1,
  ...{ k: 1024, kb: 1024, kib: 1024, m: 1024 ** 2, mb: 1024 ** 2, mib: 1024 ** 2 },
  ...{ g: 1024 ** 3, gb: 1024 ** 3, gib: 1024 ** 3, t: 1024 ** 4, tb: 1024 ** 4, tib: 1024 ** 4 },
};
const times: Readonly<Record<string, number>> = {
  ...{ s: 1, sec: 1, m: 60, min: 60, h: 3_600, d: 86_400 },
  ...{ 秒: 1, 分: 60, 分钟: 60, 时: 3_600, 小时: 3_600, 天: 86_400 },
};

const unitsOf = (unit: string): Readonly<Record<string, number>> | null =>
  unit === 'bytes' ? sizes : unit === 'seconds' ? times : null;

/** The sum of parts like "1 h 30 min"; NaN when one of them is none. */
function sumOfParts(text: string, units: Readonly<Record<string, number>>): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z\u4e00-\u9fff]+)\s*/gy)];
  if (parts.length === 0 || parts.reduce((length, [part]) => length + part.length, 0) !== text.length)
    return Number.NaN;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN), 0);
}

/** A number from 0 upwards, null for nothing, NaN for everything else. */
export function limitOf(text: string, unit = ''): number | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=\d),(?=\d{3})/g, '');
  if (plain === '') return null;
  if (/^\d+(\.\d+)?$/.test(plain)) return Number(plain);
  const units = unitsOf(unit);
  return units === null ? Number.NaN : sumOfParts(plain, units);
}

export function limitText(value: number | null, locale: Locale, unit = ''): string {
  if (value === null || Number.isNaN(value)) return '';
  const said =
    unit === 'bytes'
      ? quantityText('bytes', value, locale)
      : unit === 'seconds'
        ? formatDuration(value * 1000, locale)
        : '';
  return said !== '' && limitOf(said, unit) === value ? said : String(value);
}
