/**
 * What every decision about a group is given: the limits in force, the instant, and where its effects go. And the
 * events by which a group hears from the outside later: timers, and the outcome of storing its records.
 */
import type { Effects, Moment } from '../runtime/effects.ts';
import type { ClassicGroup, Member } from './classic-group.ts';
import type { MemberTask } from './consumer/member-timers.ts';
import type { MigrationPolicy } from './consumer/migration.ts';
import type { GroupRecord } from './group-record.ts';

export interface GroupCoordinatorConfig {
  /** group.min.session.timeout.ms and group.max.session.timeout.ms */
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** group.max.size */
  readonly maxGroupSize: number;
  /** group.initial.rebalance.delay.ms */
  readonly initialRebalanceDelayMs: number;
  /** offset.metadata.max.bytes */
  readonly offsetMetadataMaxBytes: number;
  /** offsets.retention.minutes, in ms */
  readonly offsetsRetentionMs: number;
  /** offsets.retention.check.interval.ms */
  readonly offsetsRetentionCheckIntervalMs: number;
  /** offsets.topic.num.partitions, used until the topic exists */
  readonly offsetsTopicPartitions: number;
  /** offsets.commit.timeout.ms: how long a commit waits for the in-sync replicas. */
  readonly offsetsCommitTimeoutMs: number;
  readonly consumer: ConsumerGroupConfig;
}

/** For groups of the consumer protocol, where the broker says how things go (KIP-848). */
export interface ConsumerGroupConfig {
  /** The settings of the group itself, or else the broker's. */
  readonly timesOf: (groupId: string) => ConsumerGroupTimes;
  /** group.consumer.max.size */
  readonly maxSize: number;
  /** group.consumer.assignors: the first is the default. */
  readonly assignors: readonly string[];
  /** group.consumer.migration.policy */
  readonly migrationPolicy: MigrationPolicy;
  /** group.consumer.regex.refresh.interval.ms */
  readonly regexRefreshIntervalMs: number;
}

/** What single groups may have otherwise than the broker says. */
export interface ConsumerGroupTimes {
  /** consumer.session.timeout.ms, or group.consumer.session.timeout.ms */
  readonly sessionTimeoutMs: number;
  /** consumer.heartbeat.interval.ms, or group.consumer.heartbeat.interval.ms */
  readonly heartbeatIntervalMs: number;
  /** consumer.assignment.interval.ms, or group.consumer.assignment.interval.ms */
  readonly assignmentIntervalMs: number;
}

export type GroupEvent =
  | { readonly kind: 'session-timer'; readonly groupId: string; readonly memberId: string }
  | { readonly kind: 'pending-member-timer'; readonly groupId: string; readonly memberId: string }
  | {
      readonly kind: 'initial-join-timer';
      readonly groupId: string;
      readonly delayMs: number;
      readonly remainingMs: number;
    }
  | { readonly kind: 'join-timer'; readonly groupId: string }
  | { readonly kind: 'sync-timer'; readonly groupId: string; readonly generationId: number }
  | { readonly kind: 'offset-expiry-timer' }
  | { readonly kind: 'consumer-session-timer'; readonly groupId: string; readonly memberId: string }
  | {
      readonly kind: 'consumer-task-timer';
      readonly groupId: string;
      readonly memberId: string;
      readonly task: MemberTask;
      /** Of the member when the time for the task began. */
      readonly memberEpoch: number;
    }
  | { readonly kind: 'consumer-group-settled'; readonly groupId: string }
  | { readonly kind: 'assignment-stored'; readonly groupId: string; readonly generationId: number }
  | { readonly kind: 'static-member-stored'; readonly groupId: string; readonly change: StaticMemberChange };

/** What to finish, or to take back, when the new member id of a static member is stored (or is not). */
export interface StaticMemberChange {
  readonly generationId: number;
  readonly instanceId: string;
  readonly newMemberId: string;
  readonly oldMember: Member;
  /** Who led when the member came: it must not believe that it leads and has to assign anew. */
  readonly leaderBefore: string;
  readonly supportsSkippingAssignment: boolean;
}

export type GroupEffects = Effects<GroupRecord, GroupEvent>;

export interface GroupContext {
  readonly config: GroupCoordinatorConfig;
  readonly now: Moment;
  readonly effects: GroupEffects;
}

export function joinTimerKey(group: ClassicGroup): string {
  return `join:${group.groupId}`;
}

export function syncTimerKey(group: ClassicGroup): string {
  return `sync:${group.groupId}`;
}

/** The length in front keeps two ids from running into each other. */
export function memberTimerKey(groupId: string, memberId: string): string {
  return `member:${String(groupId.length)}:${groupId}:${memberId}`;
}
