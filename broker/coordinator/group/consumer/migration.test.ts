/** Groups in which members of both protocols are, and how groups change from one to the other with members in them. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../../../protocol/errors.ts';
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../../../protocol/messages/records-consumer-protocol.ts';
import { encodeVersioned } from '../../../../protocol/schema/versioned-data.ts';
import type { ConsumerGroupConfig } from '../group-context.ts';
import { GroupTestKit, TEST_CONFIG, TEST_TIMES } from '../group-test-kit.ts';
import { ClassicMember } from './classic-test-kit.ts';
import { TestMember } from './consumer-test-kit.ts';

async function newKit(consumer: Partial<ConsumerGroupConfig> = {}): Promise<GroupTestKit> {
  const config = { ...TEST_CONFIG.consumer, ...consumer };
  const kit = new GroupTestKit({ initialRebalanceDelayMs: 0, consumer: config });
  await kit.start();
  kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: 1 }]);
  kit.createTopic('t', 4);
  return kit;
}

function describeGroup(kit: GroupTestKit) {
  const [group] = kit.coordinator.describeConsumerGroups(['g']);
  if (group === undefined) throw new Error('nothing was described');
  return group;
}

const classicState = (kit: GroupTestKit) => kit.coordinator.describeGroups(['g'])[0]?.groupState;

/** A classic group of one that has everything, in generation 1. */
async function classicGroup(
  kit: GroupTestKit,
  member = new ClassicMember(kit, 'old'),
): Promise<ClassicMember> {
  expect(await member.join()).toBe('1: t-0,1,2,3');
  return member;
}

/** Why a first member of the consumer protocol may not join. */
async function whyNot(kit: GroupTestKit): Promise<string | null> {
  const first = { rebalanceTimeoutMs: 1, subscribedTopicNames: ['t'], topicPartitions: [] };
  const { errorCode, errorMessage } = await new TestMember(kit, 'a').send(first);
  expect(errorOf(errorCode).name).toBe('GROUP_ID_NOT_FOUND');
  return errorMessage;
}

/** Commits offset 1 of a partition of `t`. */
async function commit(
  kit: GroupTestKit,
  { memberId }: ClassicMember,
  generationId: number,
  partitionIndex: number,
): Promise<string> {
  const partition = {
    ...{ partitionIndex, committedOffset: 1n, committedLeaderEpoch: -1, commitTimestamp: -1n },
    committedMetadata: '',
  };
  const asked = kit.coordinator.commitOffsets({
    ...{ groupId: 'g', generationId, memberId, groupInstanceId: null, retentionTimeMs: -1n },
    topics: [{ name: 't', partitions: [partition] }],
  });
  await kit.advance(1);
  return errorOf((await asked).topics[0]?.partitions[0]?.errorCode ?? 0).name;
}

/** A consumer group in which `old` and `a` have half of everything each. */
async function mixedGroup(kit: GroupTestKit): Promise<{ old: ClassicMember; a: TestMember }> {
  const old = await classicGroup(kit);
  const a = new TestMember(kit, 'a');
  await a.join();
  await old.beat();
  await a.beat();
  return { old, a };
}

describe('an upgrade', () => {
  it('takes the members of a classic group along when the first of the consumer protocol joins', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    const a = new TestMember(kit, 'a');
    expect(await a.join()).toBe('2: ');
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Reconciling', groupEpoch: 2 });
    expect(describeGroup(kit).members.map(({ memberType }) => memberType)).toEqual([0, 1]);
    // It lets go of everything before it joins, so it is in the next epoch at once.
    expect(await old.beat()).toBe('2: t-0,1');
    expect(await a.beat()).toBe('2: t-2,3');
    expect(describeGroup(kit).groupState).toBe('Stable');
    const before = describeGroup(kit);
    await kit.restart();
    expect(describeGroup(kit)).toEqual(before);
    expect(await old.beat()).toBe('2: t-0,1');
    expect(classicState(kit)).toBe('Dead');
    expect(kit.errors).toEqual([]);
  });

  it('sends those to join again who wait for a rebalance of the classic group', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    const second = new ClassicMember(kit, 'second');
    const waiting = second.askToJoin();
    await kit.advance(1);
    expect(classicState(kit)).toBe('PreparingRebalance');
    expect(await new TestMember(kit, 'a').join()).toBe('2: ');
    expect(await second.finish(waiting)).toBe('REBALANCE_IN_PROGRESS');
    second.memberId = (await waiting).memberId;
    // It was a member already, and no timer of the classic group rings any more.
    expect(describeGroup(kit).members).toHaveLength(3);
    await old.beat();
    await second.join();
    await old.beat();
    await kit.advance(9_000);
    expect(describeGroup(kit).members).toHaveLength(3);
    expect(kit.errors).toEqual([]);
  });

  it('waits until it is in the log, and so do all who speak to the group meanwhile', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    kit.log.holdCommits();
    const a = new TestMember(kit, 'a');
    const joining = a.join();
    const beat = old.beat();
    await kit.advance(1);
    kit.log.releaseCommits();
    await kit.advance(1);
    expect(await joining).toBe('2: ');
    expect(await beat).toBe('2: t-0,1');
  });

  it('minds the sessions of those it took along', async () => {
    const kit = await newKit();
    await classicGroup(kit);
    const a = new TestMember(kit, 'a');
    await a.join();
    await kit.advance(10_001);
    expect(await a.beat()).toBe('3: t-0,1,2,3');
  });

  it('leaves the classic group as it was when it is refused by the log', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    kit.log.refuseWith = 19;
    expect(await new TestMember(kit, 'a').join()).toBe('COORDINATOR_NOT_AVAILABLE');
    kit.log.refuseWith = 0;
    expect(classicState(kit)).toBe('Stable');
    expect(await old.beat()).toBe('1: t-0,1,2,3');
    // Its session is the classic one, and ends.
    await kit.advance(11_000);
    expect(classicState(kit)).toBe('Empty');
  });

  it.each(['downgrade', 'disabled'] as const)(
    'is not made where the policy is %s',
    async (migrationPolicy) => {
      const kit = await newKit({ migrationPolicy });
      const old = await classicGroup(kit);
      expect(await new TestMember(kit, 'a').join()).toBe('GROUP_ID_NOT_FOUND');
      expect(await old.beat()).toBe('1: t-0,1,2,3');
    },
  );

  it('is not made of groups that are too large, or whose members are no consumers or cannot be understood', async () => {
    const small = await newKit({ maxSize: 1 });
    await classicGroup(small);
    // It waits for the first one to join again.
    void new ClassicMember(small, 'second').askToJoin();
    await small.advance(1);
    expect(await whyNot(small)).toContain('the group size exceeds');
    const kit = await newKit();
    const worker = new ClassicMember(kit, 'worker').askToJoin({ protocolType: 'connect' });
    await kit.advance(1);
    expect((await worker).errorCode).toBe(0);
    expect(await whyNot(kit)).toContain('does not use the consumer embedded protocol');
    const other = await newKit();
    const unread = { protocols: [{ name: 'range', metadata: Buffer.from('x') }] };
    const joined = new ClassicMember(other, 'old').askToJoin(unread);
    await other.advance(1);
    expect((await joined).errorCode).toBe(0);
    expect(await whyNot(other)).toContain('embedded consumer protocol is malformed');
  });

  it.each([
    [Buffer.from('x'), 'embedded consumer protocol is malformed'],
    [
      encodeVersioned(consumerProtocolAssignment, 0, { userData: Buffer.from('of an assignor') }),
      'an unsupported custom assignor is in use',
    ],
  ])('is not made of a group with an assignment that would be lost', async (bytes, words) => {
    const kit = await newKit();
    const old = new ClassicMember(kit, 'old');
    old.ownAssignment = bytes;
    expect(await old.join()).toMatch('1: ');
    expect(await whyNot(kit)).toContain(words);
    expect(await old.hear()).toBe('NONE');
  });

  it('is none while the only classic member has yet to come back with its id', async () => {
    const kit = await newKit();
    const late = new ClassicMember(kit, 'late');
    late.isToldItsId = true;
    expect(await late.join()).toBe('MEMBER_ID_REQUIRED');
    const a = new TestMember(kit, 'a');
    expect(await a.join()).toBe('1: t-0,1,2,3');
    expect(await late.join()).toBe('2: ');
    await a.beat();
    await a.beat();
    expect(await late.beat()).toBe('2: t-2,3');
    // No timer of the classic group takes it out.
    await kit.advance(9_000);
    expect(await late.beat()).toBe('2: t-2,3');
    expect(kit.errors).toEqual([]);
  });
});

describe('classic members of a consumer group', () => {
  it('get what the broker assigns: eager ones at once, cooperative ones when they have let go', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    await a.join();
    const old = new ClassicMember(kit, 'old', { isCooperative: true });
    expect(await old.join()).toBe('2: ');
    // It waits for what a has, and joins again when that is free.
    expect(await old.hear()).toBe('NONE');
    await a.beat();
    expect(await a.beat()).toBe('2: t-0,1');
    expect(await old.beat()).toBe('2: t-2,3');
    const second = new TestMember(kit, 'b');
    await second.join();
    // It is told what to keep in the epoch that it has, and goes on when it has let go of the rest.
    expect(await old.beat()).toBe('2: t-2');
    expect(await old.beat()).toBe('3: t-2');
    await a.beat();
    expect(await second.beat()).toBe('3: t-3');
    expect(describeGroup(kit).groupState).toBe('Stable');
    expect(kit.errors).toEqual([]);
  });

  it('are assigned to when they join, however short ago that was done last', async () => {
    const kit = await newKit({ timesOf: () => ({ ...TEST_TIMES, assignmentIntervalMs: 60_000 }) });
    await mixedGroup(kit);
    const second = new ClassicMember(kit, 'second');
    // It would be sent to join again until then.
    expect(await second.join()).toBe('3: ');
    expect(await second.hear()).toBe('NONE');
  });

  it('commit in their generation, also with old versions', async () => {
    const kit = await newKit();
    const { old } = await mixedGroup(kit);
    expect([old.generationId, old.text]).toEqual([2, 't-0,1']);
    expect(await commit(kit, old, 2, 0)).toBe('NONE');
    expect(await commit(kit, old, 3, 0)).toBe('ILLEGAL_GENERATION');
    expect(await commit(kit, old, 1, 3)).toBe('ILLEGAL_GENERATION');
  });

  it('are refused what they cannot mean', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    const other = new ClassicMember(kit, 'other');
    expect(await other.join({ protocolType: 'connect' })).toBe('INCONSISTENT_GROUP_PROTOCOL');
    const said = encodeVersioned(consumerProtocolSubscription, 0, { topics: ['t'] });
    for (const [name, metadata] of [
      ['sticky', said],
      ['range', Buffer.alloc(0)],
    ] as const)
      expect(await other.join({ protocols: [{ name, metadata }] })).toBe('INCONSISTENT_GROUP_PROTOCOL');
    other.memberId = 'nobody';
    expect(await other.beat()).toBe('UNKNOWN_MEMBER_ID');
    expect(await other.leave()).toBe('UNKNOWN_MEMBER_ID');
    other.memberId = a.memberId;
    expect(await other.beat()).toBe('UNKNOWN_MEMBER_ID');
    expect(await other.sync()).toBe('UNKNOWN_MEMBER_ID');
    old.generationId -= 1;
    expect(await old.beat()).toBe('ILLEGAL_GENERATION');
    expect(await old.sync()).toBe('ILLEGAL_GENERATION');
  });

  it('are thrown out when their session ends, or they do not join again in time', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    // Ten seconds are its session's, forty-five the broker's.
    await kit.advance(10_001);
    expect(await a.beat()).toBe('3: t-0,1,2,3');
    expect(await old.beat()).toBe('UNKNOWN_MEMBER_ID');
    const second = new ClassicMember(kit, 'second');
    await second.join();
    await a.beat();
    await a.beat();
    await second.beat();
    await new TestMember(kit, 'b').join();
    // It shows that it lives, hears that it must join, and does not.
    const heard: string[] = [];
    for (let waited = 0; waited < 36_000; waited += 6_000) {
      heard.push(await second.hear());
      await a.beat();
      await kit.advance(6_000);
    }
    const rebalancing = Array.from({ length: 5 }, () => 'REBALANCE_IN_PROGRESS');
    expect(heard).toEqual([...rebalancing, 'UNKNOWN_MEMBER_ID']);
  });

  it('are replaced by themselves in the consumer protocol, and the other way round', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit, new ClassicMember(kit, 'old', { instanceId: 'one' }));
    await new TestMember(kit, 'a').join();
    await old.beat();
    const renewed = new TestMember(kit, 'new', 'one');
    expect(await renewed.join()).toBe('2: t-0,1');
    expect(describeGroup(kit).members.map(({ memberType }) => memberType)).toEqual([1, 1]);
    expect(await old.beat()).toBe('FENCED_INSTANCE_ID');
    const again = new ClassicMember(kit, 'again', { instanceId: 'one' });
    expect(await again.join()).toBe('2: t-0,1');
    expect(describeGroup(kit).groupEpoch).toBe(2);
  });
});

describe('a downgrade', () => {
  it('is made when the last member of the consumer protocol leaves', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    expect(await a.say({ memberEpoch: -1 })).toContain('-1');
    expect(describeGroup(kit).errorCode).toBe(69);
    expect(classicState(kit)).toBe('PreparingRebalance');
    // Its generation is the epoch in which the member is: it gives up what it has in an orderly way.
    expect(await commit(kit, old, 2, 0)).toBe('NONE');
    expect(await old.hear()).toBe('REBALANCE_IN_PROGRESS');
    expect(await old.join()).toBe('3: t-0,1,2,3');
    await kit.restart();
    expect(classicState(kit)).toBe('Stable');
    expect(kit.errors).toEqual([]);
  });

  it('is made when its session ends, and is what a broker finds that takes over', async () => {
    const kit = await newKit();
    const { old } = await mixedGroup(kit);
    for (let waited = 0; waited < 46_000; waited += 5_000) {
      await kit.advance(5_000);
      // Not so far as to join again.
      await old.hear();
    }
    expect(classicState(kit)).toBe('PreparingRebalance');
    await kit.restart();
    // What the others had would be nobody's, were it not for another rebalance.
    expect(classicState(kit)).toBe('PreparingRebalance');
    expect(await old.beat()).toBe('3: t-0,1,2,3');
    await kit.restart();
    expect(classicState(kit)).toBe('Stable');
  });

  it('leaves the consumer group as it was when it is refused by the log', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    kit.log.refuseWith = 19;
    expect(await a.say({ memberEpoch: -1 })).toBe('COORDINATOR_NOT_AVAILABLE');
    kit.log.refuseWith = 0;
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Stable', groupEpoch: 2 });
    expect(await old.beat()).toBe('2: t-0,1');
    await kit.advance(10_001);
    expect(describeGroup(kit).members.map(({ memberId }) => memberId)).toEqual(['a']);
  });

  it('is not made where the policy is upgrade', async () => {
    const kit = await newKit({ migrationPolicy: 'upgrade' });
    const { old, a } = await mixedGroup(kit);
    await a.say({ memberEpoch: -1 });
    expect(await old.beat()).toBe('3: t-0,1,2,3');
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Stable', groupEpoch: 3 });
    expect(await old.leave()).toBe('NONE');
    expect(describeGroup(kit).groupState).toBe('Empty');
  });

  it('is not made of more members than a classic group may have', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    await new ClassicMember(kit, 'second').join();
    kit.config = { ...kit.config, maxGroupSize: 1 };
    await a.say({ memberEpoch: -1 });
    expect(describeGroup(kit).members).toHaveLength(2);
    kit.config = { ...kit.config, maxGroupSize: 2 };
    // The next step of the group makes up for it.
    await old.beat();
    expect(classicState(kit)).toBe('PreparingRebalance');
  });

  it('is not made where the policy is disabled, nor do classic members join then', async () => {
    const kit = await newKit();
    const { old, a } = await mixedGroup(kit);
    kit.config = { ...kit.config, consumer: { ...kit.config.consumer, migrationPolicy: 'disabled' } };
    expect(await new ClassicMember(kit, 'second').join()).toBe('INCONSISTENT_GROUP_PROTOCOL');
    await a.say({ memberEpoch: -1 });
    expect(describeGroup(kit)).toMatchObject({ groupState: 'Assigning', groupEpoch: 3 });
    expect(await old.beat()).toBe('INCONSISTENT_GROUP_PROTOCOL');
  });

  it('needs no rebalance when the last one comes back as a classic member with what it had', async () => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    const a = new TestMember(kit, 'a', 'one');
    await a.join();
    expect(await old.beat()).toBe('2: t-0,1');
    expect(await a.beat()).toBe('2: t-2,3');
    const successor = new ClassicMember(kit, 'successor', { instanceId: 'one' });
    expect(await successor.join()).toBe('2: t-2,3');
    expect(classicState(kit)).toBe('Stable');
    expect(await old.beat()).toBe('2: t-0,1');
    await kit.restart();
    expect([classicState(kit), await successor.beat(), await old.beat()]).toEqual([
      ...['Stable', '2: t-2,3', '2: t-0,1'],
    ]);
  });

  it('needs one when not everybody has what the target says, or the last one reads something else now', async () => {
    const kit = await newKit();
    kit.createTopic('u', 1);
    const old = await classicGroup(kit, new ClassicMember(kit, 'old', { isCooperative: true }));
    const a = new TestMember(kit, 'a', 'one');
    await a.join();
    // It has yet to say that it let go of half.
    expect(await old.beat()).toBe('1: t-0,1');
    const successor = new ClassicMember(kit, 'successor', { instanceId: 'one', isCooperative: true });
    await successor.askToJoin();
    await kit.advance(1);
    expect(classicState(kit)).toBe('PreparingRebalance');
    const other = await newKit();
    other.createTopic('u', 1);
    await classicGroup(other);
    await new TestMember(other, 'b', 'one').join();
    void new ClassicMember(other, 'next', { instanceId: 'one' }).askToJoin({}, ['u']);
    await other.advance(1);
    expect(classicState(other)).toBe('PreparingRebalance');
    const alone = await newKit();
    alone.createTopic('u', 4);
    await new TestMember(alone, 'c', 'one').join();
    const successorOfC = new ClassicMember(alone, 'next', { instanceId: 'one' });
    expect(await successorOfC.join({}, ['u'])).toBe('ILLEGAL_GENERATION');
    expect(classicState(alone)).toBe('PreparingRebalance');
    expect(await successorOfC.join({}, ['u'])).toBe('2: u-0,1,2,3');
  });

  it.each([
    ['its instance id', (a: TestMember) => ['', a.instanceId] as const],
    ['its member id', (a: TestMember) => [a.memberId, null] as const],
  ])('is made when an administrator takes the last one out by %s', async (_how, idsOf) => {
    const kit = await newKit();
    const old = await classicGroup(kit);
    const a = new TestMember(kit, 'a', 'one');
    await a.join();
    await old.beat();
    const [memberId, groupInstanceId] = idsOf(a);
    const asked = kit.coordinator.leave('g', [{ memberId, groupInstanceId }]);
    await kit.advance(1);
    expect((await asked).members[0]?.errorCode).toBe(0);
    expect(classicState(kit)).toBe('PreparingRebalance');
  });
});
