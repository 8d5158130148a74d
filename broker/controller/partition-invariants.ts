/** Test support: what every single change of a partition must keep, and how far two logs are the same. */
import assert from 'node:assert/strict';
import type { ReplicaPolicy } from './command.ts';
import type { PartitionImage } from './image.ts';

export interface LogRecord {
  readonly id: number;
  readonly epoch: number;
}

/** How many records from the start on are the same in both. */
export function commonLength(one: readonly LogRecord[], other: readonly LogRecord[]): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at]?.id !== other[at]?.id) return at;
  return length;
}

export function checkChange(before: PartitionImage, after: PartitionImage, policy: ReplicaPolicy): void {
  const { replicas, isr, elr, lastKnownElr, addingReplicas, removingReplicas, leader } = after;
  const places = [...isr, ...elr, ...lastKnownElr];
  assert.equal(new Set(places).size, places.length, 'a replica in two places');
  for (const id of [...places, ...addingReplicas, ...removingReplicas]) assert(replicas.includes(id));
  assert(leader === -1 || isr.includes(leader));
  assert.equal(after.partitionEpoch, before.partitionEpoch + 1);
  const begun = after.leaderEpoch - before.leaderEpoch;
  assert(begun === 0 || begun === 1);
  if (leader !== before.leader) assert.equal(begun, 1);
  if (isr.length >= Math.min(policy.minInsyncReplicas, replicas.length)) {
    assert.equal(elr.length, 0, 'eligible replicas beside a full ISR');
  }
}
