/** AlterPartition: what is refused, in which order, and what is answered. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import { alterPartition, type PartitionToAlter } from './alter-partition.ts';
import { fenceBroker } from './broker-registration.ts';
import { CLEAN_ONLY, TestCluster, TOPIC_ID } from './cluster-test-kit.ts';

/** Brokers 1 to 4 are alive, 5 is fenced, 6 stops; partition 0 is led by 1 in leader epoch 3, partition epoch 7. */
function cluster(): TestCluster {
  const made = new TestCluster(1, 2, 3, 4, 6);
  made.addBroker(5, true);
  made.replay([
    {
      ...{ type: 'BrokerRegistrationChangeRecord', brokerId: 6, brokerEpoch: made.epochOf(6) },
      ...{ fenced: 0, inControlledShutdown: 1 },
    },
  ]);
  const epochs = { leaderEpoch: 3, partitionEpoch: 7 };
  made.addTopic([{ replicas: [1, 2, 3, 5, 6], isr: [1, 2], ...epochs }, { replicas: [2, 1] }]);
  return made;
}

function alter(
  on: TestCluster,
  wanted: Partial<PartitionToAlter> & { readonly isr?: readonly number[] },
  sender = 1,
) {
  const { isr = [1, 2, 3], ...changes } = wanted;
  const newIsr = isr.map((brokerId) => ({ brokerId, brokerEpoch: on.epochOf(brokerId) }));
  const partition = { partitionIndex: 0, leaderEpoch: 3, partitionEpoch: 7, newIsr, leaderRecoveryState: 0 };
  const topics = [{ topicId: TOPIC_ID, partitions: [{ ...partition, ...changes }] }];
  const request = { brokerId: sender, brokerEpoch: on.epochOf(sender), topics };
  const result = alterPartition(request, on.image, CLEAN_ONLY);
  const [answer] = result.response.topics[0]?.partitions ?? [];
  return { ...result, answer, name: errorOf(answer?.errorCode ?? -1).name };
}

describe('alterPartition', () => {
  it.each<[string, Parameters<typeof alter>[1], number, string]>([
    ['a partition that is not there', { partitionIndex: 9 }, 1, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['a newer leader epoch', { leaderEpoch: 4, partitionEpoch: 6 }, 1, 'NOT_CONTROLLER'],
    ['a newer partition epoch', { leaderEpoch: 2, partitionEpoch: 8 }, 1, 'NOT_CONTROLLER'],
    ['an older leader epoch', { leaderEpoch: 2 }, 2, 'FENCED_LEADER_EPOCH'],
    ['a sender that does not lead', { partitionEpoch: 6 }, 2, 'INVALID_REQUEST'],
    ['an older partition epoch', { partitionEpoch: 6, isr: [2] }, 1, 'INVALID_UPDATE_VERSION'],
    ['a member that is no replica', { isr: [1, 4] }, 1, 'INVALID_REQUEST'],
    ['a member twice', { isr: [1, 2, 2] }, 1, 'INVALID_REQUEST'],
    ['an ISR without the leader', { isr: [2] }, 1, 'INVALID_REQUEST'],
    ['a leader that recovers', { isr: [1], leaderRecoveryState: 1 }, 1, 'INVALID_REQUEST'],
    ['a fenced member', { isr: [1, 5] }, 1, 'INELIGIBLE_REPLICA'],
    ['a member that stops', { isr: [1, 6] }, 1, 'INELIGIBLE_REPLICA'],
  ])('refuses %s', (_what, wanted, sender, expected) => {
    const { name, records } = alter(cluster(), wanted, sender);
    expect(name).toBe(expected);
    expect(records).toEqual([]);
  });

  it.each<[string, Parameters<typeof alter>[1], string | null]>([
    ['a fenced member', { isr: [1, 5] }, 'Of [1, 5], broker 5 is fenced.'],
    ['a member that stops', { isr: [1, 6] }, 'Of [1, 6], broker 6 is about to stop.'],
    ['a member that is no replica', { isr: [1, 4] }, '[1, 4] are not among its replicas [1, 2, 3, 5, 6].'],
    ['an ISR without the leader', { isr: [2] }, '[2] leave out its leader 1.'],
    ['an old epoch', { partitionEpoch: 6 }, 'It is of partition epoch 6, and that is 7 by now.'],
    ['one that comes too late', { leaderEpoch: 2 }, null],
  ])('says for the log why it refuses %s', (_what, wanted, reason) => {
    expect(alter(cluster(), wanted).answer?.refusal).toBe(reason);
  });

  it('refuses a member under another registration than the leader has seen', () => {
    const on = cluster();
    const leader = { brokerId: 1, brokerEpoch: on.epochOf(1) };
    const seen = (brokerId: number, brokerEpoch: number) => ({ newIsr: [leader, { brokerId, brokerEpoch }] });
    expect(alter(on, seen(3, on.epochOf(3) - 1)).name).toBe('INELIGIBLE_REPLICA');
    expect(alter(on, seen(3, -1)).name).toBe('INELIGIBLE_REPLICA');
    expect(alter(on, seen(3, on.epochOf(3))).name).toBe('NONE');
    expect(alter(on, seen(2, -1)).name).toBe('NONE');
    expect(alter(on, { newIsr: [leader, { brokerId: 9, brokerEpoch: -1 }] }).name).toBe('INVALID_REQUEST');
  });

  it('refuses a sender whose registration does not count, and topics that are not there', () => {
    const on = cluster();
    const topics = [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAw', partitions: [] }];
    const stale = alterPartition({ brokerId: 1, brokerEpoch: 99, topics }, on.image, CLEAN_ONLY);
    expect(stale.response).toEqual({ errorCode: 77, topics: [] });
    const partition = {
      partitionIndex: 0,
      leaderEpoch: 0,
      partitionEpoch: 0,
      newIsr: [],
      leaderRecoveryState: 0,
    };
    const unknown = alterPartition(
      {
        ...{ brokerId: 1, brokerEpoch: on.epochOf(1) },
        topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAw', partitions: [partition] }],
      },
      on.image,
      CLEAN_ONLY,
    );
    expect(unknown.response.topics[0]?.partitions[0]?.errorCode).toBe(100);
  });

  it('lets the ISR grow and shrink, counting the partition epoch only', () => {
    const on = cluster();
    const { answer, records } = alter(on, { isr: [1, 3, 2] });
    expect(answer).toEqual({
      ...{ partitionIndex: 0, errorCode: 0, refusal: null, leaderId: 1, leaderEpoch: 3, isr: [1, 3, 2] },
      ...{ leaderRecoveryState: 0, partitionEpoch: 8 },
    });
    on.replay(records);
    const shrunk = alter(on, { isr: [1], partitionEpoch: 8 });
    expect(shrunk.answer).toMatchObject({ isr: [1], partitionEpoch: 9, leaderEpoch: 3 });
    on.replay(shrunk.records);
    expect(on.partition()).toMatchObject({ isr: [1], leader: 1, elr: [2, 3] });
  });

  it('answers what is so already without a record', () => {
    const { answer, records } = alter(cluster(), { isr: [1, 2] });
    expect(answer).toMatchObject({ errorCode: 0, isr: [1, 2], partitionEpoch: 7 });
    expect(records).toEqual([]);
  });

  it('takes one proposal for each partition of a request', () => {
    const on = cluster();
    const newIsr = [{ brokerId: 1, brokerEpoch: on.epochOf(1) }];
    const partition = {
      partitionIndex: 0,
      leaderEpoch: 3,
      partitionEpoch: 7,
      newIsr,
      leaderRecoveryState: 0,
    };
    const topics = [{ topicId: TOPIC_ID, partitions: [partition, partition] }];
    const request = { brokerId: 1, brokerEpoch: on.epochOf(1), topics };
    const { records, response } = alterPartition(request, on.image, CLEAN_ONLY);
    expect(response.topics[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([0, 42]);
    expect(records).toHaveLength(1);
  });

  it('ends a reassignment, and tells a leader that goes with it', () => {
    const on = new TestCluster(1, 2, 3);
    const moving = { isr: [1], addingReplicas: [2, 3], leader: 1 };
    on.addTopic([
      { replicas: [2, 3, 1], removingReplicas: [1], ...moving },
      { replicas: [1, 2, 3], ...moving },
    ]);
    const epochs = { leaderEpoch: 0, partitionEpoch: 0 };
    const going = alter(on, { ...epochs, isr: [1, 2, 3] });
    expect(going.name).toBe('NEW_LEADER_ELECTED');
    on.replay(going.records);
    expect(on.partition(0)).toMatchObject({ replicas: [2, 3], isr: [2, 3], leader: 2, leaderEpoch: 1 });
    const staying = alter(on, { ...epochs, isr: [1, 2, 3], partitionIndex: 1 });
    expect(staying.name).toBe('NONE');
    on.replay(staying.records);
    expect(on.partition(1)).toMatchObject({ addingReplicas: [], leader: 1, leaderEpoch: 0 });
  });

  it('fences out who was fenced', () => {
    const on = cluster();
    on.run(fenceBroker(1, on.image, CLEAN_ONLY));
    expect(alter(on, {}).name).toBe('FENCED_LEADER_EPOCH');
  });
});
