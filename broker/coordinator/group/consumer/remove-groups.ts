/** Takes whole consumer groups out of the log: on request, or when nothing of them is left but their name. */
import { ErrorCode } from '../../../../protocol/errors.ts';
import type { ReplyTo } from '../../runtime/effects.ts';
import type { GroupContext } from '../group-context.ts';
import type { GroupStore } from '../group-store.ts';
import { expiredConsumerOffsets } from '../offset-expiry.ts';
import type { ConsumerGroups } from './consumer-groups.ts';

/** DeleteGroups: error 0, 68 while it has members, 69 when there is none. */
export function deleteConsumerGroup(
  { groups, queue }: ConsumerGroups,
  store: GroupStore,
  groupId: string,
  replyTo: ReplyTo<number>,
  context: GroupContext,
): void {
  const isQueued = queue.run(groupId, context, ({ effects }) => {
    const group = groups.get(groupId);
    if (group === undefined) return effects.reply(replyTo, ErrorCode.GROUP_ID_NOT_FOUND);
    if (group.memberCount > 0) return effects.reply(replyTo, ErrorCode.NON_EMPTY_GROUP);
    effects.records.push(...store.allTombstones(groupId), ...group.tombstones());
    effects.reply(replyTo, 0, (errorCode) => errorCode);
  });
  if (!isQueued) context.effects.reply(replyTo, ErrorCode.COORDINATOR_NOT_AVAILABLE);
}

/** Offsets that have been kept long enough, and groups that have neither members nor offsets then. */
export function expireConsumerGroups(
  { groups, queue }: ConsumerGroups,
  store: GroupStore,
  maxRecords: number,
  context: GroupContext,
): void {
  for (const groupId of [...groups.keys()]) {
    if (context.effects.records.length >= maxRecords) return;
    // One that is at work is looked at the next time.
    if (!queue.isBusy(groupId)) queue.run(groupId, context, (step) => expire(groups, store, groupId, step));
  }
}

function expire(
  groups: ConsumerGroups['groups'],
  store: GroupStore,
  groupId: string,
  { effects, config, now }: GroupContext,
): void {
  const group = groups.get(groupId);
  if (group === undefined) return;
  const expired = expiredConsumerOffsets(group, store, config.offsetsRetentionMs, now.wallMs);
  effects.records.push(...expired);
  const isLast = expired.length === store.countOffsets(groupId) && !store.pending.hasAny(groupId);
  if (isLast && group.memberCount === 0) effects.records.push(...group.tombstones());
}
