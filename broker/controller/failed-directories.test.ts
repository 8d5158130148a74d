/** What the controller makes of log directories that fail, and of replicas that are found in others (KIP-858). */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { alterPartition } from './alter-partition.ts';
import { assignReplicas } from './assign-replicas.ts';
import { heartbeat } from './broker-heartbeat.ts';
import { fenceBroker, registerIncarnation } from './broker-registration.ts';
import { CLEAN_ONLY, CLUSTER_ID, incarnation, TestCluster, TOPIC_ID } from './cluster-test-kit.ts';
import { electLeaders } from './elect-leaders.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import { electLeaderless } from './leader-elections.ts';
import { alterReassignments } from './partition-reassignment.ts';
import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from './replica-directories.ts';

const [A, B, C] = [incarnation(70), incarnation(71), incarnation(72)];

/** Broker 1 has directories A and B, the others have not said what they have. */
function cluster(): TestCluster {
  const on = new TestCluster();
  on.addBroker(1, false, null, [A, B]);
  for (const id of [2, 3]) on.addBroker(id);
  return on;
}

function beat(on: TestCluster, offlineLogDirectoryIds: readonly string[], brokerId = 1) {
  const request = {
    ...{ brokerId, brokerEpoch: on.epochOf(brokerId), currentMetadataOffset: on.image.offset },
    ...{ wantFence: false, wantShutDown: false, offlineLogDirectoryIds },
  };
  const facts = { metadataOffsetOf: () => -1, shutdownOffset: null };
  return on.run(heartbeat(request, on.image, CLEAN_ONLY, facts));
}

function assign(on: TestCluster, id: string, ...partitionIndexes: readonly number[]) {
  const partitions = partitionIndexes.map((partitionIndex) => ({ partitionIndex }));
  const directories = [{ id, topics: [{ topicId: TOPIC_ID, partitions }] }];
  const request = { brokerId: 1, brokerEpoch: on.epochOf(1), directories };
  const answer = on.run(assignReplicas(request, on.image, CLEAN_ONLY));
  return answer.directories.flatMap(({ topics }) =>
    topics.flatMap((topic) => topic.partitions.map(({ errorCode }) => errorCode)),
  );
}

describe('a log directory that fails', () => {
  it('takes its replicas out of every ISR and moves what they lead, and no others', () => {
    const on = cluster();
    on.addTopic([
      { replicas: [1, 2, 3] },
      { replicas: [1, 2, 3] },
      { replicas: [2, 1, 3] },
      { replicas: [1] },
    ]);
    expect(assign(on, A, 0)).toEqual([0]);
    expect(assign(on, B, 1, 2, 3)).toEqual([0, 0, 0]);
    expect(on.partition(1).directories).toEqual([B, UNASSIGNED_DIRECTORY, UNASSIGNED_DIRECTORY]);
    expect(beat(on, [B])).toMatchObject({ errorCode: 0, isFenced: false, failedDirectoryIds: [B] });
    expect(on.image.brokers.get(1)).toMatchObject({ fenced: false, logDirectoryIds: [A] });
    expect(on.delta?.changedBrokers).toEqual([1]);
    expect(on.partition(0)).toMatchObject({ leader: 1, isr: [1, 2, 3], leaderEpoch: 0 });
    expect(on.partition(1)).toMatchObject({ leader: 2, isr: [2, 3], leaderEpoch: 1 });
    expect(on.partition(2)).toMatchObject({ leader: 2, isr: [2, 3], leaderEpoch: 0 });
    expect(on.partition(3)).toMatchObject({ leader: -1, isr: [], elr: [1] });
    const { offset } = on.image;
    expect(beat(on, [B])).toMatchObject({ isFenced: false, failedDirectoryIds: [] });
    expect(on.image.offset).toBe(offset);
  });

  it('is not news when the broker never had it, and not decided when it was the last', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2] }]);
    const { offset } = on.image;
    beat(on, [C]);
    beat(on, [A, B]);
    expect(on.image.offset).toBe(offset);
  });

  it('keeps its replicas from leading and from being in sync, however they are asked for', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2] }]);
    assign(on, B, 0);
    assign(on, A, 1);
    beat(on, [B]);
    on.run(fenceBroker(2, on.image, CLEAN_ONLY));
    expect(on.partition(0)).toMatchObject({ leader: -1, isr: [], elr: [1, 2] });
    expect(on.partition(1)).toMatchObject({ leader: 1, isr: [1] });
    on.run(electLeaderless(on.image, CLEAN_ONLY));
    const asked = { electionType: 1, topicPartitions: [{ topic: 't', partitions: [0] }] };
    on.run(electLeaders(asked, on.image, CLEAN_ONLY));
    expect(on.partition(0).leader).toBe(-1);
    on.replay([
      {
        ...{ type: 'BrokerRegistrationChangeRecord', brokerId: 2, brokerEpoch: on.epochOf(2) },
        ...{ fenced: -1, inControlledShutdown: 0 },
      },
    ]);
    on.run(electLeaderless(on.image, CLEAN_ONLY));
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2] });
    const { leaderEpoch, partitionEpoch } = on.partition(0);
    const newIsr = [1, 2].map((brokerId) => ({ brokerId, brokerEpoch: on.epochOf(brokerId) }));
    const partitions = [{ partitionIndex: 0, leaderEpoch, partitionEpoch, newIsr, leaderRecoveryState: 0 }];
    const proposal = { brokerId: 2, brokerEpoch: on.epochOf(2), topics: [{ topicId: TOPIC_ID, partitions }] };
    const { topics } = on.run(alterPartition(proposal, on.image, CLEAN_ONLY));
    expect(topics[0]?.partitions[0]?.errorCode).toBe(ErrorCode.INELIGIBLE_REPLICA);
  });

  it('counts also when the replica in it is told of later', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2, 3] }]);
    beat(on, [B]);
    expect(on.partition(0).leader).toBe(1);
    assign(on, B, 0);
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(on.partition(0).directories[0]).toBe(B);
  });

  it('is none of a broker that starts without it, whose replica there waits until it is back', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2], isr: [1], leader: 1, elr: [2] }]);
    assign(on, B, 0);
    on.run(fenceBroker(1, on.image, CLEAN_ONLY));
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2], elr: [1] });
    on.run(fenceBroker(2, on.image, CLEAN_ONLY));
    expect(on.partition(0)).toMatchObject({ leader: -1, elr: [1, 2] });
    register(on, [A]);
    beat(on, []);
    expect(on.partition(0)).toMatchObject({ leader: -1 });
    register(on, [A, B]);
    beat(on, []);
    expect(on.partition(0)).toMatchObject({ leader: 1, isr: [1] });
  });

  function register(on: TestCluster, logDirectoryIds: readonly string[]): void {
    const request = {
      ...{ clusterId: CLUSTER_ID, brokerId: 1, incarnationId: incarnation(on.image.offset), rack: null },
      ...{ previousBrokerEpoch: on.epochOf(1), endpoints: [], features: SUPPORTED_FEATURES, logDirectoryIds },
    };
    on.run(registerIncarnation(request, on.image, CLEAN_ONLY, { hasLiveSession: false }));
  }

  it('leaves nobody to lead when its replica was made anew elsewhere and had more than the others', () => {
    const on = cluster();
    on.addTopic([
      { replicas: [1, 2], isr: [], leader: -1, lastKnownElr: [1], directories: [B, UNASSIGNED_DIRECTORY] },
      { replicas: [1, 2], isr: [], leader: -1, elr: [1], directories: [B, UNASSIGNED_DIRECTORY] },
      { replicas: [1, 2], isr: [2], leader: 2, directories: [A, UNASSIGNED_DIRECTORY] },
    ]);
    register(on, [A, C]);
    beat(on, []);
    expect(on.partition(0).leader).toBe(-1);
    assign(on, C, 0, 1, 2);
    expect(on.partition(0)).toMatchObject({ leader: -1, isr: [], elr: [], lastKnownElr: [] });
    expect(on.partition(1)).toMatchObject({ leader: -1, isr: [], elr: [], lastKnownElr: [] });
    // Moved from one that is still there: nothing is lost.
    expect(on.partition(2)).toMatchObject({ leader: 2, isr: [2], directories: [C, UNASSIGNED_DIRECTORY] });
  });
});

describe('replicas of a broker', () => {
  it('are assigned one by one, each with its own answer', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1] }, { replicas: [2] }]);
    expect(assign(on, A, 0, 1, 2, 0)).toEqual([
      ErrorCode.NONE,
      ErrorCode.NOT_LEADER_OR_FOLLOWER,
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
      ErrorCode.INVALID_REQUEST,
    ]);
    const stale = { brokerId: 1, brokerEpoch: on.epochOf(1) + 1, directories: [] };
    const { response } = assignReplicas(stale, on.image, CLEAN_ONLY);
    expect(response.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH);
    const topics = [{ topicId: incarnation(9), partitions: [{ partitionIndex: 0 }] }];
    const unknown = { brokerId: 1, brokerEpoch: on.epochOf(1), directories: [{ id: A, topics }] };
    const answer = on.run(assignReplicas(unknown, on.image, CLEAN_ONLY));
    expect(answer.directories[0]?.topics[0]?.partitions[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });

  it('lie nowhere when they are said to be lost, and move without a new leader', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2] }]);
    assign(on, LOST_DIRECTORY, 0);
    expect(on.partition(0)).toMatchObject({ leader: 2, isr: [2] });
    assign(on, A, 1);
    assign(on, B, 1);
    expect(on.partition(1)).toMatchObject({ leader: 1, leaderEpoch: 0, partitionEpoch: 2, isr: [1, 2] });
  });

  it('keep their directories when others come and go', () => {
    const on = cluster();
    on.addTopic([{ replicas: [1, 2] }]);
    assign(on, A, 0);
    const move = (replicas: readonly number[]) =>
      alterReassignments(
        {
          allowReplicationFactorChange: true,
          topics: [{ name: 't', partitions: [{ partitionIndex: 0, replicas }] }],
        },
        on.image,
        CLEAN_ONLY,
      );
    on.run(move([3, 1]));
    expect(on.partition()).toMatchObject({ replicas: [3, 1, 2] });
    expect(on.partition().directories).toEqual([UNASSIGNED_DIRECTORY, A, UNASSIGNED_DIRECTORY]);
  });
});
