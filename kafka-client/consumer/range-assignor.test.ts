import { describe, expect, test } from 'vitest';
import { assignRanges, type Subscriber } from './range-assignor.ts';

const member = (memberId: string, topics: string[], groupInstanceId: string | null = null): Subscriber => ({
  ...{ memberId, topics, groupInstanceId },
});
const assign = (counts: Record<string, number>, ...members: Subscriber[]) =>
  Object.fromEntries(assignRanges(members, new Map(Object.entries(counts))));

describe('ranges', () => {
  test('neighbours, and the first members one more', () => {
    expect(assign({ t: 5 }, member('c', ['t']), member('a', ['t']), member('b', ['t']))).toEqual({
      a: [{ topic: 't', partitions: [0, 1] }],
      b: [{ topic: 't', partitions: [2, 3] }],
      c: [{ topic: 't', partitions: [4] }],
    });
  });

  test('each topic by itself, among those who want it', () => {
    expect(assign({ t: 2, u: 1 }, member('a', ['t', 'u']), member('b', ['t']), member('c', ['u']))).toEqual({
      a: [
        { topic: 't', partitions: [0] },
        { topic: 'u', partitions: [0] },
      ],
      b: [{ topic: 't', partitions: [1] }],
      c: [],
    });
    expect(assign({}, member('a', ['none']))).toEqual({ a: [] });
  });

  test('static members first, by their own name', () => {
    expect(assign({ t: 3 }, member('a', ['t']), member('z', ['t'], 'i1'), member('y', ['t'], 'i2'))).toEqual({
      z: [{ topic: 't', partitions: [0] }],
      y: [{ topic: 't', partitions: [1] }],
      a: [{ topic: 't', partitions: [2] }],
    });
  });
});
