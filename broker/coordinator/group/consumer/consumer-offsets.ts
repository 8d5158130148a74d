/** Which offsets a member of a consumer group may commit and ask for (KIP-848, KIP-1251). */
import { ErrorCode } from '../../../../protocol/errors.ts';
import type { GroupContext } from '../group-context.ts';
import type { OffsetCommitRequest, OffsetFetchRequest } from '../offset-commit.ts';
import type { ConsumerGroup, ConsumerMember } from './consumer-group.ts';
import type { Topology } from './topology.ts';

export function consumerCommitFault(
  group: ConsumerGroup,
  request: OffsetCommitRequest,
  { image }: Topology,
  { effects }: GroupContext,
): number {
  const inTransaction = effects.transaction !== null;
  const { generationId: memberEpoch, memberId, groupInstanceId, knowsEpochs } = request;
  if (memberEpoch < 0 && group.memberCount === 0) return 0;
  // Clients older than KIP-447 cannot say who they are; their transactional id fences them.
  if (inTransaction && memberEpoch === -1 && memberId === '' && groupInstanceId === null) return 0;
  const member = group.member(memberId);
  if (member === null) return ErrorCode.UNKNOWN_MEMBER_ID;
  const isClassic = member.subscription.classic !== null;
  if (!isClassic && !inTransaction && knowsEpochs !== true) return ErrorCode.UNSUPPORTED_VERSION;
  if (memberEpoch === member.current.memberEpoch) return 0;
  const fault = isClassic ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
  if (memberEpoch > member.current.memberEpoch) return fault;
  // An epoch before is good for partitions that the member has had since then.
  const isHeld = request.topics.every(({ name, partitions }) =>
    partitions.every(({ partitionIndex }) => {
      const since = ownedSince(member, image.topicsByName.get(name)?.topicId ?? '', partitionIndex);
      return since !== null && memberEpoch >= since;
    }),
  );
  return isHeld ? 0 : fault;
}

function ownedSince({ current }: ConsumerMember, topicId: string, partition: number): number | null {
  const owned = [current.assigned, current.pendingRevocation].map((each) =>
    each.get(topicId)?.get(partition),
  );
  return owned.find((epoch) => epoch !== undefined) ?? null;
}

/** May who asks read offsets of this group? An application without membership may, and everybody those of other groups. */
export function consumerFetchFault(
  group: ConsumerGroup | undefined,
  { memberId = null, memberEpoch = -1 }: OffsetFetchRequest,
): number {
  if (group === undefined || (memberId === null && memberEpoch < 0)) return 0;
  const member = group.member(memberId ?? '');
  if (member === null) return ErrorCode.UNKNOWN_MEMBER_ID;
  return member.current.memberEpoch === memberEpoch ? 0 : ErrorCode.STALE_MEMBER_EPOCH;
}
