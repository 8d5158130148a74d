import { describe, expect, it } from 'vitest';
import { javaStringHash, partitionOfKey } from './key-partition.ts';

describe('partitionOfKey', () => {
  // Computed with Apache Kafka's own Utils.abs(groupId.hashCode()) % 50.
  const known: [string, number][] = [
    ['msb', 12],
    ['testGroup', 49],
    ['testGroup1', 44],
    ['testGroup2', 45],
    ['demo1', 30],
    ['abc', 4],
    ['abcd', 24],
    ['test-consumer-group', 31],
    ['bsBike', 4],
    ['shan-kou-zu', 48],
  ];
  it.each(known)('puts %s into partition %d of 50', (key, partition) => {
    expect(partitionOfKey(key, 50)).toBe(partition);
  });

  it('takes 0 for the hash whose absolute value does not fit', () => {
    expect(javaStringHash('polygenelubricants')).toBe(-2147483648);
    expect(partitionOfKey('polygenelubricants', 50)).toBe(0);
  });

  it('hashes UTF-16 units, not code points', () => {
    // "😀" is the units D83D DE00: 31 * 0xD83D + 0xDE00.
    expect(javaStringHash('😀')).toBe(31 * 0xd83d + 0xde00);
  });
});
