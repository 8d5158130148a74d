/**
 * The group APIs, every version they advertise: a request is encoded, decoded, handled by a real coordinator, and its
 * answer must be encodable in that version (a null where the version has none would not be). What the answers say is
 * tested with the coordinator; here only what versions change.
 */
import { describe, expect, it } from 'vitest';
import { GroupTestKit } from '../coordinator/group/group-test-kit.ts';
import { offsetCommit } from './08-offset-commit.ts';
import { offsetFetch } from './09-offset-fetch.ts';
import { findCoordinator } from './10-find-coordinator.ts';
import { joinGroup } from './11-join-group.ts';
import { heartbeat } from './12-heartbeat.ts';
import { leaveGroup } from './13-leave-group.ts';
import { syncGroup } from './14-sync-group.ts';
import { describeGroups } from './15-describe-groups.ts';
import { listGroups } from './16-list-groups.ts';
import { deleteGroups } from './42-delete-groups.ts';
import { consumerGroupHeartbeat } from './68-consumer-group-heartbeat.ts';
import { consumerGroupDescribe } from './69-consumer-group-describe.ts';
import type { ApiHandler } from './api-handler.ts';
import { callApi, type Fields, versionsOf } from './test-call.ts';

async function newKit(): Promise<GroupTestKit> {
  const kit = new GroupTestKit({ initialRebalanceDelayMs: 0 });
  await kit.start();
  kit.createTopic('t', 2);
  return kit;
}

function call(kit: GroupTestKit, api: ApiHandler, version: number, request: Fields): Promise<Fields> {
  const services = { groupCoordinator: kit.coordinator, image: () => kit.image };
  return callApi(services, api, version, request, () => kit.advance(1));
}

const protocols = [{ name: 'range', metadata: Buffer.from('m') }];

async function joined(kit: GroupTestKit, version = 3): Promise<string> {
  const request = {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 20_000,
    protocolType: 'consumer',
    protocols,
  };
  const first = await call(kit, joinGroup, version, { ...request, memberId: '' });
  if (first.errorCode !== 79) return String(first.memberId);
  await call(kit, joinGroup, version, { ...request, memberId: first.memberId });
  return String(first.memberId);
}

/** A second member that waits for the first one to join again. */
async function joinAnother(kit: GroupTestKit): Promise<void> {
  const request = {
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 20_000,
    memberId: '',
    protocolType: 'consumer',
    protocols,
  };
  void callApi({ groupCoordinator: kit.coordinator }, joinGroup, 3, request);
  await kit.advance(1);
}

describe('JoinGroup, SyncGroup, Heartbeat, LeaveGroup', () => {
  it.each(versionsOf(joinGroup))('JoinGroup %d: one member joins, others are refused', async (version) => {
    const kit = await newKit();
    const request = {
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 20_000,
      protocolType: 'consumer',
      protocols,
    };
    const first = await call(kit, joinGroup, version, { ...request, memberId: '' });
    expect(first.errorCode).toBe(version >= 4 ? 79 : 0);
    expect(first.protocolName).toBe(version >= 7 ? null : version >= 4 ? '' : 'range');
    if (version >= 4) {
      const second = await call(kit, joinGroup, version, { ...request, memberId: first.memberId });
      expect(second).toMatchObject({
        errorCode: 0,
        generationId: 1,
        leader: first.memberId,
        protocolName: 'range',
      });
    }
    expect(await call(kit, joinGroup, version, { ...request, memberId: 'x' })).toMatchObject({
      errorCode: 25,
    });
    expect(await call(kit, joinGroup, version, { ...request, groupId: '', memberId: '' })).toMatchObject({
      errorCode: 24,
    });
    expect(
      await call(kit, joinGroup, version, { ...request, sessionTimeoutMs: 5_999, memberId: '' }),
    ).toMatchObject({ errorCode: 26 });
    expect(
      await call(kit, joinGroup, version, { ...request, sessionTimeoutMs: 1_800_001, memberId: '' }),
    ).toMatchObject({ errorCode: 26 });
    const other = { ...request, memberId: '', protocolType: 'connect' };
    expect(await call(kit, joinGroup, version, other)).toMatchObject({ errorCode: 23 });
  });

  it.each(versionsOf(syncGroup))('SyncGroup %d', async (version) => {
    const kit = await newKit();
    const memberId = await joined(kit);
    const request = {
      groupId: 'g',
      generationId: 1,
      memberId,
      assignments: [{ memberId, assignment: Buffer.from('a') }],
    };
    const named = version >= 5 ? { protocolType: 'consumer', protocolName: 'range' } : {};
    const wrong = {
      ...request,
      ...(version >= 5 ? { protocolType: 'consumer', protocolName: 'sticky' } : { generationId: 2 }),
    };
    expect(await call(kit, syncGroup, version, wrong)).toMatchObject({ errorCode: version >= 5 ? 23 : 22 });
    const answer = await call(kit, syncGroup, version, { ...request, ...named });
    expect(answer).toMatchObject({ errorCode: 0, assignment: Buffer.from('a') });
    if (version >= 5) expect(answer).toMatchObject(named);
  });

  it.each(versionsOf(heartbeat))('Heartbeat %d', async (version) => {
    const kit = await newKit();
    const memberId = await joined(kit);
    expect(await call(kit, heartbeat, version, { groupId: 'g', generationId: 1, memberId })).toMatchObject({
      errorCode: 0,
    });
    expect(
      await call(kit, heartbeat, version, { groupId: 'g', generationId: 1, memberId: 'x' }),
    ).toMatchObject({ errorCode: 25 });
    if (version < 3) return;
    const fenced = { groupId: 'g', generationId: 1, memberId, groupInstanceId: 'nobody' };
    expect(await call(kit, heartbeat, version, fenced)).toMatchObject({ errorCode: 25 });
  });

  it.each(versionsOf(leaveGroup))('LeaveGroup %d', async (version) => {
    const kit = await newKit();
    const memberId = await joined(kit);
    const leave = (id: string): Promise<Fields> =>
      call(
        kit,
        leaveGroup,
        version,
        version >= 3 ? { groupId: 'g', members: [{ memberId: id }] } : { groupId: 'g', memberId: id },
      );
    const [unknown, known] = [await leave('x'), await leave(memberId)];
    const ofMember = (answer: Fields): unknown =>
      version >= 3 ? (answer.members as Fields[])[0]?.errorCode : answer.errorCode;
    expect([ofMember(unknown), ofMember(known)]).toEqual([25, 0]);
  });
});

describe('OffsetCommit and OffsetFetch', () => {
  const partitions = [{ partitionIndex: 1, committedOffset: 7n, committedMetadata: null }];

  const topicIdOf = (kit: GroupTestKit, name: string) => kit.image.topicsByName.get(name)?.topicId;
  const NOBODYS = 'VVVVVVVVVVVVVVVVVVVVVQ';

  it.each(versionsOf(offsetCommit))('OffsetCommit %d', async (version) => {
    const kit = await newKit();
    const topics = [
      {
        ...{ name: 't', topicId: topicIdOf(kit, 't') },
        partitions: [
          ...partitions,
          { partitionIndex: 0, committedOffset: 1n, committedMetadata: 'x'.repeat(4097) },
        ],
      },
      { name: 'unknown', topicId: NOBODYS, partitions },
    ];
    const answer = await call(kit, offsetCommit, version, { groupId: 'g', topics });
    expect(answer.topics).toMatchObject([
      { partitions: [{ errorCode: 0 }, { errorCode: 12 }] },
      { partitions: [{ errorCode: version >= 10 ? 100 : 3 }] },
    ]);
    if (version < 10) return;
    expect(answer.topics).toMatchObject([{ topicId: topicIdOf(kit, 't') }, { topicId: NOBODYS }]);
    const nothingKnown = await call(kit, offsetCommit, version, { groupId: 'g', topics: topics.slice(1) });
    expect(nothingKnown.topics).toMatchObject([{ topicId: NOBODYS, partitions: [{ errorCode: 100 }] }]);
  });

  it.each(versionsOf(offsetFetch))('OffsetFetch %d: known, unknown, all', async (version) => {
    const kit = await newKit();
    await call(kit, offsetCommit, 2, { groupId: 'g', topics: [{ name: 't', partitions }] });
    const asked = [{ name: 't', topicId: topicIdOf(kit, 't'), partitionIndexes: [0, 1] }];
    const fetch = async (topics: unknown): Promise<unknown> => {
      const answer = await call(
        kit,
        offsetFetch,
        version,
        version >= 8 ? { groups: [{ groupId: 'g', topics }] } : { groupId: 'g', topics },
      );
      return version >= 8 ? (answer.groups as Fields[])[0]?.topics : answer.topics;
    };
    expect(await fetch(asked)).toMatchObject([
      {
        partitions: [
          { partitionIndex: 0, committedOffset: -1n, metadata: '', errorCode: 0 },
          { partitionIndex: 1, committedOffset: 7n, metadata: '', errorCode: 0 },
        ],
      },
    ]);
    const named = version >= 10 ? { topicId: topicIdOf(kit, 't') } : { name: 't' };
    if (version >= 2)
      expect(await fetch(null)).toMatchObject([{ ...named, partitions: [{ partitionIndex: 1 }] }]);
    const unknown = { name: 'unknown', topicId: NOBODYS, partitionIndexes: [2] };
    const none = { partitionIndex: 2, committedOffset: -1n, errorCode: version >= 10 ? 100 : 0 };
    const found = version >= 10 ? { topicId: NOBODYS } : { name: 'unknown' };
    expect(await fetch([unknown])).toMatchObject([{ ...found, partitions: [none] }]);
  });

  it.each([1, 2, 7, 8, 10])('OffsetFetch %d tells that this is not the coordinator', async (version) => {
    const kit = new GroupTestKit();
    const topics = [{ name: 't', partitionIndexes: [0] }];
    const answer = await call(
      kit,
      offsetFetch,
      version,
      version >= 8 ? { groups: [{ groupId: 'g', topics }] } : { groupId: 'g', topics },
    );
    if (version >= 8) expect(answer.groups).toMatchObject([{ groupId: 'g', errorCode: 16, topics: [] }]);
    else if (version >= 2) expect(answer.errorCode).toBe(16);
    else expect(answer.topics).toMatchObject([{ partitions: [{ errorCode: 16, committedOffset: -1n }] }]);
  });
});

describe('FindCoordinator, DescribeGroups, ListGroups, DeleteGroups', () => {
  it.each(versionsOf(findCoordinator))(
    'FindCoordinator %d: creates the topic on first use',
    async (version) => {
      const kit = new GroupTestKit();
      const find = async (keyType: number): Promise<Fields | undefined> => {
        if (version < 4)
          return call(kit, findCoordinator, version, { key: 'g', ...(version >= 1 ? { keyType } : {}) });
        const answer = await call(kit, findCoordinator, version, { coordinatorKeys: ['g'], keyType });
        return (answer.coordinators as Fields[])[0];
      };
      expect(await find(0)).toMatchObject({ errorCode: 0, nodeId: 0, host: 'localhost', port: 9092 });
      expect(kit.image.topicsByName.get('__consumer_offsets')?.partitions.size).toBe(50);
      if (version >= 1) expect(await find(2)).toMatchObject({ errorCode: 42, nodeId: -1 });
    },
  );

  it.each(versionsOf(describeGroups))('DescribeGroups %d', async (version) => {
    const kit = await newKit();
    await joined(kit);
    const answer = await call(kit, describeGroups, version, { groups: ['g', 'none'] });
    expect(answer.groups).toMatchObject([
      {
        errorCode: 0,
        groupState: 'CompletingRebalance',
        protocolType: 'consumer',
        members: [{ clientHost: '/127.0.0.1' }],
      },
      { errorCode: version >= 6 ? 69 : 0, groupState: 'Dead', members: [] },
    ]);
  });

  it('DescribeGroups shows what a member still works on while another one joins', async () => {
    const kit = await newKit();
    const memberId = await joined(kit);
    const assignments = [{ memberId, assignment: Buffer.from('mine') }];
    await call(kit, syncGroup, 3, { groupId: 'g', generationId: 1, memberId, assignments });
    await joinAnother(kit);
    const answer = await call(kit, describeGroups, 5, { groups: ['g'] });
    expect(answer.groups).toMatchObject([
      {
        groupState: 'PreparingRebalance',
        members: [
          { memberAssignment: Buffer.from('mine'), memberMetadata: Buffer.alloc(0) },
          { memberAssignment: Buffer.alloc(0) },
        ],
      },
    ]);
  });

  it.each(versionsOf(listGroups))('ListGroups %d: filters', async (version) => {
    const kit = await newKit();
    await joined(kit);
    await call(kit, offsetCommit, 2, {
      groupId: 'simple',
      topics: [
        { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: '' }] },
      ],
    });
    const list = async (filters: Fields): Promise<unknown[]> =>
      ((await call(kit, listGroups, version, filters)).groups as Fields[]).map(({ groupId }) => groupId);
    expect((await list({})).sort()).toEqual(['g', 'simple']);
    if (version >= 4) expect(await list({ statesFilter: ['empty'] })).toEqual(['simple']);
    if (version >= 5) expect(await list({ typesFilter: ['Consumer'] })).toEqual([]);
    if (version >= 5)
      expect(await list({ typesFilter: ['Classic'], statesFilter: ['CompletingRebalance'] })).toEqual(['g']);
  });

  it.each(versionsOf(deleteGroups))('DeleteGroups %d', async (version) => {
    const kit = await newKit();
    await joined(kit);
    const answer = await call(kit, deleteGroups, version, { groupsNames: ['g', 'none'] });
    expect(answer.results).toMatchObject([{ errorCode: 68 }, { errorCode: 69 }]);
  });
});

describe('ConsumerGroupHeartbeat, ConsumerGroupDescribe', () => {
  async function kitAtLevel1(): Promise<GroupTestKit> {
    const kit = await newKit();
    kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: 1 }]);
    return kit;
  }
  const first = { groupId: 'g', memberEpoch: 0, rebalanceTimeoutMs: 1_000, topicPartitions: [] };

  it.each(versionsOf(consumerGroupHeartbeat))('ConsumerGroupHeartbeat %d', async (version) => {
    const kit = await kitAtLevel1();
    const nameless = await call(kit, consumerGroupHeartbeat, version, {
      ...{ ...first, memberId: '', subscribedTopicNames: ['t'] },
    });
    expect(nameless.errorCode).toBe(version >= 1 ? 42 : 0);
    const joined = await call(kit, consumerGroupHeartbeat, version, {
      ...{ ...first, memberId: 'm', groupId: 'h', subscribedTopicNames: ['t'] },
    });
    expect(joined).toMatchObject({ errorCode: 0, memberId: 'm', memberEpoch: 1, heartbeatIntervalMs: 5_000 });
    expect(joined.assignment).toMatchObject({ topicPartitions: [{ partitions: [0, 1] }] });
    if (version < 1) return;
    const byPattern = { ...first, groupId: 'i', memberId: 'm', subscribedTopicRegex: 't+' };
    expect(await call(kit, consumerGroupHeartbeat, version, byPattern)).toMatchObject({ errorCode: 0 });
  });

  it.each(versionsOf(consumerGroupDescribe))('ConsumerGroupDescribe %d', async (version) => {
    const kit = await kitAtLevel1();
    await joined(kit);
    const request = { ...first, groupId: 'h', memberId: 'm', subscribedTopicNames: ['t'] };
    await call(kit, consumerGroupHeartbeat, 0, request);
    const answer = await call(kit, consumerGroupDescribe, version, { groupIds: ['g', 'h', 'none', ''] });
    expect(answer.groups).toMatchObject([
      { errorCode: 69, errorMessage: 'Group g is not a consumer group.' },
      { errorCode: 0, groupState: 'Stable', groupEpoch: 1, assignmentEpoch: 1, assignorName: 'uniform' },
      { errorCode: 69, errorMessage: 'Group none not found.' },
      { errorCode: 24 },
    ]);
    const [member] = ((answer.groups as Fields[])[1]?.members ?? []) as Fields[];
    expect(member).toMatchObject({
      ...{ memberId: 'm', memberEpoch: 1, clientHost: '/127.0.0.1', subscribedTopicNames: ['t'] },
      assignment: { topicPartitions: [{ topicName: 't', partitions: [0, 1] }] },
    });
    expect(member?.memberType).toBe(version >= 1 ? 1 : -1);
  });
});
