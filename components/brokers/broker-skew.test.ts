import { expect, it } from 'vitest';
import { skewText } from './broker-skew.tsx';

it.each([
  [17.6, '+18\u202f%'],
  [-20, '\u221220\u202f%'],
  [0.4, null],
  [-0.4, null],
  [0, null],
  [null, null],
])('of %s percent is %j', (percent, text) => {
  expect(skewText(percent)).toBe(text);
});
