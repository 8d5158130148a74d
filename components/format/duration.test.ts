/** Durations on both sides of each unit's border. */
import { describe, expect, it } from 'vitest';
import { formatAge, formatDuration, formatMoment } from './duration.ts';

const minutes = 60_000;
const hours = 60 * minutes;

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [9 * minutes + 59_000, '9 min 59 s'],
    [12 * minutes + 30_000, '12 min'],
    [3 * hours + 20 * minutes, '3 h 20 min'],
    [24 * hours, '1 d'],
    [52 * hours + 10 * minutes, '2 d 4 h'],
  ])('says %d ms as %s', (duration, text) => {
    expect(formatDuration(duration, 'en')).toBe(text);
  });

  it('never says a negative time, which a skewed clock would give', () => {
    expect(formatDuration(-5000, 'en')).toBe('0 s');
  });
});

describe('formatAge', () => {
  it('keeps only the first part', () => {
    expect(formatAge(3 * hours + 20 * minutes, 'en')).toBe('3 h');
    expect(formatAge(3_000, 'en')).toBe('3 s');
  });
});

it('says times in Chinese in its own units and order', () => {
  expect(formatDuration(3 * hours + 20 * minutes, 'zh-CN')).toBe('3 小时 20 分钟');
  expect(formatDuration(52 * hours, 'zh-CN')).toBe('2 天 4 小时');
  expect(formatDuration(0, 'zh-CN')).toBe('0 秒');
  expect(formatAge(90_000, 'zh-CN')).toBe('1 分钟');
  const noon = new Date(2026, 10, 21, 12, 5, 9).getTime();
  expect(formatMoment(noon, 'zh-CN')).toBe('11月21日 12:05:09');
  expect(formatMoment(noon, 'en', false)).toBe('21 Nov 12:05');
});
