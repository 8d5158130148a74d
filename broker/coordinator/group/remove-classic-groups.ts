/** Takes whole classic groups out of the log: on request, or when nothing of them is left but their name. */
import { ErrorCode } from '../../../protocol/errors.ts';
import type { ReplyTo } from '../runtime/effects.ts';
import type { ClassicGroup } from './classic-group.ts';
import type { GroupContext } from './group-context.ts';
import type { GroupStore } from './group-store.ts';
import { expiredOffsets } from './offset-expiry.ts';

type Groups = Map<string, ClassicGroup>;

/** DeleteGroups: error 0, 68 while it has members, 69 when there is none. */
export function deleteClassicGroup(
  groups: Groups,
  store: GroupStore,
  groupId: string,
  replyTo: ReplyTo<number>,
  context: GroupContext,
): void {
  const group = groups.get(groupId);
  const { effects } = context;
  if (group === undefined || group.state === 'Dead')
    return effects.reply(replyTo, ErrorCode.GROUP_ID_NOT_FOUND);
  if (group.state !== 'Empty') return effects.reply(replyTo, ErrorCode.NON_EMPTY_GROUP);
  effects.records.push(...store.allTombstones(groupId));
  remove(groups, store, group, context);
  effects.reply(replyTo, 0, (errorCode) => errorCode);
}

/** Expired offsets go; a group that is Empty, waits for nobody and has no offset left goes too. */
export function expireClassicGroups(
  groups: Groups,
  store: GroupStore,
  maxRecords: number,
  context: GroupContext,
): void {
  const { effects, config, now } = context;
  for (const group of [...groups.values()]) {
    if (effects.records.length >= maxRecords) return;
    const expired = expiredOffsets(group, store, config.offsetsRetentionMs, now.wallMs);
    effects.records.push(...expired);
    const isLast =
      expired.length === store.countOffsets(group.groupId) && !store.pending.hasAny(group.groupId);
    if (isLast && group.state === 'Empty' && group.pendingJoinMembers.size === 0)
      remove(groups, store, group, context);
  }
}

/** The group leaves the memory when its last tombstone is replayed, or now if nothing of it was ever stored. */
function remove(groups: Groups, store: GroupStore, group: ClassicGroup, { effects }: GroupContext): void {
  const { groupId, generationId } = group;
  // A generation may be on its way to the log: its tombstone must come after it.
  if (generationId > 0) effects.records.push({ kind: 'group', groupId, value: null });
  else if (!store.hasOffsets(groupId)) groups.delete(groupId);
}
