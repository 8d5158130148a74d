/** What SimpleDateFormat of Java 17 printed for the same times in the same zone. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { javaDateFormat } from './java-date.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

it.each([
  ['yyyy-MM-dd HH:mm:ss:SSS', '2023-11-14 22:13:20:123', '2023-12-31 23:59:59:999'],
  ['yy/M/d h:m:s a', '23/11/14 10:13:20 PM', '23/12/31 11:59:59 PM'],
  ['EEE, d MMM yyyy HH:mm:ss Z', 'Tue, 14 Nov 2023 22:13:20 +0000', 'Sun, 31 Dec 2023 23:59:59 +0000'],
  ['EEEE MMMM DDD', 'Tuesday November 318', 'Sunday December 365'],
  ["'at' hh 'o''clock' X", "at 10 o'clock Z", "at 11 o'clock Z"],
  ['k K u yyy G', '22 10 2 2023 AD', '23 11 7 2023 AD'],
])('%s', (pattern, first, second) => {
  const format = javaDateFormat(pattern);
  expect([format(1_700_000_000_123), format(1_704_067_199_999)]).toEqual([first, second]);
});

it('refuses letters that mean nothing, and quotes without an end', () => {
  expect(() => javaDateFormat('yyyy b')).toThrow("Illegal pattern character 'b'");
  expect(() => javaDateFormat("yyyy 'x")).toThrow('Unterminated quote');
});
