/**
 * How times are written in each language: names of units, and a day of the year. All else about numbers (grouping, binary sizes,
 * rates) is written alike in the languages there are, so it lives with the numbers. PURE.
 */
import type { Locale } from '../../messages/locales.ts';

export type TimeUnit = 'd' | 'h' | 'min' | 's';

interface TimeWords {
  readonly units: Readonly<Record<TimeUnit, string>>;
  readonly ms: string;
  /** @param month from 0 */
  readonly day: (month: number, day: number) => string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const timeWords: Readonly<Record<Locale, TimeWords>> = {
  en: {
    units: { d: 'd', h: 'h', min: 'min', s: 's' },
    ms: 'ms',
    day: (month, day) => `${day} ${MONTHS[month] ?? ''}`,
  },
  'zh-CN': {
    units: { d: '天', h: '小时', min: '分钟', s: '秒' },
    ms: '毫秒',
    day: (month, day) => `${month + 1}月${day}日`,
  },
};
