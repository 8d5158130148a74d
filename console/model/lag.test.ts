import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { groupPartitions, lagOf, sumOfLags } from './lag.ts';
import type { GroupMember } from './snapshot.ts';

const member = (memberId: string, topic: string, partitions: number[]): GroupMember => ({
  memberId,
  groupInstanceId: null,
  clientId: `client-${memberId}`,
  host: '/127.0.0.1',
  assignment: [{ topic, partitions }],
});

describe('lagOf', () => {
  it.each([
    ['behind', 40, 100, 60],
    ['caught up', 100, 100, 0],
    ['committed beyond the end', 150, 100, -50],
    ['committed before the log start', 20, 100, 80],
    ['nothing committed', null, 100, null],
    ['end not known', 40, null, null],
  ])('%s', (_name, committed, end, expected) => {
    expect(lagOf(committed, end)).toBe(expected);
  });
});

describe('sumOfLags', () => {
  it('is unknown, not zero, when nothing is known', () => {
    expect(sumOfLags([])).toBeNull();
    expect(sumOfLags([null, null])).toBeNull();
  });

  it('does not let a commit beyond the end hide a backlog', () => {
    expect(sumOfLags([-50, 60, null])).toBe(60);
    expect(sumOfLags([-50])).toBe(0);
  });
});

describe('groupPartitions', () => {
  it('joins commits with assignments, each partition once and in order', () => {
    const rows = groupPartitions(
      [
        { topic: 'b', partition: 10, offset: 5 },
        { topic: 'b', partition: 2, offset: 7 },
        { topic: 'a', partition: 0, offset: 1 },
      ],
      [member('m1', 'b', [2, 3])],
      (topic) => (topic === 'a' ? null : 10),
    );
    expect(rows.map((row) => [row.topic, row.partition, row.committedOffset, row.lag, row.memberId])).toEqual(
      [
        ['a', 0, 1, null, null],
        ['b', 2, 7, 3, 'm1'],
        ['b', 3, null, null, 'm1'],
        ['b', 10, 5, 5, null],
      ],
    );
  });

  it('holds the identity lag = end - committed wherever both are known', () => {
    const entry = fc.record({ partition: fc.nat(20), offset: fc.nat(1_000) });
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { selector: (each) => each.partition }),
        fc.nat(1_000),
        (commits, end) => {
          const rows = groupPartitions(
            commits.map((each) => ({ topic: 't', ...each })),
            null,
            () => end,
          );
          expect(rows).toHaveLength(commits.length);
          for (const row of rows) expect(row.lag).toBe(end - (row.committedOffset ?? NaN));
        },
      ),
    );
  });
});
