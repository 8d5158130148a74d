/** Conversations of members with the coordinator of a consumer group: joining, moving partitions, leaving, being fenced. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../../../protocol/errors.ts';
import { partitionImage } from '../../../controller/image.ts';
import { partitionRecord } from '../../../controller/metadata-record.ts';
import type { ConsumerGroupConfig } from '../group-context.ts';
import { GroupTestKit, TEST_CONFIG, TEST_TIMES } from '../group-test-kit.ts';
import { NOTHING_NEW, TestMember } from './consumer-test-kit.ts';

async function newKit(config: Partial<ConsumerGroupConfig> = {}, level = 1): Promise<GroupTestKit> {
  const kit = new GroupTestKit({ consumer: { ...TEST_CONFIG.consumer, ...config } });
  await kit.start();
  kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: level }]);
  kit.createTopic('t', 4);
  return kit;
}

function describeGroup(kit: GroupTestKit, groupId = 'g') {
  const [group] = kit.coordinator.describeConsumerGroups([groupId]);
  if (group === undefined) throw new Error('nothing was described');
  return group;
}

describe('a consumer group', () => {
  it('gives the first member everything, and a second one what the first has let go of', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    expect(await a.join()).toBe('1: t-0,1,2,3');
    expect(await a.beat()).toBe('1: t-0,1,2,3');
    // b is in epoch 2 at once, and waits.
    expect(await b.join()).toBe('2: ');
    expect(describeGroup(kit)).toMatchObject({
      groupState: 'Reconciling',
      groupEpoch: 2,
      assignmentEpoch: 2,
    });
    // a is told to revoke, and stays in its epoch until it has.
    expect(await a.say()).toBe('1: t-0,1');
    expect(await b.beat()).toBe('2: ');
    expect(await a.say()).toBe('1: t-0,1');
    expect(await a.beat()).toBe('2: t-0,1');
    expect(await b.beat()).toBe('2: t-2,3');
    expect(describeGroup(kit).groupState).toBe('Stable');
    expect(kit.errors).toEqual([]);
  });

  it('frees the partitions of one who leaves at once, and is empty with the last', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join();
    await b.join();
    await a.beat();
    await a.beat();
    await b.beat();
    expect(await a.say({ memberEpoch: -1 })).toBe('-1: t-0,1');
    expect(await b.beat()).toBe('3: t-0,1,2,3');
    expect(await b.say({ memberEpoch: -1 })).toBe('-1: t-0,1,2,3');
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Empty', members: [] });
    expect(await b.say({ memberEpoch: -1 })).toBe('UNKNOWN_MEMBER_ID');
  });

  it('takes a member out whose session ends, or who does not revoke in time', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join({ rebalanceTimeoutMs: 10_000 });
    await a.beat();
    await kit.advance(44_000);
    await b.join();
    // Its session is fresh again, and it has ten seconds to revoke.
    expect(await a.say()).toBe('1: t-0,1');
    await kit.advance(9_000);
    expect(await a.say()).toBe('1: t-0,1');
    await kit.advance(1_500);
    expect(await a.say()).toBe('UNKNOWN_MEMBER_ID');
    expect(await b.beat()).toBe('3: t-0,1,2,3');
    await kit.advance(44_000);
    expect(await b.beat()).toBe('3: t-0,1,2,3');
    await kit.advance(45_000);
    expect(await b.beat()).toBe('UNKNOWN_MEMBER_ID');
    expect(describeGroup(kit).groupState).toBe('Empty');
  });

  it('fences a member by its epoch, but for an answer that was lost', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join();
    await a.beat();
    expect(await a.say({ memberEpoch: 2 })).toBe('FENCED_MEMBER_EPOCH');
    await a.join();
    await a.beat();
    await b.join();
    await a.say();
    await a.beat();
    a.epoch = 1;
    // What it has is what it should have, so it is only behind.
    expect(await a.beat()).toBe('2: t-0,1');
    const topicId = kit.image.topicsByName.get('t')?.topicId ?? '';
    const answer = a.send({ memberEpoch: 1, topicPartitions: [{ topicId, partitions: [0, 1, 2] }] });
    await kit.advance(1);
    expect(await answer).toMatchObject({
      errorCode: 110,
      errorMessage:
        'The consumer group member has a smaller member epoch (1) than the one known by the group coordinator (2). The member must abandon all its partitions and rejoin.',
    });
  });

  it('keeps the partitions of a static member that comes back, under whatever id', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a', 'one'), new TestMember(kit, 'b', 'two')];
    await a.join();
    await b.join();
    await a.say();
    await a.beat();
    await b.beat();
    const successor = new TestMember(kit, 'c', 'one');
    expect(await successor.join()).toBe('UNRELEASED_INSTANCE_ID');
    expect(await a.say({ memberEpoch: -2 })).toBe('-2: t-0,1');
    expect(await b.beat()).toBe('2: t-2,3');
    expect(await successor.join()).toBe('2: t-0,1');
    expect(await a.say({ memberEpoch: 2 })).toBe('FENCED_INSTANCE_ID');
    expect(await a.say({ memberEpoch: 2, instanceId: 'three' })).toBe('UNKNOWN_MEMBER_ID');
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Stable', groupEpoch: 2 });
    // One who does not come back goes with its session.
    await successor.say({ memberEpoch: -2 });
    await kit.advance(30_000);
    await b.beat();
    await kit.advance(16_000);
    expect(await b.beat()).toBe('3: t-0,1,2,3');
  });

  it('follows topics that come, grow and go', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    expect(await a.join({ subscribedTopicNames: ['t', 'u'] })).toBe('1: t-0,1,2,3');
    kit.createTopic('other', 1);
    expect(await a.beat()).toBe('1: t-0,1,2,3');
    kit.createTopic('u', 1);
    expect(await a.beat()).toBe('2: t-0,1,2,3 u-0');
    const topicId = kit.image.topicsByName.get('u')?.topicId ?? '';
    kit.change([partitionRecord(topicId, partitionImage({ partition: 1, replicas: [0] }))]);
    expect(await a.beat()).toBe('3: t-0,1,2,3 u-0,1');
    kit.deleteTopic('t');
    await a.beat();
    expect(await a.beat()).toBe('4: u-0,1');
    expect(describeGroup(kit).members[0]?.assignment.topicPartitions).toEqual([
      { topicId, topicName: 'u', partitions: [0, 1] },
    ]);
  });

  it('takes away what a member does not subscribe to any more before it computes anything', async () => {
    const kit = await newKit({ timesOf: () => ({ ...TEST_TIMES, assignmentIntervalMs: 60_000 }) });
    kit.createTopic('u', 1);
    const a = new TestMember(kit, 'a');
    expect(await a.join({ subscribedTopicNames: ['t', 'u'] })).toBe('1: t-0,1,2,3 u-0');
    expect(await a.beat({ subscribedTopicNames: ['u'] })).toBe('1: u-0');
    expect(describeGroup(kit).groupState).toBe('Assigning');
    await a.beat();
    for (let waited = 0; waited < 60_000; waited += 20_000) {
      await kit.advance(20_000);
      await a.beat();
    }
    expect(a.epoch).toBe(2);
    expect(describeGroup(kit).groupState).toBe('Stable');
  });

  it('assigns by the assignor that most ask for, and refuses others', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    expect(await a.join({ serverAssignor: 'sticky' })).toBe('UNSUPPORTED_ASSIGNOR');
    await a.join({ serverAssignor: 'range' });
    await b.join();
    expect(describeGroup(kit).assignorName).toBe('range');
    await b.beat({ serverAssignor: 'uniform' });
    await a.beat({ serverAssignor: 'uniform' });
    expect(describeGroup(kit).assignorName).toBe('uniform');
  });

  it('subscribes by a pattern, and looks again when topics came', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    const by = (subscribedTopicRegex: string) => ({ subscribedTopicNames: null, subscribedTopicRegex });
    expect(await a.join(by('t(?=u)'))).toBe('INVALID_REGULAR_EXPRESSION');
    expect(kit.records()).toEqual([]);
    expect(await a.join(by('t.*'))).toBe('1: t-0,1,2,3');
    kit.createTopic('t2', 1);
    expect(await a.beat()).toBe('1: t-0,1,2,3');
    await kit.advance(10_000);
    expect(await a.beat()).toBe('2: t-0,1,2,3 t2-0');
    // Another pattern takes the place of the first, whose topics go.
    await a.beat(by('.*2'));
    expect(await a.beat()).toBe('3: t2-0');
    const stored = kit.records().filter(({ kind }) => kind === 'consumer-pattern');
    expect(stored.at(-1)).toMatchObject({ pattern: 't.*', value: null });
  });

  it('finds by a pattern only what the member may see', async () => {
    const kit = await newKit();
    kit.createTopic('t2', 1);
    const first = { rebalanceTimeoutMs: 1, subscribedTopicRegex: 't.*', topicPartitions: [] };
    const asked = kit.coordinator.consumerHeartbeat(
      { ...NOTHING_NEW, ...first, memberId: 'a', memberEpoch: 0 },
      { clientId: 'c', clientHost: '/h', makesMemberId: true, maySee: (topic) => topic === 't2' },
    );
    await kit.advance(1);
    const topicId = kit.image.topicsByName.get('t2')?.topicId;
    expect((await asked).assignment).toEqual({ topicPartitions: [{ topicId, partitions: [0] }] });
  });

  it('has room for group.consumer.max.size members', async () => {
    const kit = await newKit({ maxSize: 1 });
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join();
    expect(await b.join()).toBe('GROUP_MAX_SIZE_REACHED');
    expect(await a.join()).toBe('1: t-0,1,2,3');
  });

  it.each<[string, object, string]>([
    ['no group', { groupId: ' ' }, "GroupId can't be empty."],
    ['no member id', { memberId: '' }, "MemberId can't be empty."],
    ['an empty instance', { instanceId: '' }, "InstanceId can't be empty."],
    ['an empty rack', { rackId: '' }, "RackId can't be empty."],
    [
      'no rebalance timeout',
      { rebalanceTimeoutMs: -1 },
      'RebalanceTimeoutMs must be provided in first request.',
    ],
    ['partitions', { topicPartitions: null }, 'TopicPartitions must be empty when (re-)joining.'],
    [
      'no subscription',
      { subscribedTopicNames: null },
      'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.',
    ],
    ['leaving for a while', { memberEpoch: -2 }, "InstanceId can't be null."],
    ['an epoch that is none', { memberEpoch: -3 }, 'MemberEpoch is invalid.'],
  ])('refuses a first heartbeat with %s', async (_what, fields, errorMessage) => {
    const kit = await newKit();
    const first = { rebalanceTimeoutMs: 1, subscribedTopicNames: ['t'], topicPartitions: [] };
    const answer = await new TestMember(kit, 'a').send({ ...first, ...fields });
    expect(answer).toMatchObject({ errorCode: 42, errorMessage });
  });

  it('says which group it does not know', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    a.epoch = 1;
    expect(await a.send()).toMatchObject({ errorCode: 69, errorMessage: 'Consumer group g not found.' });
    expect(await a.send({ memberEpoch: -1 })).toMatchObject({
      errorCode: 69,
      errorMessage: 'Group g not found.',
    });
    expect(describeGroup(kit)).toMatchObject({ errorCode: 69, errorMessage: 'Group g not found.' });
  });

  it('makes the member id for clients of the first version', async () => {
    const kit = await newKit();
    const first = { rebalanceTimeoutMs: 1, subscribedTopicNames: ['t'], topicPartitions: [] };
    const asked = kit.coordinator.consumerHeartbeat(
      { ...NOTHING_NEW, ...first, memberId: '', memberEpoch: 0 },
      { clientId: 'c', clientHost: '/h', makesMemberId: false },
    );
    await kit.advance(1);
    const { memberId } = await asked;
    expect(memberId).toMatch(/^[\w-]{22}$/);
    expect(describeGroup(kit).members[0]?.memberId).toBe(memberId);
  });

  it('is not to be had below level 1 of group.version', async () => {
    const kit = await newKit({}, 0);
    expect(await new TestMember(kit, 'a').join()).toBe('UNSUPPORTED_VERSION');
    expect(errorOf(describeGroup(kit).errorCode).name).toBe('UNSUPPORTED_VERSION');
  });
});

describe('what is stored', () => {
  it('is all that a coordinator needs to go on after kill -9', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join({ rebalanceTimeoutMs: 20_000 });
    await a.beat();
    await b.join();
    await a.say();
    const before = describeGroup(kit);
    await kit.restart();
    expect(describeGroup(kit)).toEqual(before);
    // a still has to revoke, and has a fresh session and all of its time for it.
    await kit.advance(19_000);
    expect(await b.beat()).toBe('2: ');
    expect(await a.say()).toBe('1: t-0,1');
    await kit.advance(1_500);
    expect(await a.say()).toBe('UNKNOWN_MEMBER_ID');
    expect(await b.beat()).toBe('3: t-0,1,2,3');
    await kit.restart();
    await kit.advance(46_000);
    expect(describeGroup(kit).groupState).toBe('Empty');
  });

  it('leaves nothing behind when the group is deleted', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    await a.join({ subscribedTopicNames: null, subscribedTopicRegex: 't' });
    const deletion = async (): Promise<number | undefined> => {
      const asked = kit.coordinator.deleteGroups(['g']);
      await kit.advance(1);
      return (await asked)[0]?.errorCode;
    };
    expect(await deletion()).toBe(68);
    await a.say({ memberEpoch: -1 });
    expect(await deletion()).toBe(0);
    expect(describeGroup(kit).errorCode).toBe(69);
    const last = new Map(
      kit.records().map((record) => [JSON.stringify({ ...record, value: 0 }), record.value]),
    );
    expect([...last.values()].every((value) => value === null)).toBe(true);
    expect(await deletion()).toBe(69);
  });

  it('is nothing of a step that is refused', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    kit.log.refuseWith = 19;
    expect(await a.join()).toBe('COORDINATOR_NOT_AVAILABLE');
    expect(describeGroup(kit).errorCode).toBe(69);
    kit.log.refuseWith = 0;
    expect(await a.join()).toBe('1: t-0,1,2,3');
    kit.log.refuseWith = 19;
    expect(await a.say({ memberEpoch: -1 })).toBe('COORDINATOR_NOT_AVAILABLE');
    kit.log.refuseWith = 0;
    // It has not left, and has a session again, which ends without a word of it.
    expect(describeGroup(kit).groupState).toBe('Stable');
    await kit.advance(46_000);
    expect(describeGroup(kit).groupState).toBe('Empty');
  });

  it('is decided on what is committed: steps of a group wait for each other, those of others do not', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    kit.log.holdCommits();
    const joins = [a.join(), b.join(), new TestMember(kit, 'x').join({ groupId: 'other' })];
    await kit.advance(1);
    expect(kit.log.batchCount).toBe(2);
    kit.log.releaseCommits();
    await kit.advance(1);
    expect(await Promise.all(joins)).toEqual(['1: t-0,1,2,3', '2: ', '1: t-0,1,2,3']);
  });

  it('is what the next step goes by, also of a step that was given up before it was committed', async () => {
    const kit = await newKit();
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    kit.log.holdCommits();
    const first = a.join();
    await kit.advance(6_000);
    expect(await first).toBe('COORDINATOR_NOT_AVAILABLE');
    const second = b.join();
    await kit.advance(1);
    expect(kit.log.batchCount).toBe(1);
    kit.log.releaseCommits();
    // The first is in the log all the same: a has everything, and b has to wait for it.
    expect(await second).toBe('2: ');
    expect(describeGroup(kit).members.map(({ memberId }) => memberId)).toEqual(['a', 'b']);
    expect(await a.join()).toBe('2: t-0,1');
  });
});
