/** Elections that somebody asks for, the balance of leaderships, and the choice among the last replicas. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import { CLEAN_ONLY, TestCluster, TOPIC_ID } from './cluster-test-kit.ts';
import { balanceLeaders, electLeaders, MAX_BALANCING_ELECTIONS } from './elect-leaders.ts';
import { changesWhenBrokerLeaves, electLeaderless } from './leader-elections.ts';
import { chooseLongestLog, electRecovered, recoverablePartitions } from './recovery-choice.ts';

const PREFERRED = 0;
const UNCLEAN = 1;

function ask(on: TestCluster, electionType: number, partitions: readonly number[] | null, topic = 't') {
  const topicPartitions = partitions === null ? null : [{ topic, partitions }];
  const { results, errorCode } = on.run(
    electLeaders({ electionType, topicPartitions }, on.image, CLEAN_ONLY),
  );
  const names = results.flatMap((each) =>
    each.partitions.map((one) => `${String(one.partitionId)} ${errorOf(one.errorCode).name}`),
  );
  return { names, errorCode };
}

describe('electLeaders', () => {
  it('gives leaderships to the first replicas', () => {
    const on = new TestCluster(1, 2);
    on.addBroker(3, true);
    on.addTopic([
      { replicas: [1, 2], leader: 2 },
      { replicas: [1, 2] },
      { replicas: [3, 2], isr: [2], leader: 2 },
    ]);
    expect(ask(on, PREFERRED, [0, 1, 2, 3, 0]).names).toEqual([
      '0 NONE',
      '1 ELECTION_NOT_NEEDED',
      '2 PREFERRED_LEADER_NOT_AVAILABLE',
      '3 UNKNOWN_TOPIC_OR_PARTITION',
      '0 NONE',
    ]);
    expect(on.partition(0)).toMatchObject({ leader: 1, leaderEpoch: 1, partitionEpoch: 1 });
    expect(ask(on, PREFERRED, [0], 'x').names).toEqual(['0 UNKNOWN_TOPIC_OR_PARTITION']);
    expect(ask(on, PREFERRED, null).names).toEqual(['2 PREFERRED_LEADER_NOT_AVAILABLE']);
  });

  it('elects anybody alive when told to, where nobody leads', () => {
    const on = new TestCluster(1, 2);
    on.addBroker(3, true);
    on.addTopic([
      { replicas: [3, 2, 1], isr: [], leader: -1, elr: [3] },
      { replicas: [3], isr: [], leader: -1, elr: [3] },
      { replicas: [1, 2], leader: 2 },
    ]);
    expect(ask(on, UNCLEAN, [0, 1, 2]).names).toEqual([
      '0 NONE',
      '1 ELIGIBLE_LEADERS_NOT_AVAILABLE',
      '2 ELECTION_NOT_NEEDED',
    ]);
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2], elr: [], lastKnownElr: [] });
  });

  it('refuses kinds of elections that it does not know', () => {
    expect(ask(new TestCluster(1), 7, null).errorCode).toBe(42);
  });
});

describe('balanceLeaders', () => {
  /** 20 partitions that broker 1 should lead; it leads all but so many. */
  function cluster(elsewhere: number): TestCluster {
    const on = new TestCluster(1, 2);
    on.addTopic(
      Array.from({ length: 20 }, (_, index) => ({ replicas: [1, 2], leader: index < elsewhere ? 2 : 1 })),
    );
    return on;
  }

  it('leaves a broker alone that misses as much as is allowed', () => {
    expect(balanceLeaders(cluster(2).image, CLEAN_ONLY, 10).records).toEqual([]);
  });

  it('gives everything back to a broker that misses more', () => {
    const on = cluster(3);
    expect(on.run(balanceLeaders(on.image, CLEAN_ONLY, 10))).toEqual({ more: false });
    expect([0, 1, 2, 3].map((index) => on.partition(index).leader)).toEqual([1, 1, 1, 1]);
  });

  it('moves nothing to who is not in sync or stops', () => {
    const on = new TestCluster(2, 3);
    on.addBroker(1, true);
    on.addTopic([
      { replicas: [1, 2], isr: [2], leader: 2 },
      { replicas: [3, 2], isr: [2], leader: 2 },
    ]);
    expect(balanceLeaders(on.image, CLEAN_ONLY, 0).records).toEqual([]);
  });

  it('moves a bounded number at a time', () => {
    const on = new TestCluster(1, 2);
    const count = MAX_BALANCING_ELECTIONS + 1;
    on.addTopic(Array.from({ length: count }, () => ({ replicas: [1, 2], leader: 2 })));
    expect(on.run(balanceLeaders(on.image, CLEAN_ONLY, 10))).toEqual({ more: true });
    const last = balanceLeaders(on.image, CLEAN_ONLY, 0);
    expect(last.records).toHaveLength(1);
    expect(last.response).toEqual({ more: false });
  });
});

describe('electLeaderless', () => {
  it('elects uncleanly where topics allow it now', () => {
    const on = new TestCluster(1);
    on.addBroker(2, true);
    on.addTopic([{ replicas: [2, 1], isr: [], leader: -1, elr: [2] }]);
    expect(electLeaderless(on.image, CLEAN_ONLY).records).toEqual([]);
    on.setConfig(4, '', 'unclean.leader.election.enable', 'true');
    expect(on.run(electLeaderless(on.image, CLEAN_ONLY))).toBe(1);
    expect(on.partition()).toMatchObject({ leader: 1, isr: [1], elr: [] });
    on.setConfig(2, 't', 'unclean.leader.election.enable', 'false');
    on.setConfig(4, '', 'unclean.leader.election.enable', null);
    expect(changesWhenBrokerLeaves(1, on.image, CLEAN_ONLY)[0]).toMatchObject({
      leader: -1,
      isr: [],
      elr: [1],
    });
  });
});

describe('recovery of the last replicas', () => {
  function cluster(): TestCluster {
    const on = new TestCluster(1, 2);
    on.addBroker(3, true);
    on.addTopic([
      { replicas: [1, 2, 3], isr: [], leader: -1, lastKnownElr: [1, 2] },
      { replicas: [1, 2, 3], isr: [], leader: -1, lastKnownElr: [1, 3] },
      { replicas: [1, 2, 3], isr: [], leader: -1, lastKnownElr: [1, 2], elr: [3] },
      { replicas: [1, 2, 3] },
    ]);
    return on;
  }

  it('is for partitions whose last members are all alive', () => {
    expect(recoverablePartitions(cluster().image)).toEqual([
      { topicId: TOPIC_ID, partition: 0, partitionEpoch: 0, members: [1, 2] },
    ]);
  });

  it.each<[string, readonly (readonly [number, number, number])[], number | null]>([
    [
      'the longer log',
      [
        [1, 5, 10],
        [2, 5, 11],
      ],
      2,
    ],
    [
      'the later epoch, however short',
      [
        [1, 6, 3],
        [2, 5, 11],
      ],
      1,
    ],
    [
      'the first of equal ones',
      [
        [2, 5, 10],
        [1, 5, 10],
      ],
      1,
    ],
    [
      'any log before none',
      [
        [1, -1, 0],
        [2, 0, 1],
      ],
      2,
    ],
    [
      'nobody before all were heard',
      [
        [2, 9, 99],
        [3, 9, 99],
      ],
      null,
    ],
  ])('chooses %s', (_what, ends, expected) => {
    const heard = ends.map(([brokerId, epoch, endOffset]) => ({ brokerId, epoch, endOffset }));
    expect(chooseLongestLog([1, 2], heard)).toBe(expected);
  });

  it('elects whom the choice names, if nothing happened meanwhile', () => {
    const on = cluster();
    const choice = { topicId: TOPIC_ID, partition: 0, partitionEpoch: 0, leader: 2 };
    const passedOver = [
      { ...choice, partitionEpoch: 1 },
      { ...choice, leader: 3 },
      { ...choice, partition: 1, leader: 3 },
      { ...choice, partition: 3, leader: 2 },
      { ...choice, partition: 8 },
    ];
    expect(on.run(electRecovered([...passedOver, choice], on.image))).toBe(1);
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2], lastKnownElr: [], leaderEpoch: 1 });
    expect(electRecovered([choice], on.image).records).toEqual([]);
  });
});
