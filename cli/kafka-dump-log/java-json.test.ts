import { expect, test } from 'vitest';
import { JavaDouble, javaJson } from './java-json.ts';

test('control characters are upper-case hex, what has a short form keeps it', () => {
  expect(javaJson({ 'a\u001f': ['\u000b\n\\u00ab\\', 'é\u007f'] })).toBe(
    '{"a\\u001F":["\\u000B\\n\\\\u00ab\\\\","é\u007f"]}',
  );
});

test('every digit of an int64, null and booleans', () => {
  expect(javaJson([9_223_372_036_854_775_807n, null, true, -1])).toBe('[9223372036854775807,null,true,-1]');
});

// As java.lang.Double.toString says, and Jackson for what is no number.
test.each([
  [1_000, '1000.0'],
  [0.5, '0.5'],
  [-0, '-0.0'],
  [0.001, '0.001'],
  [0.000_1, '1.0E-4'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [-1.5e300, '-1.5E300'],
  [Number.NaN, '"NaN"'],
  [Number.NEGATIVE_INFINITY, '"-Infinity"'],
])('a float64 %d is %s', (value, text) => {
  expect(javaJson(new JavaDouble(value))).toBe(text);
});
