/** The expected lines are those that Apache Kafka 4.3.1's tool printed for a cluster of three with one broker killed. */
import { describe, expect, it } from 'vitest';
import type { EligiblePartition } from '../../kafka-client/admin/describe-topic-partitions.ts';
import { describeLines, type DescribedTopic } from './describe-lines.ts';
import type { DescribeReport } from './topics-options.ts';

const row = (partition: number, fields: Partial<EligiblePartition>): EligiblePartition => ({
  partition,
  leader: fields.isr?.[0] ?? null,
  leaderEpoch: 0,
  replicas: [],
  isr: [],
  offlineReplicas: [],
  eligibleLeaders: [],
  lastKnownEligibleLeaders: [],
  ...fields,
});
const config = (name: string, value: string, isDefault = false) => ({
  name,
  value,
  isDefault,
  isReadOnly: false,
  isSensitive: false,
  source: null,
});

const beta: DescribedTopic = {
  topic: {
    name: 'beta.x_y',
    topicId: 'YbIthSFaRful4Yk1RuV-Lg',
    internal: false,
    error: null,
    partitions: [
      row(0, { replicas: [2, 0], isr: [2, 0] }),
      row(1, { replicas: [0, 1], isr: [0], eligibleLeaders: [1] }),
    ],
  },
  configs: [
    config('cleanup.policy', 'compact'),
    config('retention.ms', '1000'),
    config('min.insync.replicas', '2'),
    // As many as Kafka has: the order of a Java map depends on it.
    ...Array.from({ length: 32 }, (_, index) => config(`other.${index}`, '', true)),
  ],
  reassignments: new Map(),
};

const lines = (topic: DescribedTopic, ...reports: DescribeReport[]): string[] =>
  describeLines([topic], { onlyOverrides: false, reports: new Set(reports), liveBrokers: new Set([0, 2]) });
const second = '\tTopic: beta.x_y\tPartition: 1\tLeader: 0\tReplicas: 0,1\tIsr: 0\tElr: 1\tLastKnownElr: ';

describe('--describe', () => {
  it('prints a topic and its partitions', () => {
    expect(lines(beta)).toEqual([
      'Topic: beta.x_y\tTopicId: YbIthSFaRful4Yk1RuV-Lg\tPartitionCount: 2\tReplicationFactor: 2\tConfigs: min.insync.replicas=2,cleanup.policy=compact,retention.ms=1000',
      '\tTopic: beta.x_y\tPartition: 0\tLeader: 2\tReplicas: 2,0\tIsr: 2,0\tElr: \tLastKnownElr: ',
      second,
    ]);
  });

  it('prints only the partitions that are asked for', () => {
    expect(lines(beta, 'under-replicated')).toEqual([second]);
    expect(lines(beta, 'under-min-isr')).toEqual([second]);
    expect(lines(beta, 'at-min-isr')).toHaveLength(1);
    expect(lines(beta, 'at-min-isr', 'under-min-isr')).toHaveLength(2);
    expect(lines(beta, 'unavailable')).toEqual([]);
    const lost = {
      ...beta,
      topic: { ...beta.topic, partitions: [row(0, { replicas: [1], leader: 1, isr: [1] })] },
    };
    expect(lines(lost, 'unavailable')).toHaveLength(1);
  });

  it('prints only the line of a topic with overrides', () => {
    const choice = { onlyOverrides: true, reports: new Set<DescribeReport>(), liveBrokers: new Set([0]) };
    expect(describeLines([beta], choice)).toHaveLength(1);
    const plain = { ...beta, configs: beta.configs.filter(({ isDefault }) => isDefault) };
    expect(describeLines([plain], choice)).toEqual([]);
  });

  it('does not count replicas that a reassignment brings', () => {
    const partition = row(0, { replicas: [0, 1, 2], isr: [0, 1] });
    const moving = {
      topic: 'beta.x_y',
      partition: 0,
      replicas: [0, 1, 2],
      addingReplicas: [2],
      removingReplicas: [0],
    };
    const topic = {
      ...beta,
      topic: { ...beta.topic, partitions: [partition] },
      reassignments: new Map([[0, moving]]),
    };
    expect(lines(topic)[0]).toContain('ReplicationFactor: 2');
    expect(lines(topic)[1]).toContain('\tIsr: 0,1\tAdding Replicas: 2\tRemoving Replicas: 0\tElr: ');
    expect(lines(topic, 'under-replicated')).toEqual([]);
  });

  it('says what an older cluster does not tell', () => {
    const old = {
      ...beta,
      topic: {
        ...beta.topic,
        topicId: null,
        partitions: [row(0, { leader: null, eligibleLeaders: null, lastKnownEligibleLeaders: null })],
      },
    };
    expect(lines(old)[0]).toMatch(/^Topic: beta\.x_y\tPartitionCount: 1\t/);
    expect(lines(old)[1]).toContain('\tLeader: none\t');
    expect(lines(old)[1]).toMatch(/\tElr: N\/A\tLastKnownElr: N\/A$/);
  });
});
