/** The values of Kafka's UtilsTest. */
import { expect, test } from 'vitest';
import { murmur2, partitionOfKey } from './key-partition.ts';

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('murmur2 of %s', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('a partition is never negative, and within the count', () => {
  expect(partitionOfKey(Buffer.from('foobar'), 7)).toBe((-790332482 & 0x7fff_ffff) % 7);
  expect(partitionOfKey(Buffer.alloc(0), 1)).toBe(0);
});
