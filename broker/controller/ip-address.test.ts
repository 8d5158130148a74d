import { expect, it } from 'vitest';
import { usualAddress } from './ip-address.ts';

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['10.0.0', null],
  ['10.0.0.256', null],
  ['10.0.0.1.', null],
  ['1.2.3.4.5', null],
  ['localhost', null],
  ['::1]@[::2', null],
  [':', null],
  ['1:2:3', null],
  ['', null],
])('%j is written %j', (text, expected) => {
  expect(usualAddress(text)).toBe(expected);
});
