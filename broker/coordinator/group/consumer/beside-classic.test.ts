/** What consumer groups share with classic ones: ids, offsets, lists, expiry, and who makes room for whom. */
import { describe, expect, it } from 'vitest';
import type { ConsumerGroupConfig } from '../group-context.ts';
import { GroupTestKit, TEST_CONFIG, TEST_TIMES } from '../group-test-kit.ts';
import type { OffsetCommitRequest } from '../offset-commit.ts';
import { TestMember } from './consumer-test-kit.ts';

async function newKit(config: Partial<ConsumerGroupConfig> = {}): Promise<GroupTestKit> {
  const kit = new GroupTestKit({
    initialRebalanceDelayMs: 0,
    // Groups that change their kind with members in them are in migration.test.ts.
    consumer: { ...TEST_CONFIG.consumer, migrationPolicy: 'disabled', ...config },
  });
  await kit.start();
  kit.change([{ type: 'FeatureLevelRecord', name: 'group.version', featureLevel: 1 }]);
  kit.createTopic('t', 2);
  kit.createTopic('u', 2);
  return kit;
}

async function answered<Answer>(kit: GroupTestKit, asked: Promise<Answer>): Promise<Answer> {
  await kit.advance(1);
  return asked;
}

/** Of a member whose subscription nobody can read. */
async function joinClassic(
  kit: GroupTestKit,
  memberId = '',
): Promise<{ errorCode: number; memberId: string }> {
  const request = {
    ...{
      groupId: 'g',
      memberId,
      groupInstanceId: null,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
    },
    ...{ protocolType: 'consumer', protocols: [{ name: 'range', metadata: Buffer.alloc(0) }] },
  };
  const client = {
    ...{ clientId: 'c', clientHost: '/h', requiresKnownMemberId: false, supportsSkippingAssignment: false },
  };
  return answered(kit, kit.coordinator.join(request, client));
}

async function commit(
  kit: GroupTestKit,
  fields: Partial<OffsetCommitRequest>,
  [topic, partitionIndex, offset] = ['t', 0, 5n] as const satisfies readonly [
    string,
    number,
    bigint,
  ] as readonly [string, number, bigint],
): Promise<number | undefined> {
  const partition = {
    partitionIndex,
    committedOffset: offset,
    committedLeaderEpoch: -1,
    commitTimestamp: -1n,
  };
  const { topics } = await answered(
    kit,
    kit.coordinator.commitOffsets({
      ...{ groupId: 'g', generationId: -1, memberId: '', groupInstanceId: null, retentionTimeMs: -1n },
      ...{
        knowsEpochs: true,
        topics: [{ name: topic, partitions: [{ ...partition, committedMetadata: '' }] }],
      },
      ...fields,
    }),
  );
  return topics[0]?.partitions[0]?.errorCode;
}

function offsets(kit: GroupTestKit, member: { memberId?: string; memberEpoch?: number } = {}) {
  const { errorCode, topics } = kit.coordinator.fetchOffsets({ groupId: 'g', topics: null, ...member });
  return errorCode !== 0 ? errorCode : topics.map(({ name }) => name);
}

const listed = (kit: GroupTestKit, states: string[] = [], types: string[] = []) =>
  kit.coordinator.listGroups(states, types).groups;

describe('offsets of a consumer group', () => {
  it('are committed and read by members in their epoch', async () => {
    const kit = await newKit();
    expect(await commit(kit, { generationId: 1, memberId: 'a' })).toBe(69);
    const [a, b] = [new TestMember(kit, 'a'), new TestMember(kit, 'b')];
    await a.join();
    await a.beat();
    expect(await commit(kit, { generationId: 1, memberId: 'a' })).toBe(0);
    // A generation is not an epoch, and nobody commits from outside while members are there.
    expect(await commit(kit, { generationId: 1, memberId: 'a', knowsEpochs: false })).toBe(35);
    expect(await commit(kit, {})).toBe(25);
    expect(await commit(kit, { generationId: 1, memberId: 'x' })).toBe(25);
    expect(await commit(kit, { generationId: 2, memberId: 'a' })).toBe(113);
    expect(offsets(kit)).toEqual(['t']);
    expect(offsets(kit, { memberId: 'a', memberEpoch: 1 })).toEqual(['t']);
    expect(offsets(kit, { memberId: 'a', memberEpoch: 2 })).toBe(113);
    expect(offsets(kit, { memberId: 'x', memberEpoch: 1 })).toBe(25);
    await b.join();
    await a.beat();
    // It has to let go of partition 1, and may commit for it until it has.
    expect(a.text).toBe('t-0');
    expect(await commit(kit, { generationId: 1, memberId: 'a' }, ['t', 1, 6n])).toBe(0);
    await a.beat();
    expect(a.epoch).toBe(2);
    // The epoch before is good for what it has had since then, and for nothing else.
    expect(await commit(kit, { generationId: 1, memberId: 'a' })).toBe(0);
    expect(await commit(kit, { generationId: 1, memberId: 'a' }, ['t', 1, 7n])).toBe(113);
    await b.beat();
    expect(await commit(kit, { generationId: 1, memberId: 'b' }, ['t', 1, 7n])).toBe(113);
    expect(await commit(kit, { generationId: 2, memberId: 'b' }, ['t', 1, 7n])).toBe(0);
    await a.say({ memberEpoch: -1 });
    await b.say({ memberEpoch: -1 });
    expect(await commit(kit, {})).toBe(0);
  });

  it('are deleted of topics that nobody reads, and expire so', async () => {
    const kit = await newKit({ timesOf: () => ({ ...TEST_TIMES, sessionTimeoutMs: 30 * 86_400_000 }) });
    await commit(kit, {}, ['u', 0, 1n]);
    const a = new TestMember(kit, 'a');
    await a.join();
    await commit(kit, { generationId: 1, memberId: 'a' });
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }] }];
    const deletion = await answered(kit, kit.coordinator.deleteOffsets({ groupId: 'g', topics }));
    expect(deletion.topics[0]?.partitions).toEqual([{ partitionIndex: 0, errorCode: 86 }]);
    expect(offsets(kit)).toEqual(['u', 't']);
    await kit.advance(8 * 86_400_000);
    expect(offsets(kit)).toEqual(['t']);
    await a.say({ memberEpoch: -1 });
    expect(listed(kit)).toMatchObject([{ groupId: 'g', groupState: 'Empty', groupType: 'consumer' }]);
    await kit.advance(600_000);
    // The group had nothing else: it goes with its last offset.
    expect([offsets(kit), listed(kit)]).toEqual([[], []]);
    await kit.restart();
    expect([offsets(kit), listed(kit)]).toEqual([[], []]);
  });
});

describe('a group id', () => {
  it('is of one kind of group while it has members', async () => {
    const kit = await newKit();
    const a = new TestMember(kit, 'a');
    await a.join();
    expect(await joinClassic(kit)).toMatchObject({ errorCode: 23 });
    expect(listed(kit, ['stable'], ['Consumer'])).toMatchObject([
      { groupType: 'consumer', protocolType: 'consumer' },
    ]);
    expect(listed(kit, [], ['classic'])).toEqual([]);
    expect(kit.coordinator.describeGroups(['g'])).toMatchObject([
      { errorCode: 69, errorMessage: 'Group g is not a classic group.', groupState: 'Dead' },
    ]);
    expect(kit.coordinator.counts().groups).toMatchObject({ Stable: 1 });
    await a.say({ memberEpoch: -1 });
    const classic = await joinClassic(kit);
    expect(classic.errorCode).toBe(0);
    expect(listed(kit)).toMatchObject([{ groupType: 'classic' }]);
    expect(await a.join()).toBe('GROUP_ID_NOT_FOUND');
    expect(kit.coordinator.describeConsumerGroups(['g'])).toMatchObject([
      { errorCode: 69, errorMessage: 'Group g is not a consumer group.' },
    ]);
  });

  it('goes from one kind to the other when the group is empty, and takes its offsets along', async () => {
    const kit = await newKit();
    const { memberId } = await joinClassic(kit);
    const assignments = [{ memberId, assignment: Buffer.from('x') }];
    const sync = { groupId: 'g', memberId, generationId: 1, groupInstanceId: null, protocolType: null };
    await answered(kit, kit.coordinator.sync({ ...sync, protocolName: null, assignments }));
    await commit(kit, { generationId: 1, memberId });
    await answered(kit, kit.coordinator.leave('g', [{ memberId, groupInstanceId: null }]));
    const a = new TestMember(kit, 'a');
    expect(await a.join()).toBe('1: t-0,1');
    expect([offsets(kit), listed(kit)]).toMatchObject([['t'], [{ groupType: 'consumer' }]]);
    const before = kit.coordinator.describeConsumerGroups(['g']);
    await kit.restart();
    expect(kit.coordinator.describeConsumerGroups(['g'])).toEqual(before);
    expect(listed(kit)).toHaveLength(1);
    await a.say({ memberEpoch: -1 });
    await joinClassic(kit);
    await kit.restart();
    // Its generation was not stored: what is left are offsets that anybody may have committed.
    expect([offsets(kit), listed(kit)]).toMatchObject([
      ['t'],
      [{ groupType: 'classic', groupState: 'Empty' }],
    ]);
    expect(kit.errors).toEqual([]);
  });

  it('is not decided twice while its first member is on its way into the log', async () => {
    const kit = await newKit();
    kit.log.holdCommits();
    const a = new TestMember(kit, 'a').join();
    const classic = joinClassic(kit);
    await kit.advance(1);
    kit.log.releaseCommits();
    await kit.advance(1);
    expect(await a).toBe('1: t-0,1');
    expect(await classic).toMatchObject({ errorCode: 23 });
  });
});
