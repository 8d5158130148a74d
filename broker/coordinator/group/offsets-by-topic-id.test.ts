/** Offsets that were committed for one topic do not count for another of its name (KIP-848, OffsetCommit 10). */
import { expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { GroupTestKit } from './group-test-kit.ts';
import type { OffsetFetchRequest } from './offset-commit.ts';

async function newKit(): Promise<GroupTestKit> {
  const kit = new GroupTestKit();
  await kit.start();
  kit.createTopic('t', 2);
  return kit;
}

const idOf = (kit: GroupTestKit): string => kit.image.topicsByName.get('t')?.topicId ?? '';

async function commit(
  kit: GroupTestKit,
  partitionIndex: number,
  topicId?: string,
): Promise<number | undefined> {
  const partition = {
    ...{ partitionIndex, committedOffset: 7n, committedLeaderEpoch: -1, commitTimestamp: -1n },
    committedMetadata: '',
  };
  const asked = kit.coordinator.commitOffsets({
    ...{ groupId: 'g', generationId: -1, memberId: '', groupInstanceId: null, retentionTimeMs: -1n },
    topics: [{ name: 't', ...(topicId === undefined ? {} : { topicId }), partitions: [partition] }],
  });
  await kit.advance(1);
  return (await asked).topics[0]?.partitions[0]?.errorCode;
}

function offsets(kit: GroupTestKit, topics: OffsetFetchRequest['topics'] = null): (number | bigint)[][] {
  const found = kit.coordinator.fetchOffsets({ groupId: 'g', topics });
  return found.topics.flatMap(({ partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => [partitionIndex, committedOffset]),
  );
}

it('are refused when the topic of the name is another one by now', async () => {
  const kit = await newKit();
  expect(await commit(kit, 0, idOf(kit))).toBe(0);
  expect(await commit(kit, 0, 'VVVVVVVVVVVVVVVVVVVVVQ')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  expect(offsets(kit)).toEqual([[0, 7n]]);
});

it('are none for another topic of the name, also before they are taken out of the log, and gone for good then', async () => {
  const kit = await newKit();
  expect(await commit(kit, 0, idOf(kit))).toBe(0);
  expect(await commit(kit, 1)).toBe(0);
  // While nobody coordinates, the topic is made anew: only what came without an id may be meant for this one.
  kit.coordinator.stop();
  kit.deleteTopic('t');
  kit.createTopic('t', 2);
  kit.log.holdCommits();
  await kit.restart();
  expect(offsets(kit)).toEqual([[1, 7n]]);
  expect(offsets(kit, [{ name: 't', partitionIndexes: [0, 1] }])).toEqual([
    [0, -1n],
    [1, 7n],
  ]);
  kit.log.releaseCommits();
  await kit.advance(1);
  expect(kit.coordinator.counts().offsets).toBe(1);
  expect(kit.errors).toEqual([]);
});
