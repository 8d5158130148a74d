/**
 * The rows of a group, made once for as long as it tells the same commits and the same members: joining them is what a round of
 * thousands of groups, most of which stand still, would spend much of its time on.
 */
import { groupRows, type CommittedOffset, type GroupRow } from '../model/lag.ts';
import type { GroupMember } from '../model/snapshot.ts';

interface Joined {
  readonly members: readonly GroupMember[] | null;
  readonly rows: readonly GroupRow[];
}

const joined = new WeakMap<readonly CommittedOffset[], Joined>();

/** The reader gives the same objects until something in them changes. */
export function rowsOf(
  committed: readonly CommittedOffset[],
  members: readonly GroupMember[] | null,
): readonly GroupRow[] {
  const known = joined.get(committed);
  if (known !== undefined && known.members === members) return known.rows;
  const rows = groupRows(committed, members);
  joined.set(committed, { members, rows });
  return rows;
}
