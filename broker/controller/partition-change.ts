/**
 * Decides one change of one partition: who leads, who is in sync, who may lead later, and what becomes of a
 * reassignment. Everything that touches a partition passes through here, so the rules that keep acknowledged records
 * stand in one place:
 *
 * - A leader comes from the ISR; when that is empty from the ELR (KIP-966); when that is empty, too, it is the only
 *   one of lastKnownElr if it is alone there. Anybody else only where an unclean election is allowed.
 * - While the ISR is smaller than min.insync.replicas the high watermark stands still, so who leaves it still has
 *   every committed record: it goes to the ELR, unless it restarted uncleanly and may have lost its newest records.
 *   lastKnownElr keeps those that lost their place in ISR or ELR that way, also while the ISR is full enough: the others
 *   in it may have died at the same moment. A full enough ISR that a living leader asks for empties both.
 * - A new leader epoch begins when the leader changes and when replicas are taken away. An ISR that shrinks or grows
 *   needs none (KAFKA-15021). Every change counts the partition epoch, which is the replay's affair.
 * - A reassignment is complete when all replicas that shall stay are in sync.
 *
 * The rules are those of Kafka's PartitionChangeBuilder, with the full lastKnownElr instead of a last known leader.
 */
import type { PartitionImage } from './image.ts';
import { NO_LEADER, NO_LEADER_CHANGE, type PartitionChangeRecord } from './metadata-record.ts';
import { directoriesOf } from './replica-directories.ts';

/** What to look for: any leader, the first replica if it can be had, or a leader at any price. */
export type Election = 'online' | 'preferred' | 'unclean';

export interface PartitionTarget {
  readonly topicId: string;
  readonly partition: PartitionImage;
  /** Alive, not about to stop, and has the directory in which its replica lies. */
  readonly isAcceptableLeader: (brokerId: number) => boolean;
  /** As configured; a partition needs at most as many as it has replicas. */
  readonly minInsyncReplicas: number;
  /** Default: online. */
  readonly election?: Election | undefined;
  /** Of those that were asked for an unclean election. Default: the first that lives is as good as any. */
  readonly longestLog?: number | undefined;
  /** What is not given stays as it is. */
  readonly isr?: readonly number[] | undefined;
  readonly replicas?: readonly number[] | undefined;
  /** For the replicas as they are. */
  readonly directories?: readonly string[] | undefined;
  readonly addingReplicas?: readonly number[] | undefined;
  readonly removingReplicas?: readonly number[] | undefined;
  /** This broker came back without having been stopped properly: it may have lost records. */
  readonly uncleanShutdown?: number | undefined;
  /** This broker came back with other disks: what it had is gone. */
  readonly lostLog?: number | undefined;
}

const NOBODY: readonly number[] = [];

interface Draft {
  isr: readonly number[];
  replicas: readonly number[];
  addingReplicas: readonly number[];
  removingReplicas: readonly number[];
  elr: readonly number[];
  lastKnownElr: readonly number[];
  leader: number;
}

/** Null when nothing changes. */
export function decidePartitionChange(target: PartitionTarget): PartitionChangeRecord | null {
  const before = target.partition;
  const draft: Draft = {
    isr: target.isr ?? before.isr,
    replicas: target.replicas ?? before.replicas,
    addingReplicas: target.addingReplicas ?? before.addingReplicas,
    removingReplicas: target.removingReplicas ?? before.removingReplicas,
    elr: before.elr,
    lastKnownElr: before.lastKnownElr,
    leader: before.leader,
  };
  completeReassignment(draft);
  keepEligible(draft, target);
  elect(draft, target);
  return recordOf(draft, target);
}

/**
 * All that shall stay are in sync: the others go. (Kafka 4.3 looks at the added ones only; that could leave a partition
 * with fewer replicas in sync than it had before.)
 */
function completeReassignment(draft: Draft): void {
  const { replicas, removingReplicas, addingReplicas, isr } = draft;
  if (removingReplicas.length === 0 && addingReplicas.length === 0) return;
  const staying = replicas.filter((id) => !removingReplicas.includes(id));
  if (staying.length === 0 || !staying.every((id) => isr.includes(id))) return;
  draft.replicas = staying;
  draft.isr = isr.filter((id) => !removingReplicas.includes(id));
  draft.addingReplicas = [];
  draft.removingReplicas = [];
}

/** ELR and lastKnownElr for the ISR that is aimed at. */
function keepEligible(draft: Draft, target: PartitionTarget): void {
  const { partition, minInsyncReplicas, uncleanShutdown, lostLog } = target;
  const { isr, replicas } = draft;
  const enough = Math.min(minInsyncReplicas, replicas.length);
  const outside = (id: number): boolean => !isr.includes(id) && replicas.includes(id);
  if (isr.length >= enough) {
    draft.elr = NOBODY;
    // The others of the ISR may be as dead, and not missed yet: its log counts until a leader shows that it lives.
    const suspect = uncleanShutdown !== lostLog ? uncleanShutdown : undefined;
    const wasInSync = suspect !== undefined && partition.isr.includes(suspect);
    draft.lastKnownElr = wasInSync ? union(draft.lastKnownElr, [suspect]).filter(outside) : NOBODY;
    return;
  }
  const complete = union(draft.elr, partition.isr).filter(outside);
  draft.elr = complete.filter((id) => id !== uncleanShutdown);
  const isLost = lostLog !== undefined && replicas.length > 1;
  if (isLost && enough === 1 && partition.isr.length === 1 && partition.isr[0] === lostLog) {
    // It was enough for an acknowledgement by itself, and what it had is gone: an operator must decide who leads.
    draft.lastKnownElr = NOBODY;
    return;
  }
  const isEmpty = (id: number): boolean => isLost && id === lostLog;
  draft.lastKnownElr = union(complete, draft.lastKnownElr).filter(
    (id) => outside(id) && !draft.elr.includes(id) && !isEmpty(id),
  );
}

/** Ascending, so that the record does not depend on who left first. */
function union(some: readonly number[], others: readonly number[]): number[] {
  return [...new Set([...some, ...others])].sort((a, b) => a - b);
}

function elect(draft: Draft, target: PartitionTarget): void {
  const { isr, elr, replicas } = draft;
  const eligible = isr.length > 0 ? isr : elr;
  const isValid = (id: number): boolean => eligible.includes(id) && target.isAcceptableLeader(id);
  const current = target.partition.leader;
  const preferred = replicas[0];
  if (target.election === 'preferred' && preferred !== undefined && isValid(preferred)) {
    return appoint(draft, preferred);
  }
  if (isValid(current)) return appoint(draft, current);
  const clean = replicas.find(isValid);
  if (clean !== undefined) return appoint(draft, clean);
  const other = lastKnown(draft, target) ?? anyone(draft, target);
  if (other === undefined) {
    draft.leader = NO_LEADER;
    return;
  }
  // The log of this leader is the truth from now on; who knows more than it will cut that off.
  draft.leader = other;
  draft.isr = [other];
  draft.elr = [];
  draft.lastKnownElr = [];
}

/** The only one that had all committed records: nobody is better, so it leads as soon as it lives. */
function lastKnown({ isr, elr, lastKnownElr }: Draft, target: PartitionTarget): number | undefined {
  const [only] = lastKnownElr;
  if (isr.length > 0 || elr.length > 0 || lastKnownElr.length !== 1 || only === undefined) return undefined;
  return target.isAcceptableLeader(only) ? only : undefined;
}

function anyone(
  { replicas }: Draft,
  { election, isAcceptableLeader, longestLog }: PartitionTarget,
): number | undefined {
  if (election !== 'unclean') return undefined;
  const alive = replicas.filter(isAcceptableLeader);
  return alive.find((id) => id === longestLog) ?? alive[0];
}

/** From the ISR or, when that is empty, from the ELR: the ISR is this leader alone then. */
function appoint(draft: Draft, leader: number): void {
  draft.leader = leader;
  if (draft.isr.length > 0) return;
  draft.isr = [leader];
  draft.elr = draft.elr.filter((id) => id !== leader);
}

function recordOf(draft: Draft, target: PartitionTarget): PartitionChangeRecord | null {
  const { topicId, partition } = target;
  const takesReplicasAway =
    draft.replicas !== partition.replicas && partition.replicas.some((id) => !draft.replicas.includes(id));
  const namesLeader = draft.leader !== partition.leader || takesReplicasAway;
  const replicas = ifChanged(draft.replicas, partition.replicas);
  const placed = { ...partition, directories: target.directories ?? partition.directories };
  const directories = directoriesOf(placed, draft.replicas);
  const record: PartitionChangeRecord = {
    type: 'PartitionChangeRecord',
    topicId,
    partitionId: partition.partition,
    isr: ifChanged(draft.isr, partition.isr),
    replicas,
    addingReplicas: ifChanged(draft.addingReplicas, partition.addingReplicas),
    removingReplicas: ifChanged(draft.removingReplicas, partition.removingReplicas),
    elr: ifChanged(draft.elr, partition.elr),
    lastKnownElr: ifChanged(draft.lastKnownElr, partition.lastKnownElr),
    // Replicas are never said without where they are, once that is known of one of them.
    directories:
      replicas !== null && directories.length > 0
        ? directories
        : ifChanged(directories, partition.directories),
    leader: namesLeader ? draft.leader : NO_LEADER_CHANGE,
  };
  return isNoChange(record) ? null : record;
}

function isNoChange(record: PartitionChangeRecord): boolean {
  const { isr, replicas, addingReplicas, removingReplicas, elr, lastKnownElr, directories } = record;
  return (
    record.leader === NO_LEADER_CHANGE &&
    (isr ?? replicas ?? addingReplicas ?? removingReplicas ?? elr ?? lastKnownElr ?? directories) === null
  );
}

/** Null, as records have it, when the list is the same as before. */
function ifChanged<Item>(now: readonly Item[], was: readonly Item[]): readonly Item[] | null {
  if (now === was) return null;
  if (now.length !== was.length) return now;
  for (let index = 0; index < now.length; index++) if (now[index] !== was[index]) return now;
  return null;
}
