/** Metadata, DescribeCluster, InitProducerId and the config APIs through encoding, dispatch and a real controller. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import {
  describeConfigsRequest,
  describeConfigsResponse,
} from '../../protocol/messages/32-describe-configs.ts';
import { alterConfigsRequest, alterConfigsResponse } from '../../protocol/messages/33-alter-configs.ts';
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import {
  describeClusterRequest,
  describeClusterResponse,
} from '../../protocol/messages/60-describe-cluster.ts';
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from '../../protocol/messages/74-list-config-resources.ts';
import { decodeMessage, encodeMessage } from '../../protocol/schema/codec.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { metadata } from './03-metadata.ts';
import { initProducerId } from './22-init-producer-id.ts';
import { describeConfigs } from './32-describe-configs.ts';
import { alterConfigs } from './33-alter-configs.ts';
import { incrementalAlterConfigs } from './44-incremental-alter-configs.ts';
import { describeCluster } from './60-describe-cluster.ts';
import { listConfigResources } from './74-list-config-resources.ts';
import type { ApiHandler } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { startTestServices, testContext } from './test-services.ts';

/** Sends a request through the codec both ways, as a client would. */
function caller<Req extends MessageSchema, Res extends MessageSchema>(
  handler: ApiHandler,
  request: Req,
  response: Res,
) {
  return async (services: BrokerServices, version: number, body: Encodable<Req>): Promise<Decoded<Res>> => {
    const decoded = decodeMessage(request as MessageSchema, version, encodeMessage(request, version, body));
    const answer = await handler.handle(decoded, testContext(version), services);
    return decodeMessage(
      response,
      version,
      encodeMessage(response, version, (answer ?? {}) as Encodable<Res>),
    );
  };
}

const askMetadata = caller(metadata, metadataRequest, metadataResponse);
const askCluster = caller(describeCluster, describeClusterRequest, describeClusterResponse);
const askConfigs = caller(describeConfigs, describeConfigsRequest, describeConfigsResponse);
const askAlter = caller(alterConfigs, alterConfigsRequest, alterConfigsResponse);
const askIncremental = caller(
  incrementalAlterConfigs,
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
);
const askResources = caller(listConfigResources, listConfigResourcesRequest, listConfigResourcesResponse);
const askProducerId = caller(initProducerId, initProducerIdRequest, initProducerIdResponse);

describe('Metadata', () => {
  it('lists all topics for an empty list in version 0 and none in version 1', async () => {
    const { services } = await startTestServices('num.partitions=2');
    await services.topicCreation.autoCreate(['a', 'b']);
    expect((await askMetadata(services, 0, { topics: [] })).topics).toHaveLength(2);
    expect((await askMetadata(services, 1, { topics: [] })).topics).toHaveLength(0);
    expect((await askMetadata(services, 1, { topics: null })).topics).toHaveLength(2);
  });

  it('names brokers, controller, cluster and leaders', async () => {
    const { services } = await startTestServices('num.partitions=2');
    await services.topicCreation.autoCreate(['a']);
    const answer = await askMetadata(services, 12, {
      topics: [{ name: 'a' }],
      includeTopicAuthorizedOperations: true,
    });
    expect(answer.brokers).toEqual([{ nodeId: 0, host: 'broker.example', port: 9092, rack: null }]);
    expect(answer).toMatchObject({ controllerId: 0, clusterId: 'test-cluster-id-123456' });
    expect(answer.topics[0]).toMatchObject({
      errorCode: 0,
      isInternal: false,
      topicAuthorizedOperations: 3_576,
    });
    expect(answer.topics[0]?.partitions).toHaveLength(2);
    expect(answer.topics[0]?.partitions[0]).toMatchObject({ leaderId: 0, replicaNodes: [0], isrNodes: [0] });
  });

  it('creates a topic on first use when broker and client allow it', async () => {
    const { services } = await startTestServices('num.partitions=3');
    const refused = await askMetadata(services, 4, {
      topics: [{ name: 'new' }],
      allowAutoTopicCreation: false,
    });
    expect(refused.topics[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    const created = await askMetadata(services, 3, { topics: [{ name: 'new' }, { name: 'new' }] });
    expect(created.topics).toHaveLength(1);
    expect(created.topics[0]).toMatchObject({ errorCode: 0, name: 'new' });
    expect(created.topics[0]?.partitions).toHaveLength(3);
  });

  it('creates nothing when the broker forbids it, and never a topic of an invalid name', async () => {
    const forbidding = await startTestServices('auto.create.topics.enable=false');
    const missing = await askMetadata(forbidding.services, 9, { topics: [{ name: 'new' }] });
    expect(missing.topics[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    const { services } = await startTestServices();
    for (const name of ['', '.', '..', 'a/b', 'a\u0000b', 'x'.repeat(250)]) {
      const answer = await askMetadata(services, 9, { topics: [{ name }] });
      expect(answer.topics[0]?.errorCode, name).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }
    expect(services.image().topicsByName.size).toBe(0);
  });

  it('finds topics by id from version 12 on', async () => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    const topicId = services.image().topicsByName.get('a')?.topicId ?? '';
    const found = await askMetadata(services, 12, { topics: [{ topicId, name: null }] });
    expect(found.topics[0]).toMatchObject({ name: 'a', errorCode: 0 });
    const unknown = await askMetadata(services, 12, {
      topics: [{ topicId: 'BAAAAAAAAAAAAAAAAAAAAA', name: null }],
    });
    expect(unknown.topics[0]).toMatchObject({ name: null, errorCode: ErrorCode.UNKNOWN_TOPIC_ID });
    for (const version of [10, 11]) {
      const early = await askMetadata(services, version, { topics: [{ topicId, name: 'a' }] });
      expect(early).toMatchObject({ brokers: [], topics: [{ errorCode: ErrorCode.INVALID_REQUEST }] });
    }
  });
});

describe('DescribeCluster', () => {
  it('lists brokers, and refuses to list controllers on this listener', async () => {
    const { services } = await startTestServices();
    const answer = await askCluster(services, 1, { includeClusterAuthorizedOperations: true });
    expect(answer).toMatchObject({ errorCode: 0, controllerId: 0, clusterAuthorizedOperations: 8_096 });
    expect(answer.brokers).toHaveLength(1);
    const controllers = await askCluster(services, 1, { endpointType: 2 });
    expect(controllers.errorCode).toBe(ErrorCode.MISMATCHED_ENDPOINT_TYPE);
  });
});

describe('configs', () => {
  it('are described with source, synonyms and type', async () => {
    const { services } = await startTestServices('log.retention.hours=2');
    await services.topicCreation.autoCreate(['a']);
    const answer = await askConfigs(services, 4, {
      resources: [{ resourceType: 2, resourceName: 'a', configurationKeys: ['retention.ms'] }],
      includeSynonyms: true,
    });
    expect(answer.results[0]?.configs).toEqual([
      {
        name: 'retention.ms',
        value: '7200000',
        readOnly: false,
        isDefault: false,
        configSource: 4,
        isSensitive: false,
        configType: 5,
        documentation: null,
        synonyms: [
          { name: 'log.retention.hours', value: '2', source: 4 },
          { name: 'log.retention.hours', value: '168', source: 5 },
        ],
      },
    ]);
    const old = await askConfigs(services, 0, {
      resources: [{ resourceType: 2, resourceName: 'a', configurationKeys: null }],
    });
    expect(old.results[0]?.configs.find(({ name }) => name === 'segment.bytes')?.isDefault).toBe(true);
    expect(old.results[0]?.configs.length).toBeGreaterThan(15);
  });

  it.each([
    [2, 'absent', ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    [2, '..', ErrorCode.INVALID_TOPIC_EXCEPTION],
    [4, '7', ErrorCode.INVALID_REQUEST],
    [8, '0', ErrorCode.INVALID_REQUEST],
    [32, '', ErrorCode.INVALID_REQUEST],
    [32, 'nobody has joined', ErrorCode.NONE],
    [4, '0', ErrorCode.NONE],
    [4, '', ErrorCode.NONE],
  ])('of resource type %d named %j answer %d', async (resourceType, resourceName, errorCode) => {
    const { services } = await startTestServices();
    const answer = await askConfigs(services, 3, {
      resources: [{ resourceType, resourceName, configurationKeys: null }],
    });
    expect(answer.results[0]?.errorCode).toBe(errorCode);
  });

  it('change by the incremental and by the replacing request', async () => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    const set = (name: string, value: string | null, configOperation = 0) => ({
      resources: [{ resourceType: 2, resourceName: 'a', configs: [{ name, value, configOperation }] }],
    });
    expect((await askIncremental(services, 1, set('retention.ms', '5'))).responses[0]?.errorCode).toBe(0);
    expect(
      (await askIncremental(services, 0, set('cleanup.policy', 'compact', 2))).responses[0]?.errorCode,
    ).toBe(0);
    expect(Object.fromEntries(services.image().configs.get('2:a') ?? [])).toEqual({
      'retention.ms': '5',
      'cleanup.policy': 'delete,compact',
    });
    const bad = await askIncremental(services, 1, set('retention.ms', 'soon'));
    expect(bad.responses[0]).toMatchObject({ errorCode: ErrorCode.INVALID_CONFIG });
    expect(bad.responses[0]?.errorMessage).toContain('must be a whole number of at least -1');
    const replaced = await askAlter(services, 2, {
      resources: [
        { resourceType: 2, resourceName: 'a', configs: [{ name: 'segment.bytes', value: '2048' }] },
      ],
    });
    expect(replaced.responses[0]?.errorCode).toBe(0);
    expect(Object.fromEntries(services.image().configs.get('2:a') ?? [])).toEqual({
      'segment.bytes': '2048',
    });
  });
});

describe('settings of a group', () => {
  const set = (name: string, value: string) => ({
    resources: [{ resourceType: 32, resourceName: 'g', configs: [{ name, value, configOperation: 0 }] }],
  });
  const session = 'consumer.session.timeout.ms';

  it('are set, told and taken away by either request', async () => {
    const { services } = await startTestServices();
    const own = () => Object.fromEntries(services.image().configs.get('32:g') ?? []);
    const [refused] = (await askIncremental(services, 1, set(session, '1000'))).responses;
    expect(refused).toMatchObject({
      errorCode: ErrorCode.INVALID_CONFIG,
      errorMessage: `${session} must be greater than or equal to group.consumer.min.session.timeout.ms`,
    });
    expect(own()).toEqual({});
    expect((await askIncremental(services, 1, set(session, '50000'))).responses[0]?.errorCode).toBe(0);
    const { results } = await askConfigs(services, 4, {
      resources: [{ resourceType: 32, resourceName: 'g', configurationKeys: [session] }],
      includeSynonyms: true,
    });
    expect(results[0]?.configs).toMatchObject([
      {
        ...{ name: session, value: '50000', configSource: 8, configType: 3, isDefault: false },
        ...{ readOnly: false, isSensitive: false },
        synonyms: [
          { name: session, value: '50000', source: 8 },
          { name: `group.${session}`, value: '45000', source: 5 },
        ],
      },
    ]);
    const interval = { name: 'consumer.heartbeat.interval.ms', value: '6000' };
    const replacing = (configs: object[]) => ({
      resources: [{ resourceType: 32, resourceName: 'g', configs }] as never,
    });
    expect((await askAlter(services, 2, replacing([interval]))).responses[0]?.errorCode).toBe(0);
    expect(own()).toEqual({ [interval.name]: interval.value });
    await askAlter(services, 2, replacing([]));
    expect(services.image().configs.has('32:g')).toBe(false);
  });

  it('are listed by the groups that have any, beside topics and brokers', async () => {
    const { services } = await startTestServices();
    await services.topicCreation.autoCreate(['a']);
    await askIncremental(services, 1, set(session, '50000'));
    // Settings of anything else make no group of it.
    const configs = [{ name: 'segment.bytes', value: '2048' }];
    await askAlter(services, 2, { resources: [{ resourceType: 2, resourceName: 'a', configs }] });
    const listed = async (version: number, ...resourceTypes: number[]) => {
      const { errorCode, configResources } = await askResources(services, version, { resourceTypes });
      return errorCode === 0
        ? configResources.map(({ resourceType, resourceName }) => [resourceType, resourceName])
        : errorCode;
    };
    expect(await listed(1, 32)).toEqual([[32, 'g']]);
    expect(await listed(1, 2, 4)).toEqual([
      [4, '0'],
      [2, 'a'],
    ]);
    expect(await listed(1, 8, 16)).toEqual([]);
    expect(await listed(1)).toEqual([
      [32, 'g'],
      [4, '0'],
      [2, 'a'],
    ]);
    expect(await listed(1, 32, 3)).toBe(ErrorCode.UNSUPPORTED_VERSION);
    // It knows of client metrics only.
    expect(await listed(0)).toEqual([]);
  });
});

describe('InitProducerId', () => {
  it('gives a fresh id each time, also where a transaction would want the old one', async () => {
    const { services } = await startTestServices();
    const first = await askProducerId(services, 0, { transactionalId: null });
    const second = await askProducerId(services, 4, {
      transactionalId: null,
      producerId: first.producerId,
      producerEpoch: 0,
    });
    const half = await askProducerId(services, 3, { transactionalId: null, producerId: 5n });
    expect(half).toMatchObject({ errorCode: ErrorCode.INVALID_REQUEST, producerId: -1n, producerEpoch: -1 });
    expect(first).toMatchObject({ errorCode: 0, producerEpoch: 0 });
    expect(second).toMatchObject({ errorCode: 0, producerEpoch: 0 });
    expect(second.producerId).not.toBe(first.producerId);
  });
});
