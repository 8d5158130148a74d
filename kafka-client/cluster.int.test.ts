/** Routing, batching and fallbacks of the cluster client against scripted brokers on real sockets. */
import { afterEach, describe, expect, test } from 'vitest';
import { metadataRequest, metadataResponse } from '../protocol/messages/03-metadata.ts';
import { listOffsetsRequest, listOffsetsResponse } from '../protocol/messages/02-list-offsets.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../protocol/messages/09-offset-fetch.ts';
import { findCoordinatorRequest, findCoordinatorResponse } from '../protocol/messages/10-find-coordinator.ts';
import { describeGroupsRequest, describeGroupsResponse } from '../protocol/messages/15-describe-groups.ts';
import { listGroupsRequest, listGroupsResponse } from '../protocol/messages/16-list-groups.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../protocol/messages/20-delete-topics.ts';
import { consumerProtocolAssignment } from '../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../protocol/schema/versioned-data.ts';
import { deleteTopics } from './admin/delete-topics.ts';
import { describeGroups } from './admin/describe-groups.ts';
import { fetchGroupOffsets } from './admin/fetch-group-offsets.ts';
import { findCoordinators } from './admin/find-coordinators.ts';
import { listGroups } from './admin/list-groups.ts';
import { listOffsets } from './admin/list-offsets.ts';
import { apiCall } from './api-call.ts';
import { KafkaCluster } from './cluster.ts';
import { ConnectionPool } from './connection-pool.ts';
import { openNegotiated } from './negotiation.ts';
import { script, scriptedMetadata, ScriptedBroker, type ScriptedApi } from './testing/scripted-broker.ts';

const cleanUp: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

/** As many brokers as lists of APIs, all naming each other. */
async function clusterOf(
  ...apis: readonly (readonly ScriptedApi[])[]
): Promise<{ brokers: ScriptedBroker[]; client: KafkaCluster }> {
  const brokers: ScriptedBroker[] = [];
  for (const own of apis) brokers.push(await ScriptedBroker.start([scriptedMetadata(() => brokers), ...own]));
  const client = new KafkaCluster({ bootstrap: [brokers[0]?.address ?? ''], clientId: 'test' });
  cleanUp.push(...brokers.map((broker) => () => broker.stop()), () => client.close());
  return { brokers, client };
}

const oneGroup = script(listGroupsRequest, listGroupsResponse, () => ({
  groups: [{ groupId: 'g', groupType: 'Classic' }],
}));
const listGroupsApi = apiCall(listGroupsRequest, listGroupsResponse);

describe('routing', () => {
  test('a call goes to the broker it names, over one connection', async () => {
    const { brokers, client } = await clusterOf([oneGroup], [oneGroup]);
    await Promise.all([listGroups(client, 1), listGroups(client, 1), listGroups(client, 1)]);
    expect(brokers[0]?.requests).toEqual(['ApiVersions v4', 'Metadata v12']);
    expect(brokers[1]?.requests).toEqual([
      'ApiVersions v4',
      'ListGroups v5',
      'ListGroups v5',
      'ListGroups v5',
    ]);
  });

  test('a bootstrap address that is down is passed over', async () => {
    const { brokers, client } = await clusterOf([oneGroup]);
    const down = await ScriptedBroker.start();
    const dead = down.address;
    await down.stop();
    const other = new KafkaCluster({ bootstrap: [dead, brokers[0]?.address ?? ''], clientId: 'test' });
    cleanUp.push(() => other.close());
    expect((await other.view()).clusterId).toBe('scripted');
    expect(await client.view()).toEqual(await other.view());
    const none = new KafkaCluster({ bootstrap: [dead], clientId: 'test' });
    await expect(none.view()).rejects.toMatchObject({ code: 'CONNECT_FAILED', retriable: true });
  });

  test('a broker that hangs is passed over where any can answer, and not asked first again', async () => {
    const { brokers, client } = await clusterOf([], [], []);
    const [hung] = brokers;
    await client.view();
    hung?.set(script(metadataRequest, metadataResponse, () => 'silence'));
    expect((await client.refresh()).brokers.size).toBe(3);
    const asked = hung?.requests.length;
    expect((await client.refresh()).brokers.size).toBe(3);
    expect(hung?.requests.length).toBe(asked);
  });

  test('who alone could answer is waited for', async () => {
    const { brokers, client } = await clusterOf([]);
    await client.view();
    brokers[0]?.dropConnections();
    expect((await client.refresh()).brokers.size).toBe(1);
    await brokers[0]?.stop();
    await expect(client.refresh()).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
  });

  test('an id that the cluster does not name is UNKNOWN_BROKER, after asking anew', async () => {
    const { brokers, client } = await clusterOf([oneGroup]);
    await client.view();
    await expect(listGroups(client, 7)).rejects.toMatchObject({ code: 'UNKNOWN_BROKER' });
    expect(brokers[0]?.requests.filter((name) => name === 'Metadata v12')).toHaveLength(2);
  });

  test('a read is repeated on a fresh connection, a change is not', async () => {
    const { brokers, client } = await clusterOf([oneGroup]);
    let hangUps = 0;
    const hangsUpOnce = script(listGroupsRequest, listGroupsResponse, () =>
      hangUps++ === 0 ? 'close' : { groups: [] },
    );
    brokers[0]?.set(hangsUpOnce);
    expect(await listGroups(client, 0)).toEqual([]);
    hangUps = 0;
    const change = client.call(0, listGroupsApi, {}, { once: true });
    await expect(change).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(hangUps).toBe(1);
  });

  test('a broker that comes back is connected to anew', async () => {
    const { brokers, client } = await clusterOf([oneGroup]);
    await listGroups(client, 0);
    brokers[0]?.dropConnections();
    expect(await listGroups(client, 0)).toEqual([
      { id: 'g', protocolType: '', state: null, type: 'classic' },
    ]);
  });

  test('a connection that has just ended is not given out again', async () => {
    const { brokers } = await clusterOf([oneGroup]);
    const address = { host: '127.0.0.1', port: brokers[0]?.port ?? 0 };
    const pool = new ConnectionPool(() => openNegotiated({ address, clientId: 'test' }));
    cleanUp.push(() => pool.close());
    const first = await pool.get(address);
    expect(await pool.get(address)).toBe(first);
    first.close();
    const second = await pool.get(address);
    expect(second).not.toBe(first);
    expect(second.isOpen).toBe(true);
  });

  test('traffic is counted per broker and API', async () => {
    const { client } = await clusterOf([oneGroup], [oneGroup]);
    await client.view();
    client.traffic.take();
    await Promise.all([listGroups(client, 0), listGroups(client, 1), listGroups(client, 1)]);
    const traffic = client.traffic.take();
    expect(traffic.get(0)?.requests).toEqual({ ListGroups: 1 });
    expect(traffic.get(1)?.requests).toEqual({ ApiVersions: 1, ListGroups: 2 });
    expect(traffic.get(0)?.bytesSent).toBeGreaterThan(10);
    expect(traffic.get(0)?.bytesReceived).toBeGreaterThan(10);
    expect(client.traffic.take().size).toBe(0);
  });
});

function offsetsApi(maxVersion: number): ScriptedApi {
  const topics = (group: string): { name: string; partitions: object[] }[] => [
    {
      name: 't',
      partitions: [
        { partitionIndex: 0, committedOffset: BigInt(group.length) },
        { partitionIndex: 1, committedOffset: -1n },
      ],
    },
  ];
  return script(
    offsetFetchRequest,
    offsetFetchResponse,
    (body) => ({
      topics: topics(body.groupId),
      groups: body.groups.map(({ groupId }) => ({
        groupId,
        topics: topics(groupId),
        errorCode: groupId === 'bad' ? 30 : 0,
      })),
    }),
    maxVersion,
  );
}

describe('asking about many groups', () => {
  const expected = [
    { id: 'a', error: null, committed: [{ topic: 't', partition: 0, offset: 1 }] },
    { id: 'bb', error: null, committed: [{ topic: 't', partition: 0, offset: 2 }] },
  ];

  test('takes one OffsetFetch where the broker can, and keeps errors with their group', async () => {
    const { brokers, client } = await clusterOf([offsetsApi(9)]);
    expect(await fetchGroupOffsets(client, 0, ['a', 'bb'])).toEqual(expected);
    expect((await fetchGroupOffsets(client, 0, ['bad']))[0]?.error).toBe('GROUP_AUTHORIZATION_FAILED');
    expect(brokers[0]?.requests.filter((name) => name.startsWith('OffsetFetch'))).toEqual([
      'OffsetFetch v9',
      'OffsetFetch v9',
    ]);
  });

  test('takes one per group where it cannot', async () => {
    const { brokers, client } = await clusterOf([offsetsApi(7)]);
    expect(await fetchGroupOffsets(client, 0, ['a', 'bb'])).toEqual(expected);
    expect(brokers[0]?.requests.filter((name) => name.startsWith('OffsetFetch'))).toEqual([
      'OffsetFetch v7',
      'OffsetFetch v7',
    ]);
  });

  test.each([4, 3])('coordinators are found with version %d', async (maxVersion) => {
    const api = script(
      findCoordinatorRequest,
      findCoordinatorResponse,
      (body) => ({
        nodeId: 1,
        errorCode: body.key === 'bad' ? 15 : 0,
        coordinators: body.coordinatorKeys.map((key) => ({
          key,
          nodeId: 1,
          errorCode: key === 'bad' ? 15 : 0,
        })),
      }),
      maxVersion,
    );
    const { client } = await clusterOf([api]);
    expect(await findCoordinators(client, ['good', 'bad'])).toEqual([
      { id: 'good', coordinatorId: 1, error: null },
      { id: 'bad', coordinatorId: null, error: 'COORDINATOR_NOT_AVAILABLE' },
    ]);
  });

  test('members come with their assignment, if it is in the format of consumers', async () => {
    const memberAssignment = encodeVersioned(consumerProtocolAssignment, 1, {
      assignedPartitions: [{ topic: 't', partitions: [0, 2] }],
    });
    const api = script(describeGroupsRequest, describeGroupsResponse, () => ({
      groups: [
        {
          groupId: 'a',
          groupState: 'Stable',
          protocolType: 'consumer',
          members: [{ memberId: 'm', memberAssignment }],
        },
        {
          groupId: 'b',
          protocolType: 'consumer',
          members: [{ memberId: 'm', memberAssignment: Buffer.from([1]) }],
        },
        { groupId: 'c', protocolType: 'connect', members: [{ memberId: 'm', memberAssignment }] },
      ],
    }));
    const { client } = await clusterOf([api]);
    const groups = await describeGroups(client, 0, ['a', 'b', 'c']);
    expect(groups.map((group) => group.members[0]?.assignment)).toEqual([
      [{ topic: 't', partitions: [0, 2] }],
      null,
      null,
    ]);
  });
});

test('offsets of many partitions take one request, also from the oldest brokers', async () => {
  const answer = (maxVersion: number): ScriptedApi =>
    script(
      listOffsetsRequest,
      listOffsetsResponse,
      ({ topics }) => ({
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) =>
            partitionIndex === 9
              ? { partitionIndex, errorCode: 6 }
              : { partitionIndex, offset: 40n, oldStyleOffsets: [40n] },
          ),
        })),
      }),
      maxVersion,
    );
  for (const version of [7, 0]) {
    const { brokers, client } = await clusterOf([answer(version)]);
    const listed = await listOffsets(
      client,
      0,
      new Map([
        ['t', [0, 9]],
        ['u', [1]],
      ]),
      'latest',
    );
    expect(listed.map(({ topic, partition, offset, error }) => [topic, partition, offset, error])).toEqual([
      ['t', 0, 40, null],
      ['t', 9, null, 'NOT_LEADER_OR_FOLLOWER'],
      ['u', 1, 40, null],
    ]);
    expect(brokers[0]?.requests.filter((name) => name.startsWith('ListOffsets'))).toEqual([
      `ListOffsets v${version}`,
    ]);
  }
});

describe('deleting topics', () => {
  const deletes = (errorCode: number): ScriptedApi =>
    script(deleteTopicsRequest, deleteTopicsResponse, ({ topics }) => ({
      responses: topics.map(({ name }) => ({ name, errorCode })),
    }));

  test('goes to the controller, and to the new one when it has moved', async () => {
    const { brokers, client } = await clusterOf([deletes(41)], [deletes(0)]);
    await client.view();
    brokers[0]?.set(scriptedMetadata(() => brokers, 1));
    expect(await deleteTopics(client, ['t'])).toEqual([{ name: 't', error: null, message: null }]);
    expect(brokers[0]?.requests).toContain('DeleteTopics v6');
    expect(brokers[1]?.requests).toContain('DeleteTopics v6');
  });

  test('is not repeated when the answer is lost', async () => {
    const { brokers, client } = await clusterOf([
      script(deleteTopicsRequest, deleteTopicsResponse, () => 'close'),
    ]);
    await expect(deleteTopics(client, ['t'])).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(brokers[0]?.requests.filter((name) => name.startsWith('DeleteTopics'))).toHaveLength(1);
  });

  test('tells for each topic what came of it', async () => {
    const { client } = await clusterOf([deletes(3)]);
    expect((await deleteTopics(client, ['t', 'u'])).map(({ name, error }) => [name, error])).toEqual([
      ['t', 'UNKNOWN_TOPIC_OR_PARTITION'],
      ['u', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
  });
});
