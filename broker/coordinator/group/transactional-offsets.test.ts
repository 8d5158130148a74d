/** Offsets that are committed in a transaction: stored at once, seen when the marker says so, gone when it says no. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { GroupTestKit } from './group-test-kit.ts';
import type { NamedProducer } from '../runtime/coordinator-log.ts';
import { partitionOfKey } from '../runtime/key-partition.ts';

const { ILLEGAL_GENERATION, NOT_COORDINATOR, UNKNOWN_MEMBER_ID, UNKNOWN_TOPIC_OR_PARTITION } = ErrorCode;
const { INVALID_GROUP_ID, UNSTABLE_OFFSET_COMMIT } = ErrorCode;
const { COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, TRANSACTION_ABORTABLE } = ErrorCode;
const { CONCURRENT_TRANSACTIONS, INVALID_PRODUCER_EPOCH, NOT_ENOUGH_REPLICAS } = ErrorCode;
const GROUP = 'g';
const PARTITION = partitionOfKey(GROUP, 50);

async function started(): Promise<GroupTestKit> {
  const kit = new GroupTestKit({ initialRebalanceDelayMs: 0 });
  await kit.start();
  kit.createTopic('t', 2);
  return kit;
}

async function now<T>(kit: GroupTestKit, answer: Promise<T>): Promise<T> {
  await kit.advance(1);
  return answer;
}

function requestOf(offset: number, fields: object = {}, partitionIndex = 0) {
  const partition = { partitionIndex, committedOffset: BigInt(offset), committedLeaderEpoch: -1 };
  return {
    ...{ groupId: GROUP, generationId: -1, memberId: '', groupInstanceId: null, retentionTimeMs: -1n },
    topics: [{ name: 't', partitions: [{ ...partition, commitTimestamp: -1n, committedMetadata: null }] }],
    ...fields,
  };
}

function producerOf(producerId: number, leaderAnnounces = false): NamedProducer {
  return { transactionalId: `x${String(producerId)}`, producerId, producerEpoch: 0, leaderAnnounces };
}

async function commitIn(kit: GroupTestKit, producerId: number, offset: number, fields: object = {}) {
  const producer = producerOf(producerId);
  const { topics } = await now(kit, kit.coordinator.commitInTransaction(requestOf(offset, fields), producer));
  return topics[0]?.partitions[0]?.errorCode;
}

function end(kit: GroupTestKit, producerId: number, committed: boolean): Promise<number> {
  const marker = { producerId, producerEpoch: 0, coordinatorEpoch: 0, committed };
  return now(kit, kit.coordinator.endTransaction(PARTITION, marker));
}

function offsetOf(kit: GroupTestKit, requireStable = false) {
  const topics = [{ name: 't', partitionIndexes: [0] }];
  const found = kit.coordinator.fetchOffsets({ groupId: GROUP, topics, requireStable });
  const { committedOffset = null, errorCode = null } = found.topics[0]?.partitions[0] ?? {};
  return errorCode === 0 ? Number(committedOffset) : errorCode;
}

describe('an offset that is committed in a transaction', () => {
  it('counts when the transaction is committed', async () => {
    const kit = await started();
    expect(await commitIn(kit, 1, 7)).toBe(0);
    expect(offsetOf(kit)).toBe(-1);
    expect(offsetOf(kit, true)).toBe(UNSTABLE_OFFSET_COMMIT);
    expect(await end(kit, 1, true)).toBe(0);
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([7, 7]);
  });

  it('never counts when it is aborted, and the one before stays', async () => {
    const kit = await started();
    await now(kit, kit.coordinator.commitOffsets(requestOf(3)));
    await commitIn(kit, 1, 7);
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([3, UNSTABLE_OFFSET_COMMIT]);
    expect(await end(kit, 1, false)).toBe(0);
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([3, 3]);
  });

  it('is the last that the producer said, and nothing of another producer', async () => {
    const kit = await started();
    await commitIn(kit, 1, 7);
    await commitIn(kit, 2, 8);
    await commitIn(kit, 1, 9);
    await end(kit, 1, true);
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([9, UNSTABLE_OFFSET_COMMIT]);
    await end(kit, 2, false);
    expect(offsetOf(kit, true)).toBe(9);
  });

  it('gives way to one that was committed after it, outside of any transaction', async () => {
    const kit = await started();
    await commitIn(kit, 1, 7);
    await now(kit, kit.coordinator.commitOffsets(requestOf(11)));
    await end(kit, 1, true);
    expect(offsetOf(kit, true)).toBe(11);
  });

  it.each([true, false])('is as it was after a failover, committed %s', async (committed) => {
    const kit = await started();
    await commitIn(kit, 1, 7);
    await kit.restart();
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([-1, UNSTABLE_OFFSET_COMMIT]);
    await end(kit, 1, committed);
    expect(offsetOf(kit, true)).toBe(committed ? 7 : -1);
    await kit.restart();
    expect(offsetOf(kit, true)).toBe(committed ? 7 : -1);
    expect(kit.errors).toEqual([]);
  });

  it('goes with its topic, and with its group', async () => {
    const kit = await started();
    await commitIn(kit, 1, 7);
    kit.deleteTopic('t');
    await kit.advance(1);
    await end(kit, 1, true);
    expect(offsetOf(kit, true)).toBe(-1);
    kit.createTopic('t', 2);
    await commitIn(kit, 2, 8);
    expect(await now(kit, kit.coordinator.deleteGroups([GROUP]))).toEqual([{ groupId: GROUP, errorCode: 0 }]);
    await end(kit, 2, true);
    expect(offsetOf(kit, true)).toBe(-1);
  });

  it('does not come back with the marker when it was taken away meanwhile', async () => {
    const kit = await started();
    await commitIn(kit, 1, 7);
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0 }] }];
    const deleted = await now(kit, kit.coordinator.deleteOffsets({ groupId: GROUP, topics }));
    expect(deleted.topics[0]?.partitions).toEqual([{ partitionIndex: 0, errorCode: 0 }]);
    expect(await end(kit, 1, true)).toBe(0);
    expect([offsetOf(kit), offsetOf(kit, true)]).toEqual([-1, -1]);
  });

  it('is refused to who is not in the group, or has no group', async () => {
    const kit = await started();
    const join = {
      ...{ groupId: GROUP, memberId: '', groupInstanceId: null, sessionTimeoutMs: 10_000 },
      ...{ rebalanceTimeoutMs: 20_000, protocolType: 'consumer' },
      protocols: [{ name: 'range', metadata: Buffer.from('m') }],
    };
    const client = {
      ...{ clientId: 'c', clientHost: '/127.0.0.1' },
      ...{ requiresKnownMemberId: false, supportsSkippingAssignment: false },
    };
    const { memberId } = await now(kit, kit.coordinator.join(join, client));
    expect(await commitIn(kit, 1, 7, { generationId: 1, memberId: 'x' })).toBe(UNKNOWN_MEMBER_ID);
    expect(await commitIn(kit, 1, 7, { generationId: 2, memberId })).toBe(ILLEGAL_GENERATION);
    expect(await commitIn(kit, 1, 7, { generationId: 1, memberId })).toBe(0);
    // A client that cannot say who it is has its transactional id.
    expect(await commitIn(kit, 1, 8)).toBe(0);
    expect(await commitIn(kit, 1, 7, { groupId: '' })).toBe(INVALID_GROUP_ID);
    const nowhere = requestOf(1, {}, 9);
    const refused = await now(kit, kit.coordinator.commitInTransaction(nowhere, producerOf(1)));
    expect(refused.topics[0]?.partitions[0]?.errorCode).toBe(UNKNOWN_TOPIC_OR_PARTITION);
    expect(await kit.coordinator.endTransaction(99, { ...MARKER, committed: true })).toBe(NOT_COORDINATOR);
  });
});

const MARKER = { producerId: 1, producerEpoch: 0, coordinatorEpoch: 0 };

describe('who commits offsets in a transaction', () => {
  it.each([
    ['has not announced it', TRANSACTION_ABORTABLE, TRANSACTION_ABORTABLE],
    ['is shut out', INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_EPOCH],
    ['cannot be looked for now', NOT_ENOUGH_REPLICAS, COORDINATOR_LOAD_IN_PROGRESS],
    ['has its last one not ended everywhere', CONCURRENT_TRANSACTIONS, COORDINATOR_LOAD_IN_PROGRESS],
  ])('and %s is refused, and nothing is written', async (_what, told, expected) => {
    const kit = await started();
    kit.log.admission = { errorCode: told, isStillSo: () => true };
    expect(await commitIn(kit, 1, 7)).toBe(expected);
    expect(kit.log.asked).toEqual([producerOf(1)]);
    expect([kit.log.batchCount, offsetOf(kit, true)]).toEqual([0, -1]);
  });

  it('is to try again when the transaction may have ended since its coordinator was asked', async () => {
    const kit = await started();
    kit.log.admission = { errorCode: 0, isStillSo: () => false };
    expect(await commitIn(kit, 1, 7)).toBe(COORDINATOR_NOT_AVAILABLE);
    expect([kit.log.batchCount, offsetOf(kit, true)]).toEqual([0, -1]);
  });
});
