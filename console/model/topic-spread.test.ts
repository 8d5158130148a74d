import { describe, expect, it } from 'vitest';
import { partitionOf } from './testing/snapshots.ts';
import { topicSpread } from './topic-spread.ts';

const on = (leader: number | null, replicas: number[], index = 0) => partitionOf(index, { leader, replicas });

describe('topicSpread', () => {
  it('is even when each broker holds and leads its share', () => {
    const partitions = [on(0, [0, 1]), on(1, [1, 2]), on(2, [2, 0])];
    expect(topicSpread(partitions, 3)).toEqual({ spreadPercent: 100, skewPercent: 0, leaderSkewPercent: 0 });
  });

  it('counts brokers above their share, of replicas and of leaders', () => {
    const partitions = Array.from({ length: 6 }, (_, index) => on(0, [0, 1], index));
    const spread = topicSpread(partitions, 3);
    expect(spread.spreadPercent).toBeCloseTo(66.7, 1);
    // 12 replicas on 3 brokers: a share is 4, two brokers hold 6.
    expect(spread.skewPercent).toBeCloseTo(66.7, 1);
    // 6 leaders on 3 brokers: a share is 2, one leads all.
    expect(spread.leaderSkewPercent).toBeCloseTo(33.3, 1);
  });

  it('rounds a share up: one partition on three brokers is not skewed', () => {
    expect(topicSpread([on(1, [1])], 3)).toMatchObject({ skewPercent: 0, leaderSkewPercent: 0 });
  });

  it('takes a partition without a leader as led by nobody, and a broker that is gone for no more than all', () => {
    expect(topicSpread([on(null, [7])], 1)).toMatchObject({ leaderSkewPercent: 0 });
    expect(topicSpread([on(0, [0, 1, 2])], 2).spreadPercent).toBe(100);
  });

  it('is not known of nothing', () => {
    expect(topicSpread([], 3).spreadPercent).toBeNull();
    expect(topicSpread([on(0, [0])], 0).skewPercent).toBeNull();
  });
});
