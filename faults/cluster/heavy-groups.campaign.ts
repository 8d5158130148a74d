/**
 * Groups as nobody should use them: a member that heartbeats and never joins again, commits and subscriptions with metadata far
 * too large, ids of any characters, and ten thousand groups at once, one of whose coordinators then dies.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { RawClient } from '../../broker/integration/raw-client.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { offsetCommitRequest, offsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts';
import { offsetFetchRequest, offsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts';
import { joinGroupRequest, joinGroupResponse } from '../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { leaveGroupRequest, leaveGroupResponse } from '../../protocol/messages/13-leave-group.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import { consumerProtocolSubscription } from '../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { FaultClient } from '../fault-client.ts';
import { ClusterUnderFault } from './cluster-under-fault.ts';
import { coordinatorOf, untilOffsetsAreInSync } from './coordinator-connection.ts';
import { IMPATIENT } from './impatient-settings.ts';
import { residentMebibytes } from './resident-memory.ts';

const TOPIC = 'heavy';
const GROUPS = 10_000;
const GROUPS_AT_A_TIME = 50;
const LIMIT_MS = 60_000;
/** What ten thousand groups with a commit each may cost a broker: 10 KiB a group, and room for garbage. */
const GROWN_MEBIBYTES = 200;

async function commit(client: RawClient, groupId: string, offset: number, metadata = ''): Promise<number> {
  const partitions = [{ partitionIndex: 0, committedOffset: BigInt(offset), committedMetadata: metadata }];
  const answer = await client.request(offsetCommitRequest, offsetCommitResponse, 5, {
    groupId,
    topics: [{ name: TOPIC, partitions }],
  });
  return answer.topics[0]?.partitions[0]?.errorCode ?? -2;
}

/** -1 without a commit; null while the coordinator moves. */
async function committed(client: RawClient, groupId: string): Promise<number | null> {
  const answer = await client.request(offsetFetchRequest, offsetFetchResponse, 5, {
    groupId,
    topics: [{ name: TOPIC, partitionIndexes: [0] }],
  });
  return answer.errorCode === 0 ? Number(answer.topics[0]?.partitions[0]?.committedOffset ?? -2) : null;
}

async function committedInTime(cluster: ClusterUnderFault, groupId: string): Promise<number | null> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const client = await coordinatorOf(cluster, groupId);
    const offset = await committed(client, groupId);
    client.close();
    if (offset !== null || performance.now() > endMs) return offset;
    await pause(100);
  }
}

function join(client: RawClient, groupId: string, memberId: string, metadata: Buffer) {
  return client.request(joinGroupRequest, joinGroupResponse, 5, {
    ...{ groupId, memberId, groupInstanceId: null, protocolType: 'consumer' },
    ...{ sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 3_000 },
    protocols: [{ name: 'range', metadata }],
  });
}

/** Apache Kafka leaves whoever sends no subscription at all without an answer. */
function subscriptionWith(userDataBytes: number): Buffer {
  const value = { topics: [TOPIC], userData: Buffer.alloc(userDataBytes, 's') };
  return encodeVersioned(consumerProtocolSubscription, 0, value);
}

/** As clients do since KIP-394: the first answer gives the member its id. */
async function joinNew(client: RawClient, groupId: string, metadata: Buffer) {
  const { memberId } = await join(client, groupId, '', metadata);
  return join(client, groupId, memberId, metadata);
}

async function startCluster(): Promise<ClusterUnderFault> {
  const cluster = await ClusterUnderFault.start({ settings: IMPATIENT });
  const client = await FaultClient.connect(cluster.node(0).port);
  expect(await client.createTopic(TOPIC, 1, {}, 3)).toBe(0);
  client.close();
  return cluster;
}

it('puts a member out that heartbeats, but does not join again within its rebalance timeout', async () => {
  const cluster = await startCluster();
  const [idle, other] = [await coordinatorOf(cluster, 'g'), await coordinatorOf(cluster, 'g')];
  const subscription = Buffer.from('s');
  const first = await joinNew(idle, 'g', subscription);
  expect(first.errorCode).toBe(0);
  const { memberId, generationId } = first;
  const member = { groupId: 'g', generationId, memberId, groupInstanceId: null };
  const synced = await idle.request(syncGroupRequest, syncGroupResponse, 3, {
    ...member,
    assignments: [{ memberId, assignment: Buffer.from('a') }],
  });
  expect(synced.errorCode).toBe(0);
  const beat = async (): Promise<number> =>
    (await idle.request(heartbeatRequest, heartbeatResponse, 3, member)).errorCode;
  expect(await beat()).toBe(0);

  const joining = joinNew(other, 'g', subscription);
  await expect.poll(beat, { timeout: LIMIT_MS }).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
  // It goes on to heartbeat, and that does not save it.
  await expect.poll(beat, { timeout: LIMIT_MS }).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  const second = await joining;
  expect(second).toMatchObject({ errorCode: 0, generationId: generationId + 1 });
  expect(second.members).toHaveLength(1);
  idle.close();
  other.close();
});

it('refuses metadata that is too large, and lets no other group feel a huge subscription', async () => {
  const cluster = await startCluster();
  const client = await coordinatorOf(cluster, 'g');
  await expect.poll(() => commit(client, 'g', 1, 'm'.repeat(4_096)), { timeout: LIMIT_MS }).toBe(0);
  expect(await commit(client, 'g', 2, 'm'.repeat(4_097))).toBe(ErrorCode.OFFSET_METADATA_TOO_LARGE);
  expect(await commit(client, 'g', 2, 'm'.repeat(32_000))).toBe(ErrorCode.OFFSET_METADATA_TOO_LARGE);
  expect(await committed(client, 'g')).toBe(1);

  // The generation is one record, and has to fit into what __consumer_offsets takes: 1 MiB by default.
  const heavy = await coordinatorOf(cluster, 'heavy');
  await expect.poll(() => commit(heavy, 'heavy', 1), { timeout: LIMIT_MS }).toBe(0);
  const sync = async (subscriptionBytes: number, assignmentBytes: number): Promise<number> => {
    const { memberId, errorCode, generationId } = await joinNew(
      heavy,
      'heavy',
      subscriptionWith(subscriptionBytes),
    );
    expect(errorCode).toBe(0);
    const assignments = [{ memberId, assignment: Buffer.alloc(assignmentBytes, 'a') }];
    const member = { groupId: 'heavy', generationId, memberId, groupInstanceId: null };
    const synced = await heavy.request(syncGroupRequest, syncGroupResponse, 3, { ...member, assignments });
    expect(synced.assignment).toHaveLength(synced.errorCode === 0 ? assignmentBytes : 0);
    await heavy.request(leaveGroupRequest, leaveGroupResponse, 3, { groupId: 'heavy', members: [member] });
    return synced.errorCode;
  };
  expect(await sync(524_288, 523_000)).toBe(0);
  expect(await sync(1_048_576, 10)).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
  expect(await sync(524_288, 524_288)).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
  expect(await sync(10, 10)).toBe(0);
  expect(await commit(client, 'g', 3)).toBe(0);
  expect(await committed(client, 'g')).toBe(3);
  heavy.close();
  client.close();
});

it('keeps groups of any name apart, over the death of their coordinators', { timeout: 240_000 }, async () => {
  const cluster = await startCluster();
  const ids = [
    ' ',
    '.',
    '..',
    '/',
    'a/b',
    'ä',
    'a\u0308',
    '\u0000',
    '\n',
    '🦅',
    '"',
    '%2e',
    'x'.repeat(5_000),
    'X',
    'x',
  ];
  for (const [index, id] of ids.entries()) {
    const client = await coordinatorOf(cluster, id);
    await expect.poll(() => commit(client, id, index + 1), { timeout: LIMIT_MS }).toBe(0);
    client.close();
  }
  await untilOffsetsAreInSync(cluster);
  await cluster.kill(1);
  for (const [index, id] of ids.entries()) expect(await committedInTime(cluster, id)).toBe(index + 1);
});

it('carries ten thousand groups, and hands them on', { timeout: 400_000 }, async () => {
  const cluster = await startCluster();
  const resident = (id: number): number => residentMebibytes(cluster.node(id).child?.pid);
  await committedInTime(cluster, 'warm');
  const before = cluster.nodes.map(({ id }) => resident(id));
  const ids = Array.from({ length: GROUPS }, (_unused, index) => `group-${String(index)}`);
  const inTurn = async (act: (id: string, index: number) => Promise<void>): Promise<void> => {
    for (let from = 0; from < GROUPS; from += GROUPS_AT_A_TIME)
      await Promise.all(ids.slice(from, from + GROUPS_AT_A_TIME).map((id, at) => act(id, from + at)));
  };
  await inTurn(async (id, index) => {
    const client = await coordinatorOf(cluster, id);
    await expect.poll(() => commit(client, id, index), { timeout: LIMIT_MS }).toBe(0);
    client.close();
  });
  for (const { id } of cluster.nodes) expect(resident(id) - (before[id] ?? 0)).toBeLessThan(GROWN_MEBIBYTES);
  await untilOffsetsAreInSync(cluster);
  await cluster.kill(0);
  await inTurn(async (id, index) => {
    expect(await committedInTime(cluster, id)).toBe(index);
  });
});
