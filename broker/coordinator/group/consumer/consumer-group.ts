/**
 * One group of the consumer protocol (KIP-848) exactly as its records say it. `replay` is the only thing that changes
 * it; a step that decides something works on a copy (group-draft.ts), to which it applies the records that it writes.
 *
 * The group's epoch rises when a subscription or the metadata of a subscribed topic changes. The target assignment is
 * computed for an epoch, and members are led to it one by one: a member's own epoch says to which it has come.
 */
import type { GroupProtocol } from '../classic-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';
import {
  NO_PARTITIONS,
  NOTHING_OWNED,
  type OwnedPartitions,
  type TopicPartitions,
} from './topic-partitions.ts';

/** What a member says of itself that speaks the classic protocol in a consumer group. */
export interface ClassicTerms {
  readonly sessionTimeoutMs: number;
  /** In its order of preference. */
  readonly protocols: readonly GroupProtocol[];
}

export interface MemberSubscription {
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly subscribedTopicNames: readonly string[];
  /** Null or empty: none. */
  readonly subscribedTopicRegex: string | null;
  readonly rebalanceTimeoutMs: number;
  readonly serverAssignor: string | null;
  /** Null: it speaks the consumer protocol. */
  readonly classic: ClassicTerms | null;
}

/**
 * STABLE: it has what the target of its epoch gives it. UNREVOKED_PARTITIONS: it has yet to let go of some, and stays in
 * its epoch until then. UNRELEASED_PARTITIONS: it is in the target's epoch and waits for partitions that others have.
 */
export type MemberState = 'STABLE' | 'UNREVOKED_PARTITIONS' | 'UNRELEASED_PARTITIONS';

/** A static member that has left and is expected back. */
export const LEFT_FOR_A_WHILE = -2;
export const LEFT = -1;

export interface MemberAssignment {
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  readonly state: MemberState;
  readonly assigned: OwnedPartitions;
  readonly pendingRevocation: OwnedPartitions;
}

export interface ResolvedPattern {
  readonly topics: ReadonlySet<string>;
  /** Offset of the metadata image that was searched. */
  readonly version: number;
  /** Wall clock. */
  readonly timestampMs: number;
}

export interface ConsumerMember {
  readonly memberId: string;
  readonly subscription: MemberSubscription;
  readonly current: MemberAssignment;
}

export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

export const NOT_JOINED: MemberAssignment = {
  ...{ memberEpoch: 0, previousMemberEpoch: 0, state: 'STABLE' },
  ...{ assigned: NOTHING_OWNED, pendingRevocation: NOTHING_OWNED },
};

export class ConsumerGroup {
  readonly groupId: string;
  groupEpoch = 0;
  metadataHash = 0n;
  assignmentEpoch = 0;
  /** Wall clock; 0 before the first. */
  assignmentTimestampMs = 0;
  /** A record of the type that Kafka 4.1 retired is in the log. */
  hasPartitionMetadata = false;
  /** Of the topology that its topics were last compared with. Not stored. */
  checkedVersion = -1;
  readonly #subscriptions = new Map<string, MemberSubscription>();
  readonly #current = new Map<string, MemberAssignment>();
  readonly #targets = new Map<string, TopicPartitions>();
  readonly #patterns = new Map<string, ResolvedPattern>();

  constructor(groupId: string) {
    this.groupId = groupId;
  }

  copy(): ConsumerGroup {
    const copy = new ConsumerGroup(this.groupId);
    copy.groupEpoch = this.groupEpoch;
    copy.metadataHash = this.metadataHash;
    copy.assignmentEpoch = this.assignmentEpoch;
    copy.assignmentTimestampMs = this.assignmentTimestampMs;
    copy.hasPartitionMetadata = this.hasPartitionMetadata;
    for (const [id, each] of this.#subscriptions) copy.#subscriptions.set(id, each);
    for (const [id, each] of this.#current) copy.#current.set(id, each);
    for (const [id, each] of this.#targets) copy.#targets.set(id, each);
    for (const [pattern, each] of this.#patterns) copy.#patterns.set(pattern, each);
    return copy;
  }

  replay(record: ConsumerGroupRecord): void {
    switch (record.kind) {
      case 'consumer-group':
        this.groupEpoch = record.value?.epoch ?? 0;
        this.metadataHash = record.value?.metadataHash ?? 0n;
        return;
      case 'consumer-partitions':
        this.hasPartitionMetadata = record.value !== null;
        return;
      case 'consumer-target':
        this.assignmentEpoch = record.value?.assignmentEpoch ?? 0;
        this.assignmentTimestampMs = record.value?.assignmentTimestampMs ?? 0;
        return;
      case 'consumer-member':
        return setOrDelete(this.#subscriptions, record.memberId, record.value);
      case 'consumer-target-member':
        return setOrDelete(this.#targets, record.memberId, record.value);
      case 'consumer-current':
        return setOrDelete(this.#current, record.memberId, record.value);
      case 'consumer-pattern':
        return setOrDelete(this.#patterns, record.pattern, record.value);
    }
  }

  /** Nothing of it is stored any more. */
  get isGone(): boolean {
    const stored = [this.#subscriptions, this.#current, this.#targets, this.#patterns];
    return (
      this.groupEpoch === 0 &&
      this.assignmentEpoch === 0 &&
      !this.hasPartitionMetadata &&
      stored.every(({ size }) => size === 0)
    );
  }

  get memberCount(): number {
    return this.#subscriptions.size;
  }

  hasMember(memberId: string): boolean {
    return this.#subscriptions.has(memberId);
  }

  member(memberId: string): ConsumerMember | null {
    const subscription = this.#subscriptions.get(memberId);
    if (subscription === undefined) return null;
    return { memberId, subscription, current: this.#current.get(memberId) ?? NOT_JOINED };
  }

  *members(): Generator<ConsumerMember> {
    for (const [memberId, subscription] of this.#subscriptions)
      yield { memberId, subscription, current: this.#current.get(memberId) ?? NOT_JOINED };
  }

  staticMember(instanceId: string): ConsumerMember | null {
    for (const member of this.members()) if (member.subscription.instanceId === instanceId) return member;
    return null;
  }

  target(memberId: string): TopicPartitions {
    return this.#targets.get(memberId) ?? NO_PARTITIONS;
  }

  hasTarget(memberId: string): boolean {
    return this.#targets.has(memberId);
  }

  get patterns(): ReadonlyMap<string, ResolvedPattern> {
    return this.#patterns;
  }

  /** Terms of the members that speak the classic protocol. */
  *classicTerms(): Generator<ClassicTerms> {
    for (const { classic } of this.#subscriptions.values()) if (classic !== null) yield classic;
  }

  /** It has members, and all of them speak the classic protocol. */
  get isAllClassic(): boolean {
    return this.memberCount > 0 && [...this.classicTerms()].length === this.memberCount;
  }

  /** How many members subscribe by this pattern. */
  countPattern(pattern: string): number {
    let count = 0;
    for (const each of this.#subscriptions.values()) if (each.subscribedTopicRegex === pattern) count += 1;
    return count;
  }

  /** Names of topics that a member reads, those of its pattern included, whether they exist or not. */
  topicNamesOf({ subscribedTopicNames, subscribedTopicRegex }: MemberSubscription): ReadonlySet<string> {
    const resolved = this.#patterns.get(subscribedTopicRegex ?? '')?.topics ?? [];
    return new Set([...subscribedTopicNames, ...resolved]);
  }

  subscribedTopicNames(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const subscription of this.#subscriptions.values())
      for (const name of this.topicNamesOf(subscription)) names.add(name);
    return names;
  }

  get state(): ConsumerGroupState {
    if (this.#subscriptions.size === 0) return 'Empty';
    if (this.groupEpoch > this.assignmentEpoch) return 'Assigning';
    for (const member of this.members()) if (!this.isReconciled(member)) return 'Reconciling';
    return 'Stable';
  }

  isReconciled({ current }: ConsumerMember): boolean {
    return current.state === 'STABLE' && current.memberEpoch === this.assignmentEpoch;
  }

  /** The assignor that most members ask for, the first one asked for at a draw; null when none does. */
  preferredAssignor(): string | null {
    const votes = new Map<string, number>();
    for (const { serverAssignor } of this.#subscriptions.values())
      if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
    let best: string | null = null;
    for (const [name, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = name;
    return best;
  }

  /** What takes the group out of the log. */
  tombstones(): ConsumerGroupRecord[] {
    const { groupId } = this;
    const records: ConsumerGroupRecord[] = [];
    const value = null;
    for (const memberId of this.#current.keys())
      records.push({ kind: 'consumer-current', groupId, memberId, value });
    for (const memberId of this.#targets.keys())
      records.push({ kind: 'consumer-target-member', groupId, memberId, value });
    records.push({ kind: 'consumer-target', groupId, value });
    for (const memberId of this.#subscriptions.keys())
      records.push({ kind: 'consumer-member', groupId, memberId, value });
    for (const pattern of this.#patterns.keys())
      records.push({ kind: 'consumer-pattern', groupId, pattern, value });
    if (this.hasPartitionMetadata) records.push({ kind: 'consumer-partitions', groupId, value });
    records.push({ kind: 'consumer-group', groupId, value });
    return records;
  }
}

function setOrDelete<Value>(map: Map<string, Value>, key: string, value: Value | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
