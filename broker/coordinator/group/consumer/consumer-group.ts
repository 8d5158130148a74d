/**
 * One group of the consumer protocol (KIP-848) exactly as its records say it. `replay` is the only thing that changes
 * it; a step that decides something works on a draft (group-draft.ts), to which it applies the records that it writes. What a step
 * asks for is kept along with the records, so that it need not look through all members: a group may have thousands.
 *
 * The group's epoch rises when a subscription or the metadata of a subscribed topic changes. The target assignment is
 * computed for an epoch, and members are led to it one by one: a member's own epoch says to which it has come.
 */
import type { GroupProtocol } from '../classic-group.ts';
import type { ConsumerGroupRecord } from './consumer-record.ts';
import { LayeredMap } from './layered-map.ts';
import { PartitionClaims } from './partition-claims.ts';
import { Tally } from './tally.ts';
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
  #subscriptions = new LayeredMap<string, MemberSubscription>();
  #current = new LayeredMap<string, MemberAssignment>();
  #targets = new LayeredMap<string, TopicPartitions>();
  #patterns = new LayeredMap<string, ResolvedPattern>();
  /** From here on what follows from the above. */
  #claims = new PartitionClaims();
  #namedTopics = new Tally<string>();
  #usedPatterns = new Tally<string>();
  /** Member ids by instance id. */
  #instances = new LayeredMap<string, string>();

  constructor(groupId: string) {
    this.groupId = groupId;
  }

  /** The same group, to be changed; it is of no more use when this one is changed. */
  draft(): ConsumerGroup {
    const draft = new ConsumerGroup(this.groupId);
    draft.groupEpoch = this.groupEpoch;
    draft.metadataHash = this.metadataHash;
    draft.assignmentEpoch = this.assignmentEpoch;
    draft.assignmentTimestampMs = this.assignmentTimestampMs;
    draft.hasPartitionMetadata = this.hasPartitionMetadata;
    draft.#subscriptions = this.#subscriptions.draft();
    draft.#current = this.#current.draft();
    draft.#targets = this.#targets.draft();
    draft.#patterns = this.#patterns.draft();
    draft.#claims = this.#claims.draft();
    draft.#namedTopics = this.#namedTopics.draft();
    draft.#usedPatterns = this.#usedPatterns.draft();
    draft.#instances = this.#instances.draft();
    return draft;
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
        return this.#subscribe(record.memberId, record.value);
      case 'consumer-target-member':
        return setOrDelete(this.#targets, record.memberId, record.value);
      case 'consumer-current':
        return this.#assign(record.memberId, record.value);
      case 'consumer-pattern':
        return setOrDelete(this.#patterns, record.pattern, record.value);
    }
  }

  #subscribe(memberId: string, subscription: MemberSubscription | null): void {
    const before = this.#subscriptions.get(memberId);
    if (before !== undefined) this.#countSubscription(before, -1);
    if (subscription !== null) this.#countSubscription(subscription, 1);
    const instanceId = before?.instanceId ?? null;
    if (instanceId !== null && this.#instances.get(instanceId) === memberId)
      this.#instances.delete(instanceId);
    if (subscription !== null && subscription.instanceId !== null)
      this.#instances.set(subscription.instanceId, memberId);
    setOrDelete(this.#subscriptions, memberId, subscription);
  }

  #countSubscription({ subscribedTopicNames, subscribedTopicRegex }: MemberSubscription, by: 1 | -1): void {
    for (const name of subscribedTopicNames) this.#namedTopics.add(name, by);
    if (subscribedTopicRegex !== null) this.#usedPatterns.add(subscribedTopicRegex, by);
  }

  #assign(memberId: string, assignment: MemberAssignment | null): void {
    const before = this.#current.get(memberId);
    for (const owned of before ? [before.assigned, before.pendingRevocation] : [])
      this.#claims.add(owned, -1);
    for (const owned of assignment ? [assignment.assigned, assignment.pendingRevocation] : [])
      this.#claims.add(owned, 1);
    setOrDelete(this.#current, memberId, assignment);
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
    const memberId = this.#instances.get(instanceId);
    return memberId === undefined ? null : this.member(memberId);
  }

  /** Another member has this partition, or has yet to let go of it. */
  isClaimedBeside({ current }: ConsumerMember, topicId: string, partition: number): boolean {
    const owned = [current.assigned, current.pendingRevocation];
    const own = owned.filter((each) => each.get(topicId)?.has(partition) === true).length;
    return this.#claims.of(topicId, partition) > own;
  }

  target(memberId: string): TopicPartitions {
    return this.#targets.get(memberId) ?? NO_PARTITIONS;
  }

  hasTarget(memberId: string): boolean {
    return this.#targets.has(memberId);
  }

  get patterns(): Pick<LayeredMap<string, ResolvedPattern>, 'get' | 'has' | 'keys' | typeof Symbol.iterator> {
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
    return this.#usedPatterns.of(pattern);
  }

  /** Names of topics that a member reads, those of its pattern included, whether they exist or not. */
  topicNamesOf({ subscribedTopicNames, subscribedTopicRegex }: MemberSubscription): ReadonlySet<string> {
    const resolved = this.#patterns.get(subscribedTopicRegex ?? '')?.topics ?? [];
    return new Set([...subscribedTopicNames, ...resolved]);
  }

  subscribedTopicNames(): ReadonlySet<string> {
    const names = new Set(this.#namedTopics.keys());
    for (const pattern of this.#usedPatterns.keys())
      for (const name of this.#patterns.get(pattern)?.topics ?? []) names.add(name);
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

function setOrDelete<Value>(map: LayeredMap<string, Value>, key: string, value: Value | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
