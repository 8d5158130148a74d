/** CSV that comes back as it was by RFC 4180, and that no spreadsheet takes for a formula. */
import { expect, test } from 'vitest';
import { csvCell, csvLine } from './csv.ts';

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1+1', '=cmd|" /C calc"!A0'])(
  '%j is text',
  (value) => {
    expect(csvCell(value)).toMatch(/^"'/);
  },
);

test.each([
  ['orders', 'orders'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['', ''],
  [null, ''],
  [-1, '-1'],
  ['<script>', '<script>'],
])('%j is written %j', (value, expected) => {
  expect(csvCell(value)).toBe(expected);
});

test('a line ends as RFC 4180 says', () => {
  expect(csvLine(['a', null, 'b,c'])).toBe('a,,"b,c"\r\n');
});
