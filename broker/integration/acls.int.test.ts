/**
 * An authorizer as clients meet it: what each of them may, by ACLs that hold from the next request on, on connections that are
 * open already; and that who may do nothing finds no way in, whatever the API and version.
 */
import { type KafkaConfig, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiCall } from '../../kafka-client/api-call.ts';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../../protocol/messages/02-list-offsets.ts';
import { metadataRequest, metadataResponse } from '../../protocol/messages/03-metadata.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import { describeGroupsRequest, describeGroupsResponse } from '../../protocol/messages/15-describe-groups.ts';
import { listGroupsRequest, listGroupsResponse } from '../../protocol/messages/16-list-groups.ts';
import { createTopicsRequest, createTopicsResponse } from '../../protocol/messages/19-create-topics.ts';
import {
  initProducerIdRequest,
  initProducerIdResponse,
} from '../../protocol/messages/22-init-producer-id.ts';
import {
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../protocol/messages/24-add-partitions-to-txn.ts';
import {
  addOffsetsToTxnRequest,
  addOffsetsToTxnResponse,
} from '../../protocol/messages/25-add-offsets-to-txn.ts';
import { endTxnRequest, endTxnResponse } from '../../protocol/messages/26-end-txn.ts';
import {
  txnOffsetCommitRequest,
  txnOffsetCommitResponse,
} from '../../protocol/messages/28-txn-offset-commit.ts';
import { describeAclsRequest, describeAclsResponse } from '../../protocol/messages/29-describe-acls.ts';
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
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from '../../protocol/messages/74-list-config-resources.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { batchOf } from '../log/log-test-kit.ts';
import { ACL_SETTINGS, PASSWORD, type User, UserConnection } from './acl-kit.ts';
import { consume, startTestBroker, type TestBroker } from './broker-harness.ts';
import { sampleRequests, sampleBody } from './sample-requests.ts';

const TOPIC_REFUSED = ErrorCode.TOPIC_AUTHORIZATION_FAILED;
const CLUSTER = { type: 'CLUSTER', on: 'kafka-cluster' } as const;

const api = {
  produce: apiCall(produceRequest, produceResponse, { maxVersion: 11 }),
  fetch: apiCall(fetchRequest, fetchResponse, { maxVersion: 12 }),
  listOffsets: apiCall(listOffsetsRequest, listOffsetsResponse),
  metadata: apiCall(metadataRequest, metadataResponse),
  addPartitions: apiCall(addPartitionsToTxnRequest, addPartitionsToTxnResponse),
  addOffsets: apiCall(addOffsetsToTxnRequest, addOffsetsToTxnResponse),
  endTxn: apiCall(endTxnRequest, endTxnResponse),
  txnOffsetCommit: apiCall(txnOffsetCommitRequest, txnOffsetCommitResponse),
  offsetCommit: apiCall(offsetCommitRequest, offsetCommitResponse),
  offsetCommitByName: apiCall(offsetCommitRequest, offsetCommitResponse, { maxVersion: 9 }),
  findCoordinator: apiCall(findCoordinatorRequest, findCoordinatorResponse, { maxVersion: 3 }),
  offsetFetch: apiCall(offsetFetchRequest, offsetFetchResponse),
  offsetFetchByName: apiCall(offsetFetchRequest, offsetFetchResponse, { maxVersion: 9 }),
  describeGroups: apiCall(describeGroupsRequest, describeGroupsResponse),
  listGroups: apiCall(listGroupsRequest, listGroupsResponse),
  createTopics: apiCall(createTopicsRequest, createTopicsResponse),
  initProducerId: apiCall(initProducerIdRequest, initProducerIdResponse),
  describeAcls: apiCall(describeAclsRequest, describeAclsResponse),
  describeConfigs: apiCall(describeConfigsRequest, describeConfigsResponse),
  alterConfigs: apiCall(alterConfigsRequest, alterConfigsResponse),
  incrementalAlterConfigs: apiCall(incrementalAlterConfigsRequest, incrementalAlterConfigsResponse),
  listConfigResources: apiCall(listConfigResourcesRequest, listConfigResourcesResponse),
};

let broker: TestBroker;
let root: UserConnection;
let alice: UserConnection;

async function connect(): Promise<void> {
  root = await UserConnection.open(broker.port, 'root');
  alice = await UserConnection.open(broker.port, 'alice');
}

beforeAll(async () => {
  broker = await startTestBroker([
    ...ACL_SETTINGS,
    'listener.security.protocol.map=PLAINTEXT:SASL_PLAINTEXT',
    'super.users=User:root',
  ]);
  await connect();
  const topics = ['orders', 'orders-eu', 'secret'].map((name) => ({
    ...{ name, numPartitions: 1, replicationFactor: 1 },
  }));
  await root.call(api.createTopics, { topics, timeoutMs: 10_000 });
});
afterEach(() => root.revokeAll());
afterAll(async () => {
  root.close();
  alice.close();
  await broker.remove();
});

const kafkaOf = (username: User, more: Partial<KafkaConfig> = {}) =>
  broker.kafka({
    ...{ sasl: { mechanism: 'plain', username, password: PASSWORD }, logLevel: logLevel.NOTHING },
    ...{ retry: { retries: 0 }, ...more },
  });

async function coordinatorOf(keyType: number, key: string): Promise<number> {
  return (await alice.call(api.findCoordinator, { key, keyType })).errorCode;
}

/** As root asks, which makes the topic that keeps offsets. */
async function coordinatorOfGroups(): Promise<number> {
  return (await root.call(api.findCoordinator, { key: 'readers', keyType: 0 })).errorCode;
}

/** By topic, the error of its only partition. */
async function produced(...topics: string[]): Promise<Record<string, number>> {
  const topicData = topics.map((name) => ({ name, partitionData: [{ index: 0, records: batchOf(1) }] }));
  const { responses } = await alice.call(api.produce, { acks: -1, timeoutMs: 10_000, topicData });
  return Object.fromEntries(
    responses.map(({ name, partitionResponses }) => [name, partitionResponses[0]?.errorCode ?? -1]),
  );
}

async function fetched(more: object, ...topics: string[]): Promise<{ session: number; errors: number[] }> {
  const { sessionId, responses } = await alice.call(api.fetch, {
    ...{ maxWaitMs: 0, maxBytes: 1_000_000, ...more },
    topics: topics.map((topic) => ({ topic, partitions: [{ partition: 0, partitionMaxBytes: 1_000_000 }] })),
  });
  const errors = responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode));
  return { session: sessionId, errors };
}

describe('topics', () => {
  it('are written by whom an ACL allows it, from the next request on and as long as it stands', async () => {
    expect(await produced('orders')).toEqual({ orders: TOPIC_REFUSED });
    const refused = 'Refused Produce of User:alice from 127.0.0.1: no ACL allows WRITE on TOPIC orders.';
    expect(broker.lines.filter((line) => line.startsWith(refused))).toHaveLength(1);
    await root.grant({ allow: 'WRITE', on: 'orders' });
    expect(await produced('orders')).toEqual({ orders: 0 });
    // One of two, and what is not there is not told from what is hidden.
    expect(await produced('orders', 'secret', 'no-such')).toEqual({
      ...{ orders: 0, secret: TOPIC_REFUSED, 'no-such': TOPIC_REFUSED },
    });
    expect(await root.revokeAll()).toBe(1);
    expect(await produced('orders')).toEqual({ orders: TOPIC_REFUSED });
  });

  it('are covered by a prefix, and a denial wins over it', async () => {
    await root.grant({ allow: 'WRITE', on: 'orders', prefix: true });
    expect(await produced('orders', 'orders-eu', 'secret')).toEqual({
      ...{ orders: 0, 'orders-eu': 0, secret: TOPIC_REFUSED },
    });
    await root.grant({ deny: 'WRITE', on: 'orders-eu', user: '*' });
    expect(await produced('orders', 'orders-eu')).toEqual({ orders: 0, 'orders-eu': TOPIC_REFUSED });
  });

  it('are read by whom an ACL allows it, within a session too', async () => {
    await root.grant({ allow: 'READ', on: 'orders' }, { allow: 'WRITE', on: 'orders' });
    const first = await fetched({ sessionId: 0, sessionEpoch: 0 }, 'orders', 'secret');
    expect(first.errors).toEqual([0, TOPIC_REFUSED]);
    await root.grant({ allow: 'READ', on: 'secret' });
    const second = await fetched({ sessionId: first.session, sessionEpoch: 1 });
    expect(second.errors).toEqual([0, 0]);
    await root.grant({ deny: 'READ', on: 'orders' });
    // Allowed to write it still: what is written there must not be read.
    expect(await produced('orders')).toEqual({ orders: 0 });
    const third = await fetched({ sessionId: first.session, sessionEpoch: 2 });
    expect(third.errors).toEqual([TOPIC_REFUSED]);
  });

  it('are not read by who says that it is a broker', async () => {
    await root.grant({ allow: 'READ', on: 'orders' });
    expect((await fetched({ replicaId: 1, sessionEpoch: -1 }, 'orders')).errors).toEqual([TOPIC_REFUSED]);
    await root.grant({ ...CLUSTER, allow: 'CLUSTER_ACTION' });
    // Now it is believed to be one, and told that it has no replica.
    expect((await fetched({ replicaId: 1, sessionEpoch: -1 }, 'orders')).errors).not.toEqual([TOPIC_REFUSED]);
  });

  it('are told and counted by whom an ACL lets describe them', async () => {
    const listed = async (body: object = { topics: null }) => {
      const { topics } = await alice.call(api.metadata, body);
      return topics.map(({ name, errorCode }) => [name, errorCode]);
    };
    expect(await listed()).toEqual([]);
    await root.grant({ allow: 'READ', on: 'orders' });
    expect(await listed()).toEqual([['orders', 0]]);
    const named = { topics: [{ name: 'orders' }, { name: 'secret' }, { name: 'no-such' }] };
    expect(await listed(named)).toEqual([
      ['orders', 0],
      ['secret', TOPIC_REFUSED],
      ['no-such', TOPIC_REFUSED],
    ]);
    // In version 0 no name at all means all of them.
    const old = await alice.callVersion(api.metadata, 0, { topics: [{ name: 'secret' }] });
    expect(old.topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([['secret', TOPIC_REFUSED]]);
    const { topics } = await alice.call(api.listOffsets, {
      topics: ['orders', 'secret'].map((name) => ({
        ...{ name, partitions: [{ partitionIndex: 0, timestamp: -1n }] },
      })),
    });
    expect(topics.map(({ partitions: [one] }) => one?.errorCode)).toEqual([0, TOPIC_REFUSED]);
  });

  it('are told with what the asker may do', async () => {
    await root.grant({ allow: 'WRITE', on: 'orders' }, { allow: 'ALTER_CONFIGS', on: 'orders' });
    const body = { topics: [{ name: 'orders' }], includeTopicAuthorizedOperations: true };
    const { topics } = await alice.call(api.metadata, body);
    const [write, describe_, describeConfigs, alterConfigs] = [4, 8, 10, 11].map((code) => 1 << code);
    expect(topics[0]?.topicAuthorizedOperations).toBe(
      (write ?? 0) | (describe_ ?? 0) | (describeConfigs ?? 0) | (alterConfigs ?? 0),
    );
    const all = await root.call(api.metadata, body);
    expect(all.topics[0]?.topicAuthorizedOperations).toBe(3_576);
  });

  it('are created, on first use too, by whom an ACL lets create them', async () => {
    const topics = ['made-1', 'made-2'].map((name) => ({ name, numPartitions: 1, replicationFactor: 1 }));
    const create = async () => {
      const made = await alice.call(api.createTopics, { topics, timeoutMs: 10_000 });
      return Object.fromEntries(made.topics.map((topic) => [topic.name, topic]));
    };
    await root.grant({ allow: 'CREATE', on: 'made-1' }, { allow: 'DESCRIBE', on: 'made', prefix: true });
    // Its configuration is told to those who may describe that.
    expect(await create()).toMatchObject({
      'made-1': { errorCode: 0, topicConfigErrorCode: TOPIC_REFUSED, numPartitions: -1, configs: [] },
      'made-2': { errorCode: TOPIC_REFUSED },
    });
    const { topics: used } = await alice.call(api.metadata, {
      topics: [{ name: 'made-3' }],
      allowAutoTopicCreation: true,
    });
    expect(used.map(({ errorCode }) => errorCode)).toEqual([TOPIC_REFUSED]);
    await root.grant({ ...CLUSTER, allow: 'CREATE' });
    expect(await create()).toMatchObject({ 'made-1': { errorCode: 36 }, 'made-2': { errorCode: 0 } });
    const { topics: names } = await root.call(api.metadata, { topics: null });
    expect(names.map(({ name }) => name)).not.toContain('made-3');
  });

  it('and the broker are configured by whom an ACL lets do that', async () => {
    await root.grant({ allow: 'DESCRIBE_CONFIGS', on: 'orders' });
    const { results } = await alice.call(api.describeConfigs, {
      resources: [
        { resourceType: 2, resourceName: 'orders', configurationKeys: ['retention.ms'] },
        { resourceType: 2, resourceName: 'secret', configurationKeys: null },
        { resourceType: 4, resourceName: '0', configurationKeys: null },
      ],
    });
    const told = results.map(({ errorCode, configs }) => [errorCode, configs.length]);
    expect(told).toEqual([
      [0, 1],
      [TOPIC_REFUSED, 0],
      [ErrorCode.CLUSTER_AUTHORIZATION_FAILED, 0],
    ]);
  });
});

describe('producers', () => {
  it('get an id when there is a topic that they may write to', async () => {
    const idOf = async (transactionalId: string | null) => {
      const body = { transactionalId, transactionTimeoutMs: 60_000, producerId: -1n, producerEpoch: -1 };
      return (await alice.call(api.initProducerId, body)).errorCode;
    };
    expect(await idOf(null)).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    await root.grant({ allow: 'WRITE', on: 'anything' });
    expect(await idOf(null)).toBe(0);
    await root.grant({ deny: 'WRITE', on: '*' });
    expect(await idOf(null)).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    await root.grant({ ...CLUSTER, allow: 'IDEMPOTENT_WRITE' });
    expect(await idOf(null)).toBe(0);
    expect(await idOf('tx-1')).toBe(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  });

  it('run the transactions that they may, with topics and groups that they may', async () => {
    const transactionalId = 'tx-1';
    const { TRANSACTIONAL_ID_AUTHORIZATION_FAILED: ID_REFUSED, GROUP_AUTHORIZATION_FAILED: GROUP_REFUSED } =
      ErrorCode;
    const orders = { name: 'orders', partitions: [{ partitionIndex: 0, committedOffset: 1n }] };
    /** Each step of one, of which those that are refused change nothing for the next. */
    const run = async (...topics: string[]) => {
      const nobody = { producerId: -1n, producerEpoch: -1 };
      const given = await alice.call(api.initProducerId, {
        ...{ transactionalId, transactionTimeoutMs: 60_000, ...nobody },
      });
      const { producerId, producerEpoch } = given;
      const added = await alice.callVersion(api.addPartitions, 3, {
        v3AndBelowTransactionalId: transactionalId,
        ...{ v3AndBelowProducerId: producerId, v3AndBelowProducerEpoch: producerEpoch },
        v3AndBelowTopics: topics.map((name) => ({ name, partitions: [0] })),
      });
      const of = { transactionalId, producerId, producerEpoch, groupId: 'readers' };
      const { errorCode: withOffsets } = await alice.call(api.addOffsets, of);
      const offsets = await alice.callVersion(api.txnOffsetCommit, 4, { ...of, topics: [orders] });
      const end = await alice.callVersion(api.endTxn, 3, { ...of, committed: true });
      return {
        id: given.errorCode,
        partitions: added.resultsByTopicV3AndBelow.map(
          ({ resultsByPartition: [one] }) => one?.partitionErrorCode,
        ),
        ...{ withOffsets, offsets: offsets.topics[0]?.partitions[0]?.errorCode, end: end.errorCode },
      };
    };
    expect(await coordinatorOf(1, transactionalId)).toBe(ID_REFUSED);
    expect(await run('orders', 'secret')).toEqual({
      ...{ id: ID_REFUSED, partitions: [ID_REFUSED, ID_REFUSED], withOffsets: ID_REFUSED },
      ...{ offsets: ID_REFUSED, end: ID_REFUSED },
    });
    await root.grant({ type: 'TRANSACTIONAL_ID', allow: 'WRITE', on: 'tx-', prefix: true });
    // Told to wait while the brokers make the topic that keeps transactions.
    await expect.poll(() => coordinatorOf(1, transactionalId), { timeout: 60_000 }).toBe(0);
    await expect.poll(() => coordinatorOfGroups(), { timeout: 60_000 }).toBe(0);
    expect(await run('orders', 'secret')).toMatchObject({
      ...{ id: 0, partitions: [TOPIC_REFUSED, TOPIC_REFUSED] },
      ...{ withOffsets: GROUP_REFUSED, offsets: GROUP_REFUSED },
    });
    await root.grant({ allow: 'WRITE', on: 'orders' }, { type: 'GROUP', allow: 'READ', on: 'readers' });
    expect(await run('orders', 'secret')).toMatchObject({
      ...{ id: 0, partitions: [ErrorCode.OPERATION_NOT_ATTEMPTED, TOPIC_REFUSED] },
      ...{ withOffsets: 0, offsets: TOPIC_REFUSED, end: 0 },
    });
    await root.grant({ allow: 'READ', on: 'orders' });
    expect(await run('orders')).toEqual({ id: 0, partitions: [0], withOffsets: 0, offsets: 0, end: 0 });
  });

  it('write in a transaction by a client that knows nothing of this', async () => {
    await root.grant(
      { type: 'TRANSACTIONAL_ID', allow: 'WRITE', on: 'tx-2' },
      { allow: 'WRITE', on: 'orders' },
    );
    const producer = kafkaOf('alice', { retry: { retries: 5 } }).producer({
      ...{ transactionalId: 'tx-2', maxInFlightRequests: 1 },
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'in a transaction' }] });
    await transaction.commit();
    await producer.disconnect();
  });
});

describe('groups', () => {
  it('are joined and told by whom an ACL allows it', async () => {
    await root.grant({ allow: 'READ', on: 'orders' });
    const reading = consume(kafkaOf('alice'), 'orders', 1, 'readers-1');
    await expect(reading).rejects.toMatchObject({ name: 'KafkaJSGroupCoordinatorNotFound' });
    expect(await coordinatorOf(0, 'readers-1')).toBe(ErrorCode.GROUP_AUTHORIZATION_FAILED);
    await root.grant({ type: 'GROUP', allow: 'READ', on: 'readers-', prefix: true });
    await root.grant({ allow: 'WRITE', on: 'orders' });
    await produced('orders');
    const records = await consume(kafkaOf('alice', { retry: { retries: 5 } }), 'orders', 1, 'readers-1');
    expect(records).toHaveLength(1);
    const seen = await alice.call(api.listGroups, {});
    expect(seen.groups.map(({ groupId }) => groupId)).toEqual(['readers-1']);
    await root.revokeAll();
    expect((await alice.call(api.listGroups, {})).groups).toEqual([]);
    const groups = await alice.call(api.describeGroups, { groups: ['readers-1'] });
    expect(groups.groups).toMatchObject([
      { groupId: 'readers-1', errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED, members: [], groupState: '' },
    ]);
    await root.grant({ ...CLUSTER, allow: 'DESCRIBE' });
    expect((await alice.call(api.listGroups, {})).groups.length).toBeGreaterThan(0);
  });

  it('tell offsets of the topics that may be described', async () => {
    const topics = ['orders', 'secret'].map((name) => ({
      ...{ name, partitions: [{ partitionIndex: 0, committedOffset: 1n }] },
    }));
    await root.call(api.offsetCommitByName, { groupId: 'offsets', generationIdOrMemberEpoch: -1, topics });
    const offsets = async (asked: { name: string; partitionIndexes: number[] }[] | null) => {
      const { groups } = await alice.call(api.offsetFetchByName, {
        groups: [{ groupId: 'offsets', topics: asked }],
      });
      return groups.map(({ errorCode, topics: told }) => [
        errorCode,
        ...told.map(({ name, partitions: [one] }) => [name, one?.errorCode, Number(one?.committedOffset)]),
      ]);
    };
    expect(await offsets(null)).toEqual([[ErrorCode.GROUP_AUTHORIZATION_FAILED]]);
    await root.grant(
      { type: 'GROUP', allow: 'DESCRIBE', on: 'offsets' },
      { allow: 'DESCRIBE', on: 'orders' },
    );
    expect(await offsets(null)).toEqual([[0, ['orders', 0, 1]]]);
    const named = ['secret', 'orders'].map((name) => ({ name, partitionIndexes: [0] }));
    expect(await offsets(named)).toEqual([[0, ['orders', 0, 1], ['secret', TOPIC_REFUSED, -1]]]);
  });

  it('tell and take offsets by the ids of topics so, too', async () => {
    const known = await root.call(api.metadata, {
      topics: ['orders', 'secret'].map((name) => ({ name })),
    });
    const [orders = '', secret = ''] = known.topics.map(({ topicId }) => topicId);
    const nobodys = 'VVVVVVVVVVVVVVVVVVVVVQ';
    const errors = (topics: readonly { topicId: string; partitions: { errorCode: number }[] }[]) =>
      new Map(topics.map(({ topicId, partitions: [one] }) => [topicId, one?.errorCode]));
    const commit = async () => {
      const partitions = [{ partitionIndex: 0, committedOffset: 2n }];
      const topics = [orders, secret, nobodys].map((topicId) => ({ topicId, partitions }));
      const body = { groupId: 'by-id', generationIdOrMemberEpoch: -1, topics };
      return errors((await alice.call(api.offsetCommit, body)).topics);
    };
    const refused = ErrorCode.GROUP_AUTHORIZATION_FAILED;
    expect(await commit()).toEqual(new Map([orders, secret, nobodys].map((id) => [id, refused])));
    await root.grant({ type: 'GROUP', allow: 'READ', on: 'by-id' }, { allow: 'READ', on: 'orders' });
    const told = new Map([
      [orders, 0],
      [secret, TOPIC_REFUSED],
      [nobodys, ErrorCode.UNKNOWN_TOPIC_ID],
    ]);
    expect(await commit()).toEqual(told);
    // What alice may not describe has an offset, too: it is left out, and not merely missing.
    const hidden = [{ topicId: secret, partitions: [{ partitionIndex: 0, committedOffset: 2n }] }];
    const body = { groupId: 'by-id', generationIdOrMemberEpoch: -1, topics: hidden };
    expect(errors((await root.call(api.offsetCommit, body)).topics)).toEqual(new Map([[secret, 0]]));
    const fetch = async (topics: { topicId: string; partitionIndexes: number[] }[] | null) => {
      const { groups } = await alice.call(api.offsetFetch, { groups: [{ groupId: 'by-id', topics }] });
      return errors(groups[0]?.topics ?? []);
    };
    const asked = [...told.keys()].map((topicId) => ({ topicId, partitionIndexes: [0] }));
    expect(await fetch(asked)).toEqual(told);
    expect(await fetch(null)).toEqual(new Map([[orders, 0]]));
  });
});

describe('settings of groups', () => {
  const GROUP_REFUSED = ErrorCode.GROUP_AUTHORIZATION_FAILED;
  const resource = { resourceType: 32, resourceName: 'set-by-alice' };
  const entry = { name: 'consumer.heartbeat.interval.ms', value: '6000', configOperation: 0 };
  const set = async (call: typeof api.alterConfigs | typeof api.incrementalAlterConfigs, user = alice) =>
    (await user.call(call, { resources: [{ ...resource, configs: [entry] }] })).responses[0]?.errorCode;
  const told = async (): Promise<unknown> => {
    const { results } = await alice.call(api.describeConfigs, {
      resources: [{ ...resource, configurationKeys: [entry.name] }],
    });
    return results.map(({ errorCode, configs }) => [errorCode, configs[0]?.value]);
  };

  it('are set and told by whom an ACL on the group allows it', async () => {
    for (const call of [api.alterConfigs, api.incrementalAlterConfigs]) {
      expect(await set(call)).toBe(GROUP_REFUSED);
      // What may be done with the cluster, or with another group, is no right on this one.
      await root.grant(
        { ...CLUSTER, allow: 'ALTER_CONFIGS' },
        { type: 'GROUP', allow: 'ALTER_CONFIGS', on: 'set-by' },
        { type: 'GROUP', allow: 'DESCRIBE_CONFIGS', on: 'set-by-alice' },
      );
      expect(await set(call)).toBe(GROUP_REFUSED);
      await root.grant({ type: 'GROUP', allow: 'ALTER_CONFIGS', on: 'set-by', prefix: true });
      expect(await set(call)).toBe(0);
      await root.revokeAll();
    }
    expect(await told()).toEqual([[GROUP_REFUSED, undefined]]);
    await root.grant({ type: 'GROUP', allow: 'READ', on: 'set-by-alice' });
    expect(await told()).toEqual([[GROUP_REFUSED, undefined]]);
    await root.grant({ type: 'GROUP', allow: 'DESCRIBE_CONFIGS', on: 'set-by-alice' });
    expect(await told()).toEqual([[0, '6000']]);
  });

  it('are listed by whom an ACL lets see how the cluster is configured', async () => {
    await set(api.alterConfigs, root);
    const listed = async () => {
      const { errorCode, configResources } = await alice.call(api.listConfigResources, {
        resourceTypes: [32],
      });
      return [errorCode, ...configResources.map(({ resourceName }) => resourceName)];
    };
    await root.grant({ type: 'GROUP', allow: 'DESCRIBE_CONFIGS', on: 'set-by-alice' });
    expect(await listed()).toEqual([ErrorCode.CLUSTER_AUTHORIZATION_FAILED]);
    await root.grant({ ...CLUSTER, allow: 'DESCRIBE_CONFIGS' });
    expect(await listed()).toEqual([0, 'set-by-alice']);
  });

  it('count among what may be done with a group', async () => {
    const allowed = async (user: UserConnection): Promise<unknown> => {
      const body = { groups: ['set-by-alice'], includeAuthorizedOperations: true };
      return (await user.call(api.describeGroups, body)).groups[0]?.authorizedOperations;
    };
    await root.grant({ type: 'GROUP', allow: 'ALTER_CONFIGS', on: 'set-by-alice' });
    await root.grant({ type: 'GROUP', allow: 'DESCRIBE', on: 'set-by-alice' });
    const [read, remove, describe_, describeConfigs, alterConfigs] = [3, 6, 8, 10, 11].map(
      (code) => 2 ** code,
    );
    expect(await allowed(alice)).toBe((describe_ ?? 0) + (describeConfigs ?? 0) + (alterConfigs ?? 0));
    expect(await allowed(root)).toBe(
      [read, remove, describe_, describeConfigs, alterConfigs].reduce((sum = 0, bit = 0) => sum + bit),
    );
  });
});

describe('ACLs', () => {
  const any = { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 };

  it('are told and changed by whom an ACL allows it', async () => {
    expect((await alice.call(api.describeAcls, any)).errorCode).toBe(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
    await expect(alice.grant({ allow: 'ALL', on: '*' })).rejects.toThrow('31');
    expect(await alice.revokeAll()).toBe(0);
    // To look at them is not to change them.
    await root.grant({ ...CLUSTER, allow: 'DESCRIBE' });
    expect((await alice.call(api.describeAcls, any)).errorCode).toBe(0);
    await expect(alice.grant({ allow: 'ALL', on: '*' })).rejects.toThrow('31');
    await root.grant({ ...CLUSTER, allow: 'ALTER' });
    await alice.grant({ allow: 'READ', on: 'orders', user: 'bob' });
    const { resources } = await alice.call(api.describeAcls, { ...any, resourceTypeFilter: 2 });
    expect(resources).toMatchObject([
      { resourceName: 'orders', patternType: 3, acls: [{ principal: 'User:bob', host: '*' }] },
    ]);
    // Version 0 knows no prefixes.
    await root.grant({ allow: 'READ', on: 'ord', prefix: true });
    const old = await alice.callVersion(api.describeAcls, 0, { ...any, resourceTypeFilter: 2 });
    expect(old.resources.map(({ resourceName }) => resourceName)).toEqual(['orders']);
  });

  it('outlive the broker', async () => {
    await root.grant({ allow: 'WRITE', on: 'orders' });
    root.close();
    alice.close();
    await broker.restart();
    await connect();
    expect(await produced('orders', 'secret')).toEqual({ orders: 0, secret: TOPIC_REFUSED });
  });
});

describe('who may do nothing', () => {
  it('changes nothing, by no API in no version, and is answered', async () => {
    const before = await root.call(api.metadata, { topics: null });
    for (const { handler, version } of sampleRequests()) {
      // One of these asks to prove again who it is.
      if (handler.request.apiKey === 17 || handler.request.apiKey === 36) continue;
      const asked = apiCall(handler.request, handler.response);
      await alice.callVersion(asked, version, sampleBody(handler.request));
    }
    const after = await root.call(api.metadata, { topics: null });
    expect(after.topics.map(({ name }) => name)).toEqual(before.topics.map(({ name }) => name));
    expect((await root.call(api.listGroups, {})).groups.map(({ groupId }) => groupId)).not.toContain(
      'sample',
    );
    expect(
      (
        await root.call(api.describeAcls, {
          resourceTypeFilter: 1,
          patternTypeFilter: 1,
          operation: 1,
          permissionType: 1,
        })
      ).resources,
    ).toEqual([]);
    expect(broker.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });
});
