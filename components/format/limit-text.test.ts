/** Limits as people write them, and back: nothing that is typed becomes another number than it says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locales } from '../../messages/locales.ts';
import { limitOf, limitText } from './limit-text.ts';

describe('limitOf', () => {
  it.each([
    ['300', 'seconds', 300],
    ['5 min', 'seconds', 300],
    ['1 h 30 min', 'seconds', 5_400],
    ['2d', 'seconds', 172_800],
    ['2 GiB', 'bytes', 2 * 1024 ** 3],
    ['1.5 gb', 'bytes', 1.5 * 1024 ** 3],
    ['1,000', 'records', 1_000],
    ['0', 'partitions', 0],
    ['1 小时 30 分钟', 'seconds', 5_400],
    ['5分', 'seconds', 300],
    ['85.5', 'percent', 85.5],
  ])('%s of %s is %d', (text, unit, value) => {
    expect(limitOf(text, unit)).toBe(value);
  });

  it('tells nothing from what is no limit', () => {
    expect(limitOf(' ', 'seconds')).toBeNull();
    for (const text of ['-1', '1e', '1e9', 'soon', '5 min!', '5 min 3', '5 minutes ago', '2 GiB'])
      expect(limitOf(text, 'seconds')).toBeNaN();
    expect(limitOf('5 min', 'records')).toBeNaN();
    expect(limitOf('1,00', 'records')).toBeNaN();
  });
});

it('what is shown of a stored limit is that limit', () => {
  expect(limitText(300, 'en', 'seconds')).toBe('5 min');
  expect(limitText(601, 'en', 'seconds')).toBe('601');
  expect(limitText(1024 ** 3, 'en', 'bytes')).toBe('1 GiB');
  expect(limitText(1_000, 'en', 'records')).toBe('1000');
  expect(limitText(null, 'en', 'seconds')).toBe('');
  fc.assert(
    fc.property(
      fc.constantFrom('seconds', 'bytes', 'records'),
      fc.integer({ min: 0, max: 1e12 }),
      (unit, value) => {
        for (const locale of locales) expect(limitOf(limitText(value, locale, unit), unit)).toBe(value);
      },
    ),
  );
});
