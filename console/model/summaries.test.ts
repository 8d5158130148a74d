import { describe, expect, it } from 'vitest';
import { summarizeCluster } from './cluster-summary.ts';
import { groupLag, isStoppedBehind, topicsOfGroup } from './group-summary.ts';
import { judgeHealth, type HealthInput } from './health.ts';
import { brokerOf, groupOf, partitionOf, snapshotOf, topicOf } from './testing/snapshots.ts';
import { summarizeTopic } from './topic-summary.ts';

describe('summarizeTopic', () => {
  it('adds up what is known', () => {
    const topic = topicOf('t', [
      partitionOf(0, {
        replicas: [1, 2, 3],
        isr: [1, 2],
        logStartOffset: 10,
        highWatermark: 30,
        sizeBytes: 5,
      }),
      partitionOf(1, {
        replicas: [1, 2, 3],
        isr: [1, 2, 3],
        logStartOffset: 0,
        highWatermark: 1,
        sizeBytes: 6,
      }),
    ]);
    expect(summarizeTopic(topic)).toEqual({
      partitionCount: 2,
      replicationFactor: 3,
      records: 21,
      sizeBytes: 11,
      underReplicatedPartitions: 1,
      offlinePartitions: 0,
    });
  });

  it('does not know a sum of which it does not know a part', () => {
    const topic = topicOf('t', [
      partitionOf(0),
      partitionOf(1, { leader: null, isr: [], highWatermark: null, sizeBytes: null }),
    ]);
    expect(summarizeTopic(topic)).toMatchObject({
      records: null,
      sizeBytes: null,
      offlinePartitions: 1,
      underReplicatedPartitions: 1,
    });
  });
});

describe('groups', () => {
  const group = groupOf('g', [
    { topic: 'b', partition: 0, committedOffset: 1, logEndOffset: 4 },
    { topic: 'a', partition: 0, committedOffset: 9, logEndOffset: 4 },
    { topic: 'c', partition: 0, committedOffset: null, logEndOffset: 4 },
  ]);

  it('knows topics and the lag of each', () => {
    expect(topicsOfGroup(group)).toEqual(['a', 'b', 'c']);
    expect(groupLag(group, null)).toBe(3);
    expect(groupLag(group, 'a')).toBe(0);
    expect(groupLag(group, 'c')).toBeNull();
    expect(groupLag(group, 'elsewhere')).toBeNull();
  });

  it('calls a group stopped when it was judged to be', () => {
    expect(isStoppedBehind({ ...group, status: 'stopped' })).toBe(true);
    expect(isStoppedBehind({ ...group, status: 'unknown', state: 'Empty', members: [] })).toBe(false);
  });
});

describe('summarizeCluster', () => {
  it('leaves a sum unknown while a broker that answers did not tell its part', () => {
    const told = brokerOf(1, { logDirBytes: 10 });
    expect(
      summarizeCluster(snapshotOf({ brokers: [told, brokerOf(2, { logDirBytes: 5 })] })).logDirBytes,
    ).toBe(15);
    expect(
      summarizeCluster(snapshotOf({ brokers: [told, brokerOf(2, { logDirBytes: null })] })).logDirBytes,
    ).toBeNull();
  });

  it('knows that no groups have no lag, unless a broker did not tell of its groups', () => {
    expect(summarizeCluster(snapshotOf({})).totalLag).toBe(0);
    const failures = [{ part: 'broker', name: '1', reason: 'connect ECONNREFUSED' }] as const;
    expect(summarizeCluster(snapshotOf({ failures })).totalLag).toBeNull();
    const silent = groupOf('g', [{ topic: 't', partition: 0, committedOffset: null, logEndOffset: 4 }]);
    expect(summarizeCluster(snapshotOf({ groups: [silent] })).totalLag).toBeNull();
  });

  it('takes messages per second from the high watermarks where there is no metrics port', () => {
    const topics = [
      topicOf('t', [partitionOf(0)], { messagesInPerSec: 4 }),
      topicOf('__consumer_offsets', [partitionOf(0)], { messagesInPerSec: 100, internal: true }),
    ];
    expect(summarizeCluster(snapshotOf({ topics })).messagesInPerSec).toBe(4);
  });
});

describe('judgeHealth', () => {
  const quiet: HealthInput = {
    snapshot: snapshotOf({}),
    unreachable: null,
    stale: false,
    processes: [],
    firing: [],
  };

  it('is unknown, not well, before the first snapshot', () => {
    expect(judgeHealth({ ...quiet, snapshot: null })).toEqual({ level: 'unknown', facts: [] });
  });

  it('is well when nothing is wrong', () => {
    expect(judgeHealth(quiet)).toEqual({ level: 'ok', facts: [] });
  });

  it('names what is broken before what is only worth a look', () => {
    const snapshot = snapshotOf({
      brokers: [brokerOf(1), brokerOf(2, { reachable: false })],
      topics: [topicOf('t', [partitionOf(0, { leader: null, isr: [] })])],
      groups: [
        groupOf('g', [{ topic: 't', partition: 0, committedOffset: 0, logEndOffset: 7 }], {
          state: 'Empty',
          status: 'stopped',
          members: [],
        }),
      ],
      failures: [
        { part: 'broker', name: '2', reason: 'refused' },
        { part: 'logDirs', name: '1', reason: 'denied' },
      ],
    });
    const health = judgeHealth({ ...quiet, snapshot });
    expect(health.level).toBe('broken');
    expect(health.facts).toEqual([
      { kind: 'brokers-down', brokerIds: [2], since: '1970-01-01T00:00:00.000Z' },
      { kind: 'offline-partitions', count: 1, topics: ['t'] },
      { kind: 'under-replicated-partitions', count: 1, topics: ['t'] },
      { kind: 'group-stopped', group: 'g', lag: 7 },
      { kind: 'partial', missing: ['logDirs 1'] },
    ]);
  });

  it('says that a cluster does not answer, even with an old snapshot at hand', () => {
    const health = judgeHealth({ ...quiet, unreachable: { sinceMs: 0, reason: 'connection refused' } });
    expect(health).toMatchObject({
      level: 'broken',
      facts: [{ kind: 'cluster-unreachable', since: '1970-01-01T00:00:00.000Z' }],
    });
  });
});
