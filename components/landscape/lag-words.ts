/** A value of the landscape in words. PURE. */
import type { Locale } from '../../messages/locales';
import { formatDuration } from '../format/duration';
import { formatCount } from '../format/quantity';
import type { LandscapeUnit } from './landscape-rows';

export function lagWords(unit: LandscapeUnit, value: number, locale: Locale): string {
  return unit === 'seconds' ? formatDuration(value * 1000, locale) : formatCount(Math.round(value));
}
