/**
 * One member of a classic consumer group: joins, gets its partitions, shows by heartbeats that it lives, commits, leaves. When the
 * group rebalances, `mustJoin` says so; whoever reads commits and joins again. Eager rebalancing: between two generations a
 * member owns nothing.
 *
 * Written here rather than taken from kafkajs: its members have assignors that share no name with those of Kafka's own consumers, so
 * that the two cannot be in one group, it needs packages of its own for every codec but gzip, and it goes on trying where a tool
 * has to end with the reason.
 */
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import {
  joinGroupRequest,
  joinGroupResponse,
  type JoinGroupResponse,
} from '../../protocol/messages/11-join-group.ts';
import { heartbeatRequest, heartbeatResponse } from '../../protocol/messages/12-heartbeat.ts';
import { syncGroupRequest, syncGroupResponse } from '../../protocol/messages/14-sync-group.ts';
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
} from '../../protocol/messages/records-consumer-protocol.ts';
import { decodeVersioned, encodeVersioned } from '../../protocol/schema/versioned-data.ts';
import { commitGroupOffsets, type Membership, type OffsetToCommit } from '../admin/commit-group-offsets.ts';
import { readAssignment, type TopicPartitions } from '../admin/describe-groups.ts';
import { fetchGroupOffsets, type CommittedOffset } from '../admin/fetch-group-offsets.ts';
import { findCoordinators } from '../admin/find-coordinators.ts';
import { removeMembers } from '../admin/remove-members.ts';
import { apiCall } from '../api-call.ts';
import { brokerError, ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { withRetry } from '../retry.ts';
import { assignRanges, type Subscriber } from './range-assignor.ts';

const joinApi = apiCall(joinGroupRequest, joinGroupResponse, { minVersion: 1 });
const syncApi = apiCall(syncGroupRequest, syncGroupResponse);
const heartbeatApi = apiCall(heartbeatRequest, heartbeatResponse);
const PROTOCOL_TYPE = 'consumer';
const ASSIGNOR = 'range';
const SUBSCRIPTION_VERSION = 1;
const ASSIGNMENT_VERSION = 1;
/** The answer to a join comes when all have joined. */
const JOIN_GRACE_MS = 5_000;
/** Coordinators come up, load and move within this. */
const PATIENCE = { pausesMs: [100, 200, 400, 800, 1_000, 1_000, 2_000, 2_000, 4_000, 4_000, 8_000, 8_000] };

/** The group goes on without us in the shape that we know; we join anew. */
const REJOIN: ReadonlySet<number> = new Set([
  ErrorCode.REBALANCE_IN_PROGRESS,
  ErrorCode.ILLEGAL_GENERATION,
  ErrorCode.UNKNOWN_MEMBER_ID,
]);

export interface GroupSettings {
  readonly groupId: string;
  readonly groupInstanceId: string | null;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Partitions of these topics, for whoever leads the group. */
  readonly countPartitions: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>;
}

const NOBODY = { memberId: '', generationId: -1 };

export class GroupMember {
  mustJoin = true;
  isLeader = false;
  /** Why it can be a member no more: what the broker says or does not, or a fault of ours. Whoever reads throws it on. */
  failure: Error | null = null;
  readonly #cluster: KafkaCluster;
  readonly #settings: GroupSettings;
  #membership: Membership;
  #coordinatorId: number | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(cluster: KafkaCluster, settings: GroupSettings) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#membership = { ...NOBODY, groupInstanceId: settings.groupInstanceId };
  }

  /** Resolves with what this member is to read once the group is agreed. */
  async join(topics: readonly string[]): Promise<readonly TopicPartitions[]> {
    this.#rest();
    for (;;) {
      const joined = await this.#joinOnce(topics);
      if (joined === null) continue;
      const assigned = await this.#sync(joined);
      if (assigned === null) continue;
      this.mustJoin = false;
      this.#beatLater();
      return assigned;
    }
  }

  /** Of all partitions that the group has committed for. */
  async committed(): Promise<readonly CommittedOffset[]> {
    return this.#coordinated(async (coordinator) => {
      const { groupId } = this.#settings;
      const [told] = await fetchGroupOffsets(this.#cluster, coordinator, [groupId]);
      const errorCode = codeOf(told?.error ?? null);
      return { errorCode, answer: told?.committed ?? [] };
    }, `offsets of group ${this.#settings.groupId}`);
  }

  /** False: the group has moved on, and who reads now goes on from the last commit before. */
  async commit(offsets: readonly OffsetToCommit[]): Promise<boolean> {
    if (offsets.length === 0) return true;
    const code = await this.#coordinated(async (coordinator) => {
      const told = await commitGroupOffsets(
        ...([this.#cluster, coordinator, this.#settings.groupId, offsets, this.#membership] as const),
      );
      const failed = told.find(({ error }) => error !== null);
      const errorCode = codeOf(failed?.error ?? null);
      return REJOIN.has(errorCode) ? { errorCode: 0, answer: errorCode } : { errorCode, answer: 0 };
    }, `commit for group ${this.#settings.groupId}`);
    if (code !== 0) this.#lost(code);
    return code === 0;
  }

  /** A static member stays, so that it has its partitions when it comes back. */
  async leave(): Promise<void> {
    this.#rest();
    const { memberId, groupInstanceId } = this.#membership;
    if (memberId === '' || groupInstanceId !== null || this.#coordinatorId === null) return;
    const member = { memberId, groupInstanceId };
    const { groupId } = this.#settings;
    const reason = 'the consumer is being closed';
    await removeMembers(this.#cluster, this.#coordinatorId, groupId, [member], reason).catch(
      (error: unknown) => {
        if (!(error instanceof ClientError)) throw error;
      },
    );
  }

  async #joinOnce(topics: readonly string[]): Promise<JoinGroupResponse | null> {
    const { groupId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = this.#settings;
    const metadata = encodeVersioned(consumerProtocolSubscription, SUBSCRIPTION_VERSION, {
      ...{ topics, userData: null, ownedPartitions: [] },
    });
    const answer = await this.#coordinated(async (coordinator) => {
      const told = await this.#cluster.call(
        coordinator,
        joinApi,
        {
          ...{ groupId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs },
          ...{ memberId: this.#membership.memberId, protocolType: PROTOCOL_TYPE, reason: null },
          protocols: [{ name: ASSIGNOR, metadata }],
        },
        { timeoutMs: rebalanceTimeoutMs + JOIN_GRACE_MS },
      );
      if (told.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
        this.#membership = { ...this.#membership, memberId: told.memberId };
        return { errorCode: 0, answer: null };
      }
      if (REJOIN.has(told.errorCode)) {
        this.#lost(told.errorCode);
        return { errorCode: 0, answer: null };
      }
      return { errorCode: told.errorCode, answer: told };
    }, `join group ${groupId}`);
    if (answer === null) return null;
    this.#membership = { memberId: answer.memberId, generationId: answer.generationId, groupInstanceId };
    this.isLeader = answer.leader === answer.memberId;
    return answer;
  }

  async #sync(joined: JoinGroupResponse): Promise<readonly TopicPartitions[] | null> {
    const { groupId, groupInstanceId } = this.#settings;
    const { memberId, generationId } = this.#membership;
    const assignments = this.isLeader && !joined.skipAssignment ? await this.#assign(joined) : [];
    return this.#coordinated(async (coordinator) => {
      const told = await this.#cluster.call(coordinator, syncApi, {
        ...{ groupId, generationId, memberId, groupInstanceId, assignments },
        ...{ protocolType: PROTOCOL_TYPE, protocolName: ASSIGNOR },
      });
      if (REJOIN.has(told.errorCode)) {
        this.#lost(told.errorCode);
        return { errorCode: 0, answer: null };
      }
      return { errorCode: told.errorCode, answer: readAssignment(told.assignment) ?? [] };
    }, `sync of group ${groupId}`);
  }

  async #assign({ members }: JoinGroupResponse): Promise<{ memberId: string; assignment: Buffer }[]> {
    const subscribers: Subscriber[] = members.map(({ memberId, groupInstanceId, metadata }) => ({
      ...{ memberId, groupInstanceId },
      topics: decodeVersioned(consumerProtocolSubscription, metadata).topics,
    }));
    const topics = [...new Set(subscribers.flatMap((each) => each.topics))];
    const assigned = assignRanges(subscribers, await this.#settings.countPartitions(topics));
    return Array.from(assigned, ([memberId, partitions]) => ({
      memberId,
      assignment: encodeVersioned(consumerProtocolAssignment, ASSIGNMENT_VERSION, {
        ...{ assignedPartitions: partitions, userData: null },
      }),
    }));
  }

  #beatLater(): void {
    this.#timer = setTimeout(() => {
      void this.#beat().then(
        () => this.#timer !== null && !this.mustJoin && this.#beatLater(),
        (error: unknown) => {
          this.failure = error instanceof Error ? error : new Error(String(error));
          this.mustJoin = true;
        },
      );
    }, this.#settings.heartbeatIntervalMs);
  }

  async #beat(): Promise<void> {
    const { groupId, groupInstanceId } = this.#settings;
    const { memberId, generationId } = this.#membership;
    const code = await this.#coordinated(async (coordinator) => {
      const beat = { groupId, generationId, memberId, groupInstanceId };
      const { errorCode } = await this.#cluster.call(coordinator, heartbeatApi, beat);
      return REJOIN.has(errorCode) ? { errorCode: 0, answer: errorCode } : { errorCode, answer: 0 };
    }, `heartbeat for group ${groupId}`);
    if (code !== 0) this.#lost(code);
  }

  #lost(code: number): void {
    this.mustJoin = true;
    if (code !== ErrorCode.REBALANCE_IN_PROGRESS)
      this.#membership = { ...NOBODY, groupInstanceId: this.#settings.groupInstanceId };
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Asks the coordinator, the new one where it has moved. Rejects with what does not pass. */
  #coordinated<Answer>(
    ask: (coordinatorId: number) => Promise<{ readonly errorCode: number; readonly answer: Answer }>,
    what: string,
  ): Promise<Answer> {
    return withRetry(async () => {
      try {
        this.#coordinatorId ??= await this.#find();
        const { errorCode, answer } = await ask(this.#coordinatorId);
        if (errorCode !== 0) throw brokerError(what, errorCode);
        return answer;
      } catch (error) {
        this.#coordinatorId = null;
        throw error;
      }
    }, PATIENCE);
  }

  async #find(): Promise<number> {
    const { groupId } = this.#settings;
    const [found] = await findCoordinators(this.#cluster, [groupId]);
    if (found?.coordinatorId == null)
      throw brokerError(
        `coordinator of group ${groupId}`,
        codeOf(found?.error ?? 'COORDINATOR_NOT_AVAILABLE'),
      );
    return found.coordinatorId;
  }
}

function codeOf(error: string | null): number {
  if (error === null) return 0;
  const code = Object.entries(ErrorCode).find(([name]) => name === error)?.[1];
  return code ?? errorOf(ErrorCode.UNKNOWN_SERVER_ERROR).code;
}
