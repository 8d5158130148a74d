/**
 * One classic group as it lives in memory: members, generation, and who waits for what. Pure data and the questions
 * that can be answered from it; what happens when is decided in rebalance.ts, join-group.ts, sync-group.ts and
 * leave-group.ts. Nothing here is durable: after a restart it is made again from the stored group metadata.
 *
 * Invariants: the leader is a member unless the group is empty; a static instance id names one member; a member id
 * is either pending (told to come back with it, KIP-394) or a member, never both.
 */
import type { ReplyTo } from '../runtime/effects.ts';
import { readSubscription } from './embedded-protocol.ts';
import { assertTransition, type GroupState } from './group-state.ts';

export interface GroupProtocol {
  readonly name: string;
  /** Opaque to the broker. */
  readonly metadata: Buffer;
}

export interface JoinResult {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Buffer;
  }[];
}

export interface SyncResult {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export interface Member {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  clientId: string;
  clientHost: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In the member's order of preference. Change them by ClassicGroup.setProtocols. */
  protocols: readonly GroupProtocol[];
  assignment: Buffer;
  awaitingJoin: ReplyTo<JoinResult> | null;
  awaitingSync: ReplyTo<SyncResult> | null;
  /** True until its first join is answered. */
  isNew: boolean;
  /** Monotonic time at which the session ends unless it is extended. */
  sessionDeadlineMs: number;
  /** Monotonic time at which the session timer rings next; Infinity while there is none. */
  sessionTimerMs: number;
}

export const EMPTY_BYTES = Buffer.alloc(0);
export const NO_GENERATION = -1;

export class ClassicGroup {
  readonly groupId: string;
  readonly members = new Map<string, Member>();
  /** Instance id to member id (KIP-345). */
  readonly staticMembers = new Map<string, string>();
  /** Given to clients that are expected to come back with them. */
  readonly pendingJoinMembers = new Set<string>();
  /** Joined this generation and not yet asked for their assignment. */
  readonly pendingSyncMembers = new Set<string>();
  generationId = 0;
  protocolType: string | null = null;
  protocolName: string | null = null;
  leaderId: string | null = null;
  /** During the first join phase: a member came since the wait was last prolonged. */
  newMemberAdded = false;
  /** Topics that the members of a consumer group asked for; null when that cannot be known. */
  subscribedTopics: ReadonlySet<string> | null = null;
  /** How many members offer each protocol. */
  readonly #protocolCounts = new Map<string, number>();
  /** Wall clock. */
  stateSinceMs: number;
  #state: GroupState = 'Empty';
  #previousState: GroupState = 'Empty';

  constructor(groupId: string, nowWallMs: number) {
    this.groupId = groupId;
    this.stateSinceMs = nowWallMs;
  }

  get state(): GroupState {
    return this.#state;
  }

  get previousState(): GroupState {
    return this.#previousState;
  }

  transitionTo(state: GroupState, nowWallMs: number): void {
    assertTransition(this.groupId, this.#state, state);
    this.#previousState = this.#state;
    this.#state = state;
    this.stateSinceMs = nowWallMs;
  }

  /** Puts a group that was read from the log into the state it was stored in. */
  restoreState(state: 'Empty' | 'Stable', sinceMs: number): void {
    this.#state = state;
    this.#previousState = state;
    this.stateSinceMs = sinceMs;
  }

  isLeader(memberId: string): boolean {
    return this.leaderId === memberId;
  }

  leaderOrEmpty(): string {
    return this.leaderId ?? '';
  }

  addMember(member: Member, protocolType: string): void {
    if (this.members.size === 0) this.protocolType = protocolType;
    this.members.set(member.memberId, member);
    this.#countProtocols(member, 1);
    if (member.groupInstanceId !== null) this.staticMembers.set(member.groupInstanceId, member.memberId);
    this.leaderId ??= member.memberId;
    this.pendingJoinMembers.delete(member.memberId);
  }

  /** Takes a member out of every list; the oldest of the others becomes leader if it was the leader. */
  removeMember(memberId: string): Member | null {
    this.pendingJoinMembers.delete(memberId);
    this.pendingSyncMembers.delete(memberId);
    const member = this.members.get(memberId);
    if (member === undefined) return null;
    this.#countProtocols(member, -1);
    this.members.delete(memberId);
    if (member.groupInstanceId !== null && this.staticMembers.get(member.groupInstanceId) === memberId) {
      this.staticMembers.delete(member.groupInstanceId);
    }
    if (this.leaderId === memberId) this.leaderId = this.members.keys().next().value ?? null;
    return member;
  }

  /** The static member of `oldMemberId` goes on as `newMemberId`, with its assignment and, if so, as leader. */
  replaceStaticMember(instanceId: string, oldMember: Member, newMemberId: string): Member {
    const wasLeader = this.isLeader(oldMember.memberId);
    const member: Member = {
      ...oldMember,
      memberId: newMemberId,
      awaitingJoin: null,
      awaitingSync: null,
      sessionTimerMs: Number.POSITIVE_INFINITY,
    };
    this.members.delete(oldMember.memberId);
    this.members.set(newMemberId, member);
    this.staticMembers.set(instanceId, newMemberId);
    if (this.pendingSyncMembers.delete(oldMember.memberId)) this.pendingSyncMembers.add(newMemberId);
    if (wasLeader) this.leaderId = newMemberId;
    return member;
  }

  allMembersJoined(): boolean {
    return this.pendingJoinMembers.size === 0 && this.awaitingJoinCount() === this.members.size;
  }

  awaitingJoinCount(): number {
    let count = 0;
    for (const member of this.members.values()) if (member.awaitingJoin !== null) count++;
    return count;
  }

  /** The longest of the members' rebalance timeouts. */
  rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const member of this.members.values()) longest = Math.max(longest, member.rebalanceTimeoutMs);
    return longest;
  }

  /** The member now offers these. */
  setProtocols(member: Member, protocols: readonly GroupProtocol[]): void {
    this.#countProtocols(member, -1);
    member.protocols = protocols;
    this.#countProtocols(member, 1);
  }

  #countProtocols(member: Member, change: 1 | -1): void {
    if (this.members.get(member.memberId) !== member) return;
    for (const name of new Set(member.protocols.map((protocol) => protocol.name))) {
      const count = (this.#protocolCounts.get(name) ?? 0) + change;
      if (count === 0) this.#protocolCounts.delete(name);
      else this.#protocolCounts.set(name, count);
    }
  }

  #isCommon(name: string): boolean {
    return this.#protocolCounts.get(name) === this.members.size;
  }

  /** Can a member with these protocols live in this group? An empty group takes any that says something. */
  supportsProtocols(protocolType: string, protocols: readonly GroupProtocol[]): boolean {
    if (this.#state === 'Empty') return protocolType !== '' && protocols.length > 0;
    if (protocolType !== this.protocolType) return false;
    return protocols.some(({ name }) => this.#isCommon(name));
  }

  /** Each member votes for the first of its own that all support; most votes win, the first voted for at a draw. */
  selectProtocol(): string | null {
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.protocols.find(({ name }) => this.#isCommon(name))?.name;
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    let best: string | null = null;
    for (const [name, count] of votes) if (best === null || count > (votes.get(best) ?? 0)) best = name;
    return best;
  }

  metadataOf(member: Member): Buffer {
    return member.protocols.find(({ name }) => name === this.protocolName)?.metadata ?? EMPTY_BYTES;
  }

  /** For consumers that speak the consumer protocol: what they subscribed to, or null when it cannot be read. */
  computeSubscribedTopics(): ReadonlySet<string> | null {
    if (this.protocolType !== 'consumer' || this.protocolName === null) return null;
    const topics = new Set<string>();
    for (const member of this.members.values()) {
      const subscribed = readSubscription(this.metadataOf(member))?.topics ?? null;
      if (subscribed === null) return null;
      for (const topic of subscribed) topics.add(topic);
    }
    return topics;
  }
}

/** The bytes of requests and records are views into their frames, which would stay in memory as long as the group does. */
export function ownCopies(protocols: readonly GroupProtocol[]): GroupProtocol[] {
  return protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) }));
}

export function sameProtocols(left: readonly GroupProtocol[], right: readonly GroupProtocol[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ name, metadata }, index) => {
      const other = right[index];
      return other !== undefined && other.name === name && other.metadata.equals(metadata);
    })
  );
}
