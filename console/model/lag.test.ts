import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { groupRows, lagOf, sumOfLags } from './lag.ts';
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

describe('groupRows', () => {
  it('joins commits with assignments, each partition once and in order', () => {
    const rows = groupRows(
      [
        { topic: 'b', partition: 10, offset: 5 },
        { topic: 'b', partition: 2, offset: 7 },
        { topic: 'a', partition: 0, offset: 1 },
      ],
      [member('m1', 'b', [2, 3])],
    );
    expect(rows.map((row) => [row.topic, row.partition, row.offset, row.member?.memberId ?? null])).toEqual([
      ['a', 0, 1, null],
      ['b', 2, 7, 'm1'],
      ['b', 3, null, 'm1'],
      ['b', 10, 5, null],
    ]);
  });

  it('takes every commit and every assigned partition, whatever their order', () => {
    const entry = fc.record({ partition: fc.nat(20), offset: fc.nat(1_000) });
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { selector: (each) => each.partition }),
        fc.uniqueArray(fc.nat(20)),
        (commits, assigned) => {
          const rows = groupRows(
            commits.map((each) => ({ topic: 't', ...each })),
            [member('m', 't', assigned)],
          );
          const partitions = rows.map((row) => row.partition);
          const expected = new Set([...commits.map((each) => each.partition), ...assigned]);
          expect(partitions).toEqual([...expected].sort((a, b) => a - b));
          for (const row of rows) expect(row.member !== null).toBe(assigned.includes(row.partition));
        },
      ),
    );
  });
});
