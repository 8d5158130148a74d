/** What heartbeats lead to: Kafka's BrokerHeartbeatManager, state by state. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { heartbeat, type HeartbeatFacts, type HeartbeatRequest } from './broker-heartbeat.ts';
import { CLEAN_ONLY, TestCluster } from './cluster-test-kit.ts';
import { fenceBroker } from './broker-registration.ts';

const NOTHING_KNOWN: HeartbeatFacts = { metadataOffsetOf: () => -1, shutdownOffset: null };

function beat(
  cluster: TestCluster,
  brokerId: number,
  changes: Partial<HeartbeatRequest> = {},
  facts: Partial<HeartbeatFacts> = {},
) {
  const request: HeartbeatRequest = {
    ...{ brokerId, brokerEpoch: cluster.epochOf(brokerId), currentMetadataOffset: cluster.image.offset },
    ...{ wantFence: false, wantShutDown: false, offlineLogDirectoryIds: [] },
    ...changes,
  };
  return cluster.run(heartbeat(request, cluster.image, CLEAN_ONLY, { ...NOTHING_KNOWN, ...facts }));
}

const SERVING = { errorCode: 0, isFenced: false, shouldShutDown: false, inControlledShutdown: false };

describe('a heartbeat', () => {
  it('of a registration that does not count is refused', () => {
    const cluster = new TestCluster(1);
    for (const [brokerId, brokerEpoch] of [
      [1, cluster.epochOf(1) + 1],
      [2, 0],
    ] as const) {
      const answer = beat(cluster, brokerId, { brokerEpoch });
      expect(answer).toMatchObject({ errorCode: ErrorCode.STALE_BROKER_EPOCH, isFenced: true });
    }
  });

  it('unfences who has seen its registration, and elects it where nobody leads', () => {
    const cluster = new TestCluster(2);
    cluster.addBroker(1, true);
    cluster.addTopic([
      { replicas: [1, 2], isr: [], leader: -1, elr: [1] },
      { replicas: [2, 1], isr: [2] },
    ]);
    const early = { currentMetadataOffset: cluster.epochOf(1) - 1 };
    expect(beat(cluster, 1, early)).toMatchObject({ isCaughtUp: false, isFenced: true });
    expect(beat(cluster, 1, { wantFence: true })).toMatchObject({ isCaughtUp: true, isFenced: true });
    expect(cluster.image.brokers.get(1)?.fenced).toBe(true);
    expect(beat(cluster, 1)).toMatchObject({ ...SERVING, isCaughtUp: true });
    expect(cluster.image.brokers.get(1)?.fenced).toBe(false);
    expect(cluster.partition(0)).toMatchObject({ leader: 1, isr: [1] });
    expect(cluster.partition(1)).toMatchObject({ leader: 2, isr: [2], partitionEpoch: 0 });
    expect(heartbeatRecords(cluster, 1)).toBe(0);
  });

  function heartbeatRecords(cluster: TestCluster, brokerId: number): number {
    const { offset } = cluster.image;
    beat(cluster, brokerId);
    return cluster.image.offset - offset;
  }

  it('lets a fenced broker and one that leads nothing stop at once', () => {
    const cluster = new TestCluster(1, 2);
    cluster.addBroker(3, true);
    cluster.addTopic([{ replicas: [2, 1] }]);
    const stop = { wantShutDown: true };
    expect(beat(cluster, 3, stop)).toMatchObject({ isFenced: true, shouldShutDown: true });
    expect(beat(cluster, 1, stop)).toMatchObject({ isFenced: true, shouldShutDown: true });
    expect(cluster.image.brokers.get(1)?.fenced).toBe(true);
    expect(cluster.partition()).toMatchObject({ isr: [2], elr: [1] });
  });

  it('fences who asks for it', () => {
    const cluster = new TestCluster(1, 2);
    cluster.addTopic([{ replicas: [1, 2] }]);
    expect(beat(cluster, 1, { wantFence: true })).toMatchObject({ isFenced: true, shouldShutDown: false });
    expect(cluster.partition().leader).toBe(2);
  });

  it('lets a leader stop when the others have seen that it leads nothing any more', () => {
    const cluster = new TestCluster(1, 2, 3);
    cluster.addBroker(4, true);
    cluster.addTopic([{ replicas: [1, 2, 3] }, { replicas: [1] }]);
    const stop = { wantShutDown: true };
    const first = beat(cluster, 1, stop);
    expect(first).toMatchObject({ isFenced: false, shouldShutDown: false, inControlledShutdown: true });
    expect(first.shutdownOffset).toBe(cluster.image.offset);
    expect(cluster.image.brokers.get(1)).toMatchObject({ fenced: false, inControlledShutdown: true });
    expect(cluster.partition(0)).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(cluster.partition(1)).toMatchObject({ leader: -1, isr: [], elr: [1] });

    const { shutdownOffset } = first;
    const seen = new Map([[2, shutdownOffset ?? 0]]);
    const facts = { shutdownOffset, metadataOffsetOf: (id: number) => seen.get(id) ?? -1 };
    expect(beat(cluster, 1, stop, facts)).toMatchObject({ inControlledShutdown: true, shutdownOffset });
    // It joins nothing and leads nothing until it is gone.
    expect(cluster.run(fenceBroker(2, cluster.image, CLEAN_ONLY))).toBeNull();
    expect(cluster.partition(0)).toMatchObject({ leader: 3, isr: [3], elr: [2] });

    seen.set(3, cluster.image.offset);
    const last = beat(cluster, 1, stop, facts);
    expect(last).toMatchObject({ isFenced: true, shouldShutDown: true });
    expect(cluster.image.brokers.get(1)?.fenced).toBe(true);
  });

  it('goes on with a shutdown that an earlier controller began', () => {
    const cluster = new TestCluster(1, 2);
    cluster.addTopic([{ replicas: [1, 2] }]);
    cluster.replay([
      {
        ...{ type: 'BrokerRegistrationChangeRecord', brokerId: 1, brokerEpoch: cluster.epochOf(1) },
        ...{ fenced: 0, inControlledShutdown: 1 },
      },
    ]);
    const { offset } = cluster.image;
    const answer = beat(cluster, 1, { wantShutDown: true });
    expect(answer).toMatchObject({ inControlledShutdown: true, shutdownOffset: offset });
    expect(cluster.partition()).toMatchObject({ leader: 2, isr: [2] });
  });
});
