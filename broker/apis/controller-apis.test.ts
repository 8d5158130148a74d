/** What only the active controller answers, in every version that is advertised: through the codec and a real controller. */
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import { electLeaders } from './43-elect-leaders.ts';
import { alterPartitionReassignments } from './45-alter-partition-reassignments.ts';
import { listPartitionReassignments } from './46-list-partition-reassignments.ts';
import { alterPartition } from './56-alter-partition.ts';
import { alterUserScramCredentials } from './51-alter-user-scram-credentials.ts';
import { describeAcls } from './29-describe-acls.ts';
import { createAcls } from './30-create-acls.ts';
import { deleteAcls } from './31-delete-acls.ts';
import { updateFeatures } from './57-update-features.ts';
import { describeCluster, describeControllers } from './60-describe-cluster.ts';
import { brokerRegistration } from './62-broker-registration.ts';
import { brokerHeartbeat } from './63-broker-heartbeat.ts';
import { unregisterBroker } from './64-unregister-broker.ts';
import { allocateProducerIds } from './67-allocate-producer-ids.ts';
import type { ApiHandler } from './api-handler.ts';
import { clientApis, controllerApis } from './table.ts';
import { callApi, type Fields, versionsOf } from './test-call.ts';
import { startTestServices } from './test-services.ts';

async function withTopic() {
  const { services, controller } = await startTestServices('auto.leader.rebalance.enable=false');
  await services.topicCreation.autoCreate(['a']);
  const topic = services.image().topicsByName.get('a');
  const broker = services.image().brokers.get(services.config.nodeId);
  if (topic === undefined || broker === undefined) throw new Error('no topic, no broker');
  return { services, controller, topicId: topic.topicId, broker };
}

describe('ElectLeaders', () => {
  it.each(versionsOf(electLeaders))('%d', async (version) => {
    const { services } = await withTopic();
    const topicPartitions = [{ topic: 'a', partitions: [0, 7] }];
    const answer = await callApi(services, electLeaders, version, { topicPartitions, electionType: 0 });
    expect(answer.replicaElectionResults).toMatchObject([
      {
        topic: 'a',
        partitionResult: [
          { partitionId: 0, errorCode: 84 },
          { partitionId: 7, errorCode: 3 },
        ],
      },
    ]);
    const all = await callApi(services, electLeaders, version, { topicPartitions: null, electionType: 0 });
    expect(all.replicaElectionResults).toEqual([{ topic: 'a', partitionResult: [] }]);
  });
});

describe('reassignments', () => {
  it.each(versionsOf(alterPartitionReassignments))('alter %d', async (version) => {
    const { services } = await withTopic();
    const partitions = [
      { partitionIndex: 0, replicas: [9] },
      { partitionIndex: 1, replicas: null },
      { partitionIndex: 7, replicas: null },
    ];
    const answer = await callApi(services, alterPartitionReassignments, version, {
      topics: [{ name: 'a', partitions }],
    });
    const [first] = answer.responses as { readonly partitions: readonly Fields[] }[];
    expect(answer.errorCode).toBe(0);
    expect(first?.partitions.map(({ errorCode }) => errorCode)).toEqual([39, 3, 3]);
  });

  it('list', async () => {
    const { services } = await withTopic();
    const answer = await callApi(services, listPartitionReassignments, 0, { topics: null });
    expect(answer).toMatchObject({ errorCode: 0, topics: [] });
  });
});

describe('AlterPartition', () => {
  it.each(versionsOf(alterPartition))('%d', async (version) => {
    const { services, topicId, broker } = await withTopic();
    const { brokerId, brokerEpoch } = broker;
    const isr = { newIsr: [brokerId], newIsrWithEpochs: [{ brokerId, brokerEpoch: BigInt(brokerEpoch) }] };
    const partitions = [
      { partitionIndex: 0, leaderEpoch: 0, partitionEpoch: 0, ...isr },
      { partitionIndex: 0, leaderEpoch: 5, partitionEpoch: 0, ...isr },
    ];
    const request = { brokerId, brokerEpoch: BigInt(brokerEpoch), topics: [{ topicId, partitions }] };
    expect(await callApi(services, alterPartition, version, request)).toMatchObject({
      errorCode: 0,
      topics: [
        { topicId, partitions: [{ errorCode: 0, leaderId: brokerId, isr: [brokerId] }, { errorCode: 42 }] },
      ],
    });
    expect(await callApi(services, alterPartition, version, { ...request, brokerEpoch: 7n })).toMatchObject({
      errorCode: 77,
      topics: [],
    });
  });
});

describe('ApiVersions', () => {
  it.each([3, 4])(
    '%d tells how transactions are run, to clients that know no level 0 without it',
    async (version) => {
      const { services } = await withTopic();
      const api = clientApis.get(18);
      if (api === undefined) throw new Error('every broker answers ApiVersions');
      const request = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
      const answer = await callApi(services, api, version, request);
      const name = 'transaction.version';
      const minVersion = version < 4 ? 1 : 0;
      expect(answer.supportedFeatures).toContainEqual(
        expect.objectContaining({ name, minVersion, maxVersion: 2 }),
      );
      expect(answer.finalizedFeatures).toContainEqual(
        expect.objectContaining({ name, minVersionLevel: 2, maxVersionLevel: 2 }),
      );
    },
  );
});

describe('UpdateFeatures', () => {
  it.each(versionsOf(updateFeatures))('%d', async (version) => {
    const { services } = await withTopic();
    const level = services.image().features.get('metadata.version') ?? -1;
    expect(level).toBeGreaterThan(0);
    const feature = { feature: 'metadata.version', upgradeType: 1, allowDowngrade: false };
    const same = { featureUpdates: [{ ...feature, maxVersionLevel: level }] };
    expect(await callApi(services, updateFeatures, version, same)).toMatchObject({ errorCode: 0 });
    const higher = { featureUpdates: [{ ...feature, maxVersionLevel: level + 1 }] };
    expect(await callApi(services, updateFeatures, version, higher)).toMatchObject({ errorCode: 95 });
  });
});

describe('brokers', () => {
  it.each(versionsOf(brokerRegistration))('register %d and send heartbeats', async (version) => {
    const { services } = await withTopic();
    const registration = {
      ...{ brokerId: 5, clusterId: services.clusterId, incarnationId: 'AAAAAAAAAAAAAAAAAAAABQ', rack: 'r' },
      listeners: [{ name: 'PLAINTEXT', host: 'five', port: 9092, securityProtocol: 0 }],
      features: ['metadata.version', 'transaction.version', 'group.version'].map((name) => ({
        ...{ name, minSupportedVersion: 1, maxSupportedVersion: 100 },
      })),
      ...{ logDirs: ['AAAAAAAAAAAAAAAAAAAABg'], previousBrokerEpoch: -1n },
    };
    const { errorCode, brokerEpoch } = await callApi(services, brokerRegistration, version, registration);
    expect([errorCode, brokerEpoch]).toEqual([0, BigInt(services.image().offset)]);
    expect(services.image().brokers.get(5)).toMatchObject({ fenced: true, rack: 'r' });
    const strange = { ...registration, brokerId: 6, clusterId: 'another' };
    expect(await callApi(services, brokerRegistration, version, strange)).toMatchObject({
      errorCode: 104,
      brokerEpoch: -1n,
    });
    const heartbeat = { brokerId: 5, brokerEpoch, wantFence: false, wantShutDown: false };
    for (const each of versionsOf(brokerHeartbeat)) {
      const beat = { ...heartbeat, currentMetadataOffset: brokerEpoch };
      expect(await callApi(services, brokerHeartbeat, each, beat)).toMatchObject({
        ...{ errorCode: 0, isCaughtUp: true, isFenced: false, shouldShutDown: false },
      });
    }
    const stale = { ...heartbeat, brokerEpoch: 1n, currentMetadataOffset: 1n };
    expect(await callApi(services, brokerHeartbeat, 0, stale)).toMatchObject({ errorCode: 77 });
    expect(await callApi(services, unregisterBroker, 0, { brokerId: 5 })).toMatchObject({ errorCode: 0 });
    expect(await callApi(services, unregisterBroker, 0, { brokerId: 5 })).toMatchObject({ errorCode: 102 });
  });

  it('take blocks of producer ids, each once', async () => {
    const { services, broker } = await withTopic();
    const request = { brokerId: broker.brokerId, brokerEpoch: BigInt(broker.brokerEpoch) };
    const first = await callApi(services, allocateProducerIds, 0, request);
    const second = await callApi(services, allocateProducerIds, 0, request);
    expect([first, second]).toMatchObject([
      { errorCode: 0, producerIdStart: 0n, producerIdLen: 1000 },
      { errorCode: 0, producerIdStart: 1000n, producerIdLen: 1000 },
    ]);
    expect(await callApi(services, allocateProducerIds, 0, { ...request, brokerEpoch: 0n })).toMatchObject({
      errorCode: 77,
    });
  });
});

describe('DescribeCluster', () => {
  it.each([1, 2])('%d tells a listener of clients from one of controllers', async (version) => {
    const { services } = await withTopic();
    const codes = async (api: ApiHandler): Promise<unknown[]> =>
      Promise.all(
        [1, 2, 3].map(
          async (endpointType) => (await callApi(services, api, version, { endpointType })).errorCode,
        ),
      );
    expect(await codes(describeCluster)).toEqual([0, 114, 115]);
    expect(await codes(describeControllers)).toEqual([114, 0, 115]);
  });

  it('names the active controller to who asks for controllers', async () => {
    const { services } = await withTopic();
    const answer = await callApi(services, describeControllers, 1, { endpointType: 2 });
    expect(answer.controllerId).toBe(services.config.nodeId);
  });

  it('shows fenced brokers from 2 on, when they are asked for', async () => {
    const { services } = await withTopic();
    await callApi(services, brokerRegistration, 4, {
      ...{ brokerId: 5, clusterId: services.clusterId, incarnationId: 'AAAAAAAAAAAAAAAAAAAABQ', rack: null },
      listeners: [{ name: 'PLAINTEXT', host: 'five', port: 9092, securityProtocol: 0 }],
      features: ['metadata.version', 'transaction.version', 'group.version'].map((name) => ({
        ...{ name, minSupportedVersion: 1, maxSupportedVersion: 100 },
      })),
      ...{ logDirs: [], previousBrokerEpoch: -1n },
    });
    const shown = async (version: number, includeFencedBrokers: boolean): Promise<unknown> => {
      const answer = await callApi(services, describeCluster, version, {
        endpointType: 1,
        includeFencedBrokers,
      });
      return (answer.brokers as Fields[]).map(({ brokerId, isFenced }) => [brokerId, isFenced]);
    };
    const { nodeId } = services.config;
    expect(await shown(1, false)).toEqual([[nodeId, false]]);
    expect(await shown(2, false)).toEqual([[nodeId, false]]);
    expect(await shown(2, true)).toEqual([
      [nodeId, false],
      [5, true],
    ]);
  });
});

describe('ACLs without an authorizer', () => {
  it('are neither told nor changed', async () => {
    const { services } = await startTestServices();
    const refused = { errorCode: 54, errorMessage: 'No Authorizer is configured.' };
    expect(await callApi(services, describeAcls, 3, {})).toMatchObject({ ...refused, resources: [] });
    expect((await callApi(services, createAcls, 3, { creations: [{}, {}] })).results).toEqual([
      refused,
      refused,
    ]);
    const { filterResults } = await callApi(services, deleteAcls, 3, { filters: [{}] });
    expect(filterResults).toEqual([{ ...refused, matchingAcls: [] }]);
  });
});

describe('the tables', () => {
  it('keep what nodes ask each other off the listeners of clients', () => {
    const between = [56, 58, 62, 63, 67];
    expect(between.filter((key) => clientApis.has(key))).toEqual([]);
    expect(between.filter((key) => !controllerApis.has(key))).toEqual([]);
  });

  it('have an answer ready for each request that no controller could be reached for', () => {
    const forwarded = [...clientApis.values()].filter(({ answeredBy }) => answeredBy === 'controller');
    expect(forwarded.map(({ request }) => request.apiKey).sort((a, b) => a - b)).toEqual([
      19, 20, 30, 31, 33, 37, 43, 44, 45, 46, 49, 51, 55, 57, 64,
    ]);
    for (const { request, response, minVersion, maxVersion, failed } of forwarded) {
      for (let version = minVersion; version <= maxVersion; version++) {
        const empty = decodeMessage(request, version, encodeMessage(request, version, {}));
        const answer = failed?.(empty, 7, version);
        expect(answer, request.name).toBeDefined();
        expect(() => encodeMessage(response, version, answer ?? {})).not.toThrow();
      }
    }
  });
});

describe('a controller that is not active', () => {
  it('answers NOT_CONTROLLER, wherever each answer has room for it', async () => {
    const { services, controller } = await withTopic();
    controller.stop();
    const samples: [ApiHandler, Fields][] = [
      [electLeaders, { topicPartitions: [{ topic: 'a', partitions: [0] }], electionType: 0 }],
      [alterPartitionReassignments, { topics: [] }],
      [listPartitionReassignments, { topics: null }],
      [alterPartition, { brokerId: 1, topics: [] }],
      [updateFeatures, { featureUpdates: [] }],
      [brokerRegistration, { brokerId: 1, clusterId: '', incarnationId: 'AAAAAAAAAAAAAAAAAAAABQ' }],
      [brokerHeartbeat, { brokerId: 1 }],
      [unregisterBroker, { brokerId: 1 }],
      [allocateProducerIds, { brokerId: 1 }],
    ];
    for (const [api, request] of samples) {
      const answer = await callApi(services, api, api.maxVersion, request);
      expect(answer.errorCode, api.request.name).toBe(41);
    }
    const oldest = await callApi(services, electLeaders, 0, {
      topicPartitions: [{ topic: 'a', partitions: [0] }],
    });
    expect(oldest.replicaElectionResults).toMatchObject([{ partitionResult: [{ errorCode: 41 }] }]);
    const users = await callApi(services, alterUserScramCredentials, 0, {
      deletions: [{ name: 'a', mechanism: 1 }],
    });
    expect(users.results).toMatchObject([{ user: 'a', errorCode: 41 }]);
  });
});
