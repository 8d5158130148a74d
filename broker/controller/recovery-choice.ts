/**
 * Decides who leads a partition whose last replicas all restarted uncleanly: ISR and ELR are empty, lastKnownElr has
 * several members. Each of them once had every committed record and may have lost the newest ones; the one with the
 * longest log leads, and only when all of them have been heard, because the one that is missing may be the longest.
 * Logs are compared as in every election of Kafka's quorum: the later last epoch counts first, then the end offset.
 * (KIP-966 calls it a balanced unclean recovery.) Asking the brokers is the shell's affair.
 */
import type { CommandResult } from './command.ts';
import type { MetadataImage } from './image.ts';
import { mayLead } from './leader-elections.ts';
import { NO_LEADER, partitionChange, type PartitionChangeRecord } from './metadata-record.ts';

export interface RecoverablePartition {
  readonly topicId: string;
  readonly partition: number;
  /** To be handed back: who was asked about an older state does not count. */
  readonly partitionEpoch: number;
  /** All alive; whom to ask for their log's end. At least one. */
  readonly members: readonly number[];
}

export interface LogEnd {
  readonly brokerId: number;
  /** Of the last batch; -1 when the log is empty. */
  readonly epoch: number;
  readonly endOffset: number;
}

export interface RecoveryChoice {
  readonly topicId: string;
  readonly partition: number;
  readonly partitionEpoch: number;
  readonly leader: number;
}

/** By which replies about the ends of logs are kept. */
export function logKey(topicId: string, partition: number): string {
  return `${topicId}:${String(partition)}`;
}

/** Partitions that an operator's election is about, with all replicas that live: several, or there is no choice. */
export function choosablePartitions(
  asked: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null,
  image: MetadataImage,
): RecoverablePartition[] {
  const found: RecoverablePartition[] = [];
  for (const { topicId, name, partitions } of image.topicsById.values()) {
    for (const state of partitions.values()) {
      const { partition, leader, replicas, partitionEpoch } = state;
      if (leader !== NO_LEADER) continue;
      const isAsked = asked?.some((one) => one.topic === name && one.partitions.includes(partition)) ?? true;
      const members = replicas.filter((id) => mayLead(id, state, image));
      if (isAsked && members.length > 1) found.push({ topicId, partition, partitionEpoch, members });
    }
  }
  return found;
}

export function recoverablePartitions(image: MetadataImage): RecoverablePartition[] {
  const found: RecoverablePartition[] = [];
  for (const { topicId, partitions } of image.topicsById.values()) {
    for (const state of partitions.values()) {
      const { partition, leader, isr, elr, lastKnownElr, partitionEpoch } = state;
      if (leader !== NO_LEADER || isr.length > 0 || elr.length > 0 || lastKnownElr.length === 0) continue;
      if (!lastKnownElr.every((id) => mayLead(id, state, image))) continue;
      found.push({ topicId, partition, partitionEpoch, members: lastKnownElr });
    }
  }
  return found;
}

/** Null while a member has not been heard. Of equal logs the first in the order of `members` wins. */
export function chooseLongestLog(members: readonly number[], ends: readonly LogEnd[]): number | null {
  let best: LogEnd | null = null;
  for (const member of members) {
    const end = ends.find(({ brokerId }) => brokerId === member);
    if (end === undefined) return null;
    if (
      best === null ||
      end.epoch > best.epoch ||
      (end.epoch === best.epoch && end.endOffset > best.endOffset)
    ) {
      best = end;
    }
  }
  return best === null ? null : best.brokerId;
}

/** The answer is how many partitions have a leader again. Choices for partitions that changed meanwhile are passed over. */
export function electRecovered(
  choices: readonly RecoveryChoice[],
  image: MetadataImage,
): CommandResult<number> {
  const records: PartitionChangeRecord[] = [];
  for (const { topicId, partition: index, partitionEpoch, leader } of choices) {
    const partition = image.topicsById.get(topicId)?.partitions.get(index);
    if (partition?.partitionEpoch !== partitionEpoch || partition.leader !== NO_LEADER) continue;
    if (!partition.lastKnownElr.includes(leader) || !mayLead(leader, partition, image)) continue;
    records.push(partitionChange(topicId, index, { leader, isr: [leader], lastKnownElr: [] }));
  }
  return { records, response: records.length, divisible: true };
}
