/** The life of brokers in the cluster, from registration to being forgotten, over replayed decisions. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import {
  fenceBroker,
  registerIncarnation,
  type RegistrationRequest,
  unregisterBroker,
} from './broker-registration.ts';
import { CLEAN_ONLY, CLUSTER_ID, incarnation, TestCluster } from './cluster-test-kit.ts';
import { bootstrapRecords, SUPPORTED_FEATURES } from './features.ts';
import { heartbeat, type HeartbeatRequest } from './broker-heartbeat.ts';

function request(brokerId: number, changes: Partial<RegistrationRequest> = {}): RegistrationRequest {
  return {
    ...{
      clusterId: CLUSTER_ID,
      brokerId,
      incarnationId: incarnation(90 + brokerId),
      previousBrokerEpoch: -1,
    },
    ...{ rack: null, endpoints: [], features: SUPPORTED_FEATURES, logDirectoryIds: [] },
    ...changes,
  };
}

const ENDED = { hasLiveSession: false };

function register(cluster: TestCluster, brokerId: number, changes: Partial<RegistrationRequest> = {}) {
  return cluster.run(registerIncarnation(request(brokerId, changes), cluster.image, CLEAN_ONLY, ENDED));
}

function unfence(cluster: TestCluster, brokerId: number): void {
  const beat: HeartbeatRequest = {
    ...{ brokerId, brokerEpoch: cluster.epochOf(brokerId), currentMetadataOffset: cluster.image.offset },
    ...{ wantFence: false, wantShutDown: false, offlineLogDirectoryIds: [] },
  };
  const facts = { metadataOffsetOf: () => -1, shutdownOffset: null };
  cluster.run(heartbeat(beat, cluster.image, CLEAN_ONLY, facts));
}

describe('a registration', () => {
  it('is fenced, under the offset of its record', () => {
    const cluster = new TestCluster(1);
    const endpoints = [{ listenerName: 'PLAINTEXT', host: 'a', port: 1 }];
    const features = new Map([['metadata.version', { min: 1, max: 30 }]]);
    const logDirectoryIds = [incarnation(7)];
    const { brokerEpoch, errorCode } = register(cluster, 2, {
      endpoints,
      features,
      logDirectoryIds,
      rack: 'r',
    });
    expect(errorCode).toBe(0);
    expect(brokerEpoch).toBe(cluster.image.offset);
    expect(cluster.image.brokers.get(2)).toEqual({
      ...{ brokerId: 2, brokerEpoch, incarnationId: incarnation(92), rack: 'r', endpoints, features },
      ...{ logDirectoryIds, fenced: true, inControlledShutdown: false },
    });
    expect(cluster.delta?.changedBrokers).toEqual([2]);
  });

  it.each<[string, Partial<RegistrationRequest>, boolean, string]>([
    ['another cluster', { clusterId: 'other' }, false, 'INCONSISTENT_CLUSTER_ID'],
    ['a second broker under a living id', {}, true, 'DUPLICATE_BROKER_REGISTRATION'],
    ['one directory twice', { logDirectoryIds: ['x', 'x'] }, false, 'INVALID_REGISTRATION'],
    [
      'a broker too old for the cluster',
      { features: new Map([['metadata.version', { min: 1, max: 29 }]]) },
      false,
      'UNSUPPORTED_VERSION',
    ],
    [
      'a broker that does not know how the cluster runs transactions',
      { features: new Map([['metadata.version', { min: 30, max: 30 }]]) },
      false,
      'UNSUPPORTED_VERSION',
    ],
  ])('refuses %s', (_what, changes, hasLiveSession, expected) => {
    const cluster = new TestCluster(1);
    cluster.replay(bootstrapRecords());
    const { records, response } = registerIncarnation(request(1, changes), cluster.image, CLEAN_ONLY, {
      hasLiveSession,
    });
    expect(errorOf(response.errorCode).name).toBe(expected);
    expect(response.brokerEpoch).toBe(-1);
    expect(records).toEqual([]);
  });

  it('of the same incarnation keeps its epoch and its state, also in a living session', () => {
    const cluster = new TestCluster(1);
    const epoch = cluster.epochOf(1);
    const again = registerIncarnation(
      request(1, { incarnationId: incarnation(1), rack: 'new' }),
      cluster.image,
      CLEAN_ONLY,
      { hasLiveSession: true },
    );
    expect(cluster.run(again)).toMatchObject({ errorCode: 0, brokerEpoch: epoch });
    expect(cluster.image.brokers.get(1)).toMatchObject({ brokerEpoch: epoch, fenced: false, rack: 'new' });
  });

  it('after a clean stop leaves the broker eligible, and it leads again when it serves', () => {
    const cluster = new TestCluster(1, 2);
    cluster.addTopic([{ replicas: [1] }]);
    const epoch = cluster.epochOf(1);
    cluster.run(fenceBroker(1, cluster.image, CLEAN_ONLY));
    expect(cluster.partition()).toMatchObject({ isr: [], leader: -1, elr: [1] });
    register(cluster, 1, { previousBrokerEpoch: epoch });
    expect(cluster.partition()).toMatchObject({ isr: [], leader: -1, elr: [1], partitionEpoch: 1 });
    unfence(cluster, 1);
    expect(cluster.partition()).toMatchObject({ isr: [1], leader: 1, elr: [], leaderEpoch: 2 });
  });

  it('after an unclean end takes the broker out of every ISR and ELR, where it was not fenced yet, too', () => {
    const cluster = new TestCluster(1, 2, 3);
    cluster.addTopic([
      { replicas: [1, 2, 3] },
      { replicas: [2, 1, 3], isr: [2], elr: [1, 3] },
      { replicas: [1] },
      { replicas: [2, 3] },
    ]);
    const { brokerEpoch } = register(cluster, 1, { previousBrokerEpoch: 77 });
    expect(cluster.image.brokers.get(1)?.brokerEpoch).toBe(brokerEpoch);
    expect(brokerEpoch).toBe(cluster.image.offset);
    expect(cluster.partition(0)).toMatchObject({ isr: [2, 3], leader: 2, elr: [], lastKnownElr: [1] });
    expect(cluster.partition(1)).toMatchObject({ isr: [2], leader: 2, elr: [3], lastKnownElr: [1] });
    expect(cluster.partition(2)).toMatchObject({ isr: [], leader: -1, elr: [], lastKnownElr: [1] });
    expect(cluster.partition(3).partitionEpoch).toBe(0);
    unfence(cluster, 1);
    expect(cluster.partition(2)).toMatchObject({ isr: [1], leader: 1, lastKnownElr: [] });
  });

  it('with other disks does not bring an empty log back as a leader where another replica may have more', () => {
    const cluster = new TestCluster(2, 3);
    const logDirectoryIds = [incarnation(70), incarnation(71)];
    const { brokerEpoch } = register(cluster, 1, { logDirectoryIds });
    unfence(cluster, 1);
    cluster.addTopic([{ replicas: [1, 2], isr: [1] }, { replicas: [1] }]);
    register(cluster, 1, { incarnationId: incarnation(50), logDirectoryIds: [incarnation(72)] });
    expect(brokerEpoch).not.toBe(cluster.epochOf(1));
    unfence(cluster, 1);
    expect(cluster.partition(0)).toMatchObject({ isr: [], leader: -1, elr: [], lastKnownElr: [] });
    expect(cluster.partition(1)).toMatchObject({ isr: [1], leader: 1 });
  });

  it('with one disk of several replaced is an unclean restart like others', () => {
    const cluster = new TestCluster(2, 3);
    register(cluster, 1, { logDirectoryIds: [incarnation(70), incarnation(71)] });
    unfence(cluster, 1);
    cluster.addTopic([{ replicas: [1, 2], isr: [1] }]);
    register(cluster, 1, {
      incarnationId: incarnation(50),
      logDirectoryIds: [incarnation(71), incarnation(72)],
    });
    expect(cluster.partition()).toMatchObject({ isr: [], leader: -1, lastKnownElr: [1] });
  });
});

describe('two that die after each other, where one in sync is enough', () => {
  const policy = { ...CLEAN_ONLY, minInsyncReplicas: 1 };
  const comesBack = (cluster: TestCluster, brokerId: number): void => {
    cluster.run(
      registerIncarnation(
        request(brokerId, { incarnationId: incarnation(60 + brokerId) }),
        cluster.image,
        policy,
        ENDED,
      ),
    );
  };

  function cluster(): TestCluster {
    const on = new TestCluster(1, 2);
    on.addTopic([{ replicas: [1, 2] }]);
    return on;
  }

  it('are both asked when the first came back before it was missed', () => {
    const on = cluster();
    comesBack(on, 1);
    expect(on.partition()).toMatchObject({ isr: [2], leader: 2, lastKnownElr: [1] });
    comesBack(on, 2);
    expect(on.partition()).toMatchObject({ isr: [], leader: -1, elr: [], lastKnownElr: [1, 2] });
  });

  it('leave it to the second when the first was missed: that one may have acknowledged records alone', () => {
    const on = cluster();
    on.run(fenceBroker(1, on.image, policy));
    expect(on.partition()).toMatchObject({ isr: [2], leader: 2, elr: [], lastKnownElr: [] });
    comesBack(on, 1);
    comesBack(on, 2);
    expect(on.partition()).toMatchObject({ isr: [], leader: -1, elr: [], lastKnownElr: [2] });
  });
});

describe('fencing', () => {
  it('moves leaders first and says so once', () => {
    const cluster = new TestCluster(1, 2, 3);
    cluster.addTopic([{ replicas: [1, 2, 3] }, { replicas: [2, 3] }]);
    const fenced = fenceBroker(1, cluster.image, CLEAN_ONLY);
    expect(fenced.records.map(({ type }) => type)).toEqual([
      'PartitionChangeRecord',
      'BrokerRegistrationChangeRecord',
    ]);
    expect(fenced.divisible).toBe(true);
    cluster.run(fenced);
    expect(cluster.partition()).toMatchObject({ isr: [2, 3], leader: 2, leaderEpoch: 1 });
    expect(cluster.image.brokers.get(1)?.fenced).toBe(true);
    expect(fenceBroker(1, cluster.image, CLEAN_ONLY).records).toEqual([]);
    expect(fenceBroker(9, cluster.image, CLEAN_ONLY).records).toEqual([]);
  });
});

describe('unregistering', () => {
  it('forgets the broker and relies on nothing that it holds', () => {
    const cluster = new TestCluster(1, 2);
    cluster.addTopic([{ replicas: [1, 2] }, { replicas: [1, 2], isr: [2], leader: 2, elr: [1] }]);
    expect(cluster.run(unregisterBroker(1, cluster.image, CLEAN_ONLY)).errorCode).toBe(0);
    expect([...cluster.image.brokers.keys()]).toEqual([2]);
    expect(cluster.partition(0)).toMatchObject({ isr: [2], leader: 2, elr: [], lastKnownElr: [1] });
    expect(cluster.partition(1)).toMatchObject({ isr: [2], elr: [], lastKnownElr: [1] });
    const { response } = unregisterBroker(1, cluster.image, CLEAN_ONLY);
    expect(errorOf(response.errorCode).name).toBe('BROKER_ID_NOT_REGISTERED');
  });
});
