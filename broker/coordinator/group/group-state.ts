/**
 * The states of a classic consumer group (KIP-62 and before) and every way from one to another.
 *
 * | from                | to                  | when                                                                    |
 * |---------------------|---------------------|-------------------------------------------------------------------------|
 * | Empty               | PreparingRebalance  | the first member joins; waits group.initial.rebalance.delay.ms          |
 * | PreparingRebalance  | CompletingRebalance | all known members joined again, or the rebalance timeout passed         |
 * | PreparingRebalance  | Empty               | the join phase ends and nobody is left                                  |
 * | CompletingRebalance | Stable              | the leader's assignment is committed to __consumer_offsets              |
 * | CompletingRebalance | PreparingRebalance  | a member joins, leaves, expires or never syncs; storing fails           |
 * | Stable              | PreparingRebalance  | the leader joins again, a member's metadata changes, one leaves/expires |
 * | any                 | Dead                | the group is deleted, its last offset expired, or its partition moved   |
 *
 * A static member that comes back to a Stable group under a new member id changes nothing here (KIP-345).
 */
import assert from 'node:assert/strict';

/** As DescribeGroups and ListGroups spell them. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** By the state that is entered: the states it may be entered from. */
const allowedFrom: Record<GroupState, readonly GroupState[]> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Empty', 'CompletingRebalance', 'Stable'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead'],
};

export function assertTransition(groupId: string, from: GroupState, to: GroupState): void {
  assert(allowedFrom[to].includes(from), `group ${groupId} cannot go from ${from} to ${to}`);
}
