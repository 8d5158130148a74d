/**
 * `uniform`, as Kafka's UniformAssignor: partitions are spread so that members have the same number of them, within
 * one, and stay where they are as far as that allows. Racks are not looked at, nor does Kafka's since 4.0.
 *
 * - Where all subscribe to the same topics, loads differ by one at most, and nobody gives away more than its surplus.
 * - Otherwise a partition goes to the subscriber of its topic with the least; then partitions move from a subscriber
 *   of a topic to another one with at least two fewer, until no topic has such a pair. Each move lowers the sum of the
 *   squares of the loads, so that ends.
 */
import type { Assignable, AssignableMember } from './assignor.ts';
import { PartitionCollector, type TopicPartitions } from './topic-partitions.ts';

interface Share {
  readonly member: AssignableMember;
  readonly assigned: PartitionCollector;
}

interface Partition {
  readonly topicId: string;
  readonly partition: number;
}

export function assignUniform(group: Assignable): ReadonlyMap<string, TopicPartitions> {
  const shares = group.members.map((member): Share => ({ member, assigned: new PartitionCollector() }));
  if (isHomogeneous(group.members)) spreadEvenly(shares, group);
  else spreadBySubscription(shares, group);
  return new Map(shares.map(({ member, assigned }) => [member.memberId, assigned.partitions]));
}

function isHomogeneous(members: readonly AssignableMember[]): boolean {
  const [first] = members;
  return members.every(
    ({ topics }) =>
      topics.size === first?.topics.size && [...topics].every((topicId) => first.topics.has(topicId)),
  );
}

/** What a member has that exists, that it still subscribes to and that nobody before it kept. */
function keepable(
  { topics, target }: AssignableMember,
  { partitionCounts }: Assignable,
  taken: PartitionCollector,
): Partition[] {
  return [...target]
    .filter(([topicId]) => topics.has(topicId))
    .flatMap(([topicId, partitions]) =>
      [...partitions]
        .filter((partition) => partition < (partitionCounts.get(topicId) ?? 0))
        .filter((partition) => !taken.of(topicId).has(partition))
        .map((partition) => ({ topicId, partition })),
    );
}

function give({ assigned }: Share, { topicId, partition }: Partition, taken: PartitionCollector): void {
  assigned.add(topicId, partition);
  taken.add(topicId, partition);
}

function freePartitions(
  topicIds: Iterable<string>,
  { partitionCounts }: Assignable,
  taken: PartitionCollector,
): Partition[] {
  const free: Partition[] = [];
  for (const topicId of topicIds) {
    for (let partition = 0; partition < (partitionCounts.get(topicId) ?? 0); partition++)
      if (!taken.of(topicId).has(partition)) free.push({ topicId, partition });
  }
  return free;
}

function spreadEvenly(shares: readonly Share[], group: Assignable): void {
  const topicIds = shares[0]?.member.topics ?? new Set<string>();
  const taken = new PartitionCollector();
  let total = 0;
  for (const topicId of topicIds) total += group.partitionCounts.get(topicId) ?? 0;
  const quota = Math.floor(total / shares.length);
  let extras = total % shares.length;
  for (const share of shares) {
    const kept = keepable(share.member, group, taken);
    const isLarger = kept.length > quota && extras > 0;
    if (isLarger) extras -= 1;
    for (const partition of kept.slice(0, quota + (isLarger ? 1 : 0))) give(share, partition, taken);
  }
  const free = freePartitions(topicIds, group, taken);
  // In turns, so that the partitions of one topic are spread, too.
  let open = shares.filter(({ assigned }) => assigned.count < quota);
  while (open.length > 0) {
    for (const share of open) give(share, nextOf(free), taken);
    open = open.filter(({ assigned }) => assigned.count < quota);
  }
  for (const share of shares) {
    if (free.length === 0) break;
    if (share.assigned.count === quota) give(share, nextOf(free), taken);
  }
}

function nextOf(free: Partition[]): Partition {
  const next = free.shift();
  if (next === undefined) throw new Error('fewer partitions are free than quotas are open');
  return next;
}

function spreadBySubscription(shares: readonly Share[], group: Assignable): void {
  const taken = new PartitionCollector();
  for (const share of shares)
    for (const partition of keepable(share.member, group, taken)) give(share, partition, taken);
  const subscribers = new Map<string, Share[]>();
  for (const share of shares) {
    for (const topicId of share.member.topics) {
      const known = subscribers.get(topicId);
      if (known === undefined) subscribers.set(topicId, [share]);
      else known.push(share);
    }
  }
  // Topics that few can take come first: the others even out what those leave uneven.
  const ordered = [...subscribers].sort(([, left], [, right]) => left.length - right.length);
  for (const [topicId, candidates] of ordered) {
    for (const partition of freePartitions([topicId], group, taken))
      give(leastLoaded(candidates), partition, taken);
  }
  let hasMoved = true;
  while (hasMoved) {
    hasMoved = false;
    for (const [topicId, candidates] of ordered) {
      while (moveOne(topicId, candidates)) hasMoved = true;
    }
  }
}

function leastLoaded(shares: readonly Share[]): Share {
  return shares.reduce((least, share) => (share.assigned.count < least.assigned.count ? share : least));
}

/** From the owner with the most to the subscriber with the least, if that makes them more even. */
function moveOne(topicId: string, candidates: readonly Share[]): boolean {
  const owners = candidates.filter(({ assigned }) => assigned.of(topicId).size > 0);
  if (owners.length === 0) return false;
  const from = owners.reduce((most, share) => (share.assigned.count > most.assigned.count ? share : most));
  const to = leastLoaded(candidates);
  if (from.assigned.count - to.assigned.count < 2) return false;
  const partition = [...from.assigned.of(topicId)].at(-1);
  if (partition === undefined) return false;
  from.assigned.remove(topicId, partition);
  to.assigned.add(topicId, partition);
  return true;
}
