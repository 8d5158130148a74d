/** The words of numbers: both sides of each change of unit, and nothing that reads as a wrong magnitude. */
import { describe, expect, it } from 'vitest';
import { formatCount, quantity, quantityText } from './quantity.ts';

describe('quantity', () => {
  it.each([
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [102_400, '100 KiB'],
    [1_048_575, '1 MiB'],
    [1_288_490_189, '1.2 GiB'],
    [5 * 1024 ** 5, '5 PiB'],
    [4096 * 1024 ** 5, '4,096 PiB'],
  ])('says %d bytes as %s', (value, text) => {
    expect(quantityText('bytes', value, 'en')).toBe(text);
  });

  it('keeps three digits of a rate', () => {
    expect(quantityText('bytesPerSec', 1_258_291, 'en')).toBe('1.2 MiB/s');
    expect(quantityText('perSec', 0.1234, 'en')).toBe('0.12/s');
    expect(quantityText('perSec', 12.34, 'en')).toBe('12.3/s');
    expect(quantityText('perSec', 1234.5, 'en')).toBe('1,235/s');
    expect(quantityText('perSec', 2_500_000, 'en')).toBe('2.5 M/s');
    expect(quantityText('perMinute', 0.2, 'en')).toBe('0.2');
    expect(quantityText('perMinute', 78, 'en')).toBe('78');
    expect(quantityText('perMinute', 1204.4, 'en')).toBe('1,204');
  });

  it('keeps trailing zeros where numbers stand in a column', () => {
    expect(quantity('bytes', 1_181_116_006, 'en', true).value).toBe('1.10');
    expect(quantity('bytesPerSec', 40 * 1024, 'en', true).value).toBe('40.0');
    expect(quantity('bytes', 512, 'en', true).value).toBe('512');
    expect(quantity('perSec', 0, 'en', true).value).toBe('0');
  });

  it('groups counts and shortens only where asked', () => {
    expect(formatCount(1_204_551)).toBe('1,204,551');
    expect(quantityText('count', 1_204_551, 'en')).toBe('1,204,551');
    expect(quantityText('compact', 999_999, 'en')).toBe('999,999');
    expect(quantity('compact', 1_204_551, 'en')).toEqual({ value: '1.2', unit: 'M' });
  });

  it('says long times as people do, and short ones as they were measured', () => {
    expect(quantityText('duration', 12_000, 'en')).toBe('3 h 20 min');
    expect(quantityText('duration', 0.4, 'en')).toBe('0 s');
    expect(quantityText('seconds', 0.314, 'en')).toBe('314 ms');
    expect(quantityText('seconds', 0.0042, 'en')).toBe('4.2 ms');
    expect(quantityText('seconds', 1.25, 'en')).toBe('1.25 s');
    expect(quantityText('seconds', 0, 'en')).toBe('0 s');
  });

  it('says times in the language of the reader', () => {
    expect(quantityText('duration', 12_000, 'zh-CN')).toBe('3 小时 20 分钟');
    expect(quantityText('seconds', 0.314, 'zh-CN')).toBe('314 毫秒');
    expect(quantityText('bytes', 1536, 'zh-CN')).toBe('1.5 KiB');
  });

  it('does not invent a number for what is not known', () => {
    expect(quantityText('bytes', null, 'en')).toBe('–');
  });

  it('keeps the sign, because lag is signed', () => {
    expect(quantityText('count', -1200, 'en')).toBe('-1,200');
    expect(quantityText('bytes', -2048, 'en')).toBe('-2 KiB');
  });
});
