/**
 * Consumer groups of KIP-848 over real sockets: members that share a topic and commit while one leaves, kafkajs as a
 * classic member among them, and a broker that is killed and goes on where it was.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaCluster } from '../../kafka-client/cluster.ts';
import { describeConsumerGroups } from '../../kafka-client/admin/describe-consumer-groups.ts';
import { describeGroups } from '../../kafka-client/admin/describe-groups.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import {
  findCoordinatorRequest,
  findCoordinatorResponse,
} from '../../protocol/messages/10-find-coordinator.ts';
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from '../../protocol/messages/44-incremental-alter-configs.ts';
import {
  type ConsumerGroupHeartbeatResponse,
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
} from '../../protocol/messages/68-consumer-group-heartbeat.ts';
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from '../../protocol/messages/74-list-config-resources.ts';
import { type BrokerProcess, startBrokerProcess, temporaryDirectory } from './broker-process.ts';
import { RawClient } from './raw-client.ts';

const directory = temporaryDirectory();
const OVERRIDES = ['group.consumer.assignment.interval.ms=0', 'offsets.topic.num.partitions=3'];
let broker: BrokerProcess;

beforeAll(async () => {
  broker = await startBrokerProcess(directory.path, OVERRIDES);
  const admin = broker.kafka().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 't', numPartitions: 4 }], waitForLeaders: true });
  await admin.disconnect();
});
afterAll(async () => {
  await broker.end('SIGKILL');
  directory.remove();
});

class Member {
  epoch = 0;
  partitions: readonly number[] = [];
  #topics: { topicId: string; partitions: number[] }[] = [];

  client: RawClient;
  readonly groupId: string;
  readonly memberId: string;

  constructor(client: RawClient, groupId: string, memberId: string) {
    this.client = client;
    this.groupId = groupId;
    this.memberId = memberId;
  }

  /** Does what it was told, says so, and hears what comes next. */
  async beat(memberEpoch = this.epoch): Promise<ConsumerGroupHeartbeatResponse> {
    const joins = memberEpoch === 0;
    const answer = await this.client.request(
      consumerGroupHeartbeatRequest,
      consumerGroupHeartbeatResponse,
      1,
      {
        ...{ groupId: this.groupId, memberId: this.memberId, memberEpoch },
        ...(joins ? { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['t'] } : {}),
        topicPartitions: joins ? [] : this.#topics,
      },
    );
    if (answer.errorCode !== 0) return answer;
    this.epoch = answer.memberEpoch;
    if (answer.assignment !== null) this.#topics = answer.assignment.topicPartitions;
    this.partitions = this.#topics.flatMap(({ partitions }) => partitions).sort();
    return answer;
  }

  async commit(partitionIndex: number, offset: bigint): Promise<number | undefined> {
    const partition = {
      partitionIndex,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: '',
    };
    const { topics } = await this.client.request(offsetCommitRequest, offsetCommitResponse, 9, {
      ...{ groupId: this.groupId, memberId: this.memberId, generationIdOrMemberEpoch: this.epoch },
      topics: [{ name: 't', partitions: [partition] }],
    });
    return topics[0]?.partitions[0]?.errorCode;
  }

  async committed(): Promise<unknown> {
    const group = { groupId: this.groupId, memberId: this.memberId, memberEpoch: this.epoch, topics: null };
    const { groups } = await this.client.request(offsetFetchRequest, offsetFetchResponse, 9, {
      groups: [group],
    });
    const [found] = groups;
    if (found?.errorCode !== 0) return found?.errorCode;
    return found.topics.flatMap(({ partitions }) =>
      partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
    );
  }
}

/** Connected when the group's coordinator serves it: the first use makes __consumer_offsets. */
async function connect(groupId: string): Promise<RawClient> {
  const client = await RawClient.connect(broker.port);
  await expect
    .poll(
      async () => {
        const asked = { key: groupId, keyType: 0 };
        const found = await client.request(findCoordinatorRequest, findCoordinatorResponse, 1, asked);
        if (found.errorCode !== 0) return found.errorCode;
        // Of a group that is not there: once it is known not to be, the partition is loaded.
        return (await new Member(client, groupId, 'nobody').beat(7)).errorCode;
      },
      { timeout: 60_000 },
    )
    .not.toSatisfy((code: number) => code === 14 || code === 15 || code === 16);
  return client;
}

describe('members of a consumer group', () => {
  it('share a topic, and take over from one who leaves', async () => {
    const client = await connect('shared');
    const [a, b] = [new Member(client, 'shared', 'a'), new Member(client, 'shared', 'b')];
    expect(await a.beat()).toMatchObject({ errorCode: 0, memberEpoch: 1, heartbeatIntervalMs: 5_000 });
    expect(a.partitions).toEqual([0, 1, 2, 3]);
    expect(await a.commit(2, 5n)).toBe(0);
    await b.beat();
    await a.beat();
    await a.beat();
    await b.beat();
    expect([a.partitions, b.partitions, a.epoch, b.epoch]).toEqual([[0, 1], [2, 3], 2, 2]);
    expect(await b.committed()).toEqual([[2, 5n]]);
    expect(await b.commit(2, 6n)).toBe(0);
    a.epoch = 1;
    expect(await a.commit(2, 1n)).toBe(113);
    expect((await a.beat(-1)).errorCode).toBe(0);
    await b.beat();
    expect([b.partitions, b.epoch]).toEqual([[0, 1, 2, 3], 3]);
    expect(await b.committed()).toEqual([[2, 6n]]);
    client.close();
  });

  it('go on after the broker was killed, in the epoch in which they were', async () => {
    const client = await connect('killed');
    const [a, b] = [new Member(client, 'killed', 'a'), new Member(client, 'killed', 'b')];
    await a.beat();
    await b.beat();
    expect(await a.commit(3, 9n)).toBe(0);
    // It is told to let go of two, and the broker dies before it has.
    await a.beat();
    expect([a.epoch, a.partitions, b.epoch, b.partitions]).toEqual([1, [0, 1], 2, []]);
    client.close();
    await broker.end('SIGKILL');
    broker = await startBrokerProcess(directory.path, OVERRIDES);
    a.client = b.client = await connect('killed');
    await b.beat();
    expect(b.partitions).toEqual([]);
    await a.beat();
    await b.beat();
    expect([a.epoch, a.partitions, b.epoch, b.partitions]).toEqual([2, [0, 1], 2, [2, 3]]);
    expect(await b.committed()).toEqual([[3, 9n]]);
    a.client.close();
  });
});

/** A member that speaks the classic protocol: kafkajs, with the partitions that it was told to read. */
async function joinWithKafkajs(groupId: string) {
  const consumer = broker.kafka().consumer({ groupId, heartbeatInterval: 200, rebalanceTimeout: 20_000 });
  const seen = { partitions: [] as readonly number[], offsets: [] as string[] };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    seen.partitions = payload.memberAssignment.t ?? [];
  });
  await consumer.connect();
  await consumer.subscribe({ topic: 't', fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      seen.offsets.push(`${String(partition)}@${message.offset}`);
      return Promise.resolve();
    },
  });
  return { consumer, seen };
}

describe('members of both protocols', () => {
  it('share a group, which changes to what its members speak and back', async () => {
    const client = await connect('mixed');
    const { consumer, seen } = await joinWithKafkajs('mixed');
    await expect.poll(() => seen.partitions, { timeout: 60_000 }).toHaveLength(4);
    const a = new Member(client, 'mixed', 'a');
    expect(await a.beat()).toMatchObject({ errorCode: 0 });
    await expect
      .poll(
        async () => {
          await a.beat();
          return [a.partitions.length, seen.partitions.length];
        },
        { timeout: 60_000 },
      )
      .toEqual([2, 2]);
    expect([...a.partitions, ...seen.partitions].sort()).toEqual([0, 1, 2, 3]);
    const producer = broker.kafka().producer();
    await producer.connect();
    const messages = [0, 1, 2, 3].map((partition) => ({ partition, value: 'v' }));
    await producer.send({ topic: 't', messages });
    await producer.disconnect();
    const read = [...seen.partitions].sort().map((partition) => `${String(partition)}@0`);
    await expect.poll(() => [...seen.offsets].sort(), { timeout: 60_000 }).toEqual(read);
    for (const partition of a.partitions) expect(await a.commit(partition, 1n)).toBe(0);
    const cluster = new KafkaCluster({ bootstrap: [`127.0.0.1:${String(broker.port)}`], clientId: 'test' });
    const [described] = await describeConsumerGroups(cluster, 0, ['mixed']);
    expect(described).toMatchObject({ state: 'Stable', error: null });
    expect(described?.members).toHaveLength(2);
    // The last one of the consumer protocol goes, and the others go on as a classic group from what was committed.
    expect((await a.beat(-1)).errorCode).toBe(0);
    await expect.poll(() => seen.partitions, { timeout: 60_000 }).toHaveLength(4);
    const [classic] = await describeGroups(cluster, 0, ['mixed']);
    expect(classic).toMatchObject({ error: null, state: 'Stable', protocolType: 'consumer' });
    await consumer.disconnect();
    expect([...seen.offsets].sort()).toEqual(read);
    client.close();
  });
});

describe('settings of one group', () => {
  const setting = (name: string, value: string) => ({
    resources: [{ resourceType: 32, resourceName: 'own', configs: [{ name, value, configOperation: 0 }] }],
  });
  const told = async (member: Member) => (await member.beat()).heartbeatIntervalMs;

  it('hold from the next heartbeat on, and after the broker was killed', async () => {
    const client = await connect('own');
    const [a, b] = [new Member(client, 'own', 'a'), new Member(client, 'not-own', 'b')];
    expect([await told(a), await told(b)]).toEqual([5_000, 5_000]);
    const set = async (value: string): Promise<number | undefined> => {
      const { responses } = await client.request(
        incrementalAlterConfigsRequest,
        incrementalAlterConfigsResponse,
        1,
        setting('consumer.heartbeat.interval.ms', value),
      );
      return responses[0]?.errorCode;
    };
    expect(await set('4999')).toBe(40);
    expect(await set('7000')).toBe(0);
    await expect.poll(() => told(a), { timeout: 60_000 }).toBe(7_000);
    expect(await told(b)).toBe(5_000);
    client.close();
    await broker.end('SIGKILL');
    broker = await startBrokerProcess(directory.path, OVERRIDES);
    a.client = b.client = await connect('own');
    expect([await told(a), await told(b)]).toEqual([7_000, 5_000]);
    const { configResources } = await a.client.request(
      listConfigResourcesRequest,
      listConfigResourcesResponse,
      1,
      { resourceTypes: [32] },
    );
    expect(configResources).toEqual([{ resourceName: 'own', resourceType: 32 }]);
    a.client.close();
  });
});

describe('beside a consumer group', () => {
  it('the console sees members and assignment', async () => {
    const client = await connect('seen');
    const a = new Member(client, 'seen', 'a');
    await a.beat();
    const cluster = new KafkaCluster({ bootstrap: [`127.0.0.1:${String(broker.port)}`], clientId: 'test' });
    const [described] = await describeConsumerGroups(cluster, 0, ['seen']);
    expect(described).toMatchObject({
      ...{ id: 'seen', error: null, state: 'Stable', protocol: 'uniform' },
      members: [
        { memberId: 'a', host: '/127.0.0.1', assignment: [{ topic: 't', partitions: [0, 1, 2, 3] }] },
      ],
    });
    const admin = broker.kafka().admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    expect(groups).toContainEqual({ groupId: 'seen', protocolType: 'consumer' });
    await admin.disconnect();
    client.close();
  });
});
