/** What a broker tells of where its replicas lie: differences only, again until it is answered, and what cannot be found. */
import { describe, expect, it } from 'vitest';
import type { AssignReplicasToDirsRequest } from '../../protocol/messages/73-assign-replicas-to-dirs.ts';
import { incarnation, TestCluster, TOPIC_ID } from '../controller/cluster-test-kit.ts';
import { wholeImageDelta } from '../controller/image.ts';
import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../controller/replica-directories.ts';
import { type ControllerChannel, ControllerUnreachable } from '../controller-channel/controller-channel.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { DirectoryAssignments } from './directory-assignments.ts';

const [A, B] = [incarnation(70), incarnation(71)];
const silent: Logger = {
  ...{ info: () => undefined, warn: () => undefined, error: () => undefined },
  named: () => silent,
};

function broker(directoryCount = 2, places: (string | null)[] = [A, B, A]) {
  const machine = createMemoryPlatform();
  const cluster = new TestCluster(1, 2);
  const state = { isReachable: true, hasFailed: false, told: [] as string[] };
  const channel = {
    call: (_api: unknown, _version: number, { directories }: AssignReplicasToDirsRequest) => {
      if (!state.isReachable) return Promise.reject(new ControllerUnreachable('nobody', true));
      const told = directories.flatMap(({ id, topics }) =>
        topics.flatMap(({ partitions }) => partitions.map((one) => `${String(one.partitionIndex)} ${id}`)),
      );
      state.told.push(told.join());
      return Promise.resolve({ errorCode: 0 });
    },
  } as unknown as ControllerChannel;
  const assignments = new DirectoryAssignments({
    ...{ timers: machine.timers, logger: silent, channel, brokerId: 1, brokerEpoch: () => 0, directoryCount },
    image: () => cluster.image,
    placeOf: (_topic, partition) => places[partition] ?? null,
    hasFailed: () => state.hasFailed,
    timeoutMs: () => 1_000,
  });
  const look = async (passMs = 1): Promise<void> => {
    assignments.onImage(wholeImageDelta(cluster.image));
    await machine.advance(passMs);
  };
  return { machine, cluster, state, assignments, look, places };
}

describe('a broker with several log directories', () => {
  it('tells where its replicas are, those that the image does not know so', async () => {
    const { cluster, look, state } = broker();
    cluster.addTopic([
      { replicas: [1, 2] },
      { replicas: [1, 2] },
      { replicas: [2, 1], directories: [UNASSIGNED_DIRECTORY, A] },
      { replicas: [2] },
    ]);
    await look();
    expect(state.told).toEqual([`0 ${A},1 ${B}`]);
  });

  it('tells it again until it is answered, as it is then', async () => {
    const { machine, cluster, look, state, places } = broker();
    cluster.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2] }]);
    state.isReachable = false;
    await look(5_000);
    state.isReachable = true;
    places[0] = B;
    cluster.replay([{ type: 'TopicRecord', name: 'other', topicId: incarnation(5) }]);
    await machine.advance(10_000);
    expect(state.told).toEqual([`0 ${B},1 ${B}`]);
  });

  it('says of a log that stays away that it is lost, if a directory cannot be used and nobody knows better', async () => {
    const { machine, cluster, look, state } = broker(2, [null, null]);
    cluster.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2], directories: [B, UNASSIGNED_DIRECTORY] }]);
    await look(60_000);
    expect(state.told).toEqual([]);
    state.hasFailed = true;
    await look();
    expect(state.told).toEqual([]);
    await machine.advance(6_000);
    expect(state.told).toEqual([`0 ${LOST_DIRECTORY}`]);
  });

  it('says nothing once it has stopped', async () => {
    const { machine, cluster, look, state, assignments } = broker();
    cluster.addTopic([{ replicas: [1, 2] }]);
    state.isReachable = false;
    await look();
    assignments.stop();
    state.isReachable = true;
    await machine.advance(60_000);
    expect(state.told).toEqual([]);
  });
});

it('with one directory a broker tells only that a replica is not where it was', async () => {
  const { cluster, look, state } = broker(1);
  cluster.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2], directories: [A, UNASSIGNED_DIRECTORY] }]);
  expect(cluster.image.topicsById.has(TOPIC_ID)).toBe(true);
  await look();
  expect(state.told).toEqual([`1 ${B}`]);
});
