/**
 * The group coordinator as the rest of the broker sees it: one method per request, answers with Kafka's error codes,
 * never a rejection. It finds the partition a group lives in and asks the runtime; every decision is in the pure files
 * beside this one.
 *
 * What main must pass in: the log of __consumer_offsets (`new ReplicatedCoordinatorLog(replicaManager,
 * '__consumer_offsets')`), the newest image, and a way to create that topic
 * (`controller.autoCreateTopics(['__consumer_offsets'])`). And main must call `onImage` for every new image AFTER the
 * replica manager has applied it, because loading reads the partitions' logs; `stop` before the replica manager stops.
 */
import { ErrorCode } from '../../../protocol/errors.ts';
import { GROUP_VERSION } from '../../controller/features.ts';
import { OFFSETS_TOPIC } from '../../controller/topic-name.ts';
import type { MetadataDelta, MetadataImage } from '../../controller/image.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Platform } from '../../platform/platform.ts';
import type { CoordinatorLog, NamedProducer } from '../runtime/coordinator-log.ts';
import { type CoordinatorFigures, CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import { CoordinatorTopic, type FoundCoordinator } from '../runtime/coordinator-topic.ts';
import { canBeStored, isUsableInstanceId } from '../runtime/stored-text.ts';
import type { TransactionMarker } from '../runtime/transactional-batch.ts';
import type { JoinResult, SyncResult } from './classic-group.ts';
import {
  type DescribedGroup,
  describeGroup,
  describeMissing,
  type ListedGroup,
  listGroups,
} from './describe-groups.ts';
import {
  type DescribedConsumerGroup,
  describeConsumerGroup,
  undescribed,
} from './consumer/describe-consumer-group.ts';
import { consumerFetchFault } from './consumer/consumer-offsets.ts';
import type { ConsumerGroupState } from './consumer/consumer-group.ts';
import {
  type ConsumerClient,
  type ConsumerHeartbeatAnswer,
  type ConsumerHeartbeatRequest,
  heartbeatFault,
  refusedHeartbeat,
} from './consumer/heartbeat-request.ts';
import { groupNotFound, notAClassicGroup, notAConsumerGroup } from './consumer/refusal.ts';
import { topicIdOf, type Topology } from './consumer/topology.ts';
import type { GroupContext, GroupCoordinatorConfig, GroupEvent } from './group-context.ts';
import { decodeGroupRecord, encodeGroupRecord, type GroupRecord } from './group-record.ts';
import { GroupShard } from './group-shard.ts';
import type { GroupState } from './group-state.ts';
import type { HeartbeatRequest } from './heartbeat.ts';
import type { JoiningClient, JoinRequest } from './joining-member.ts';
import { leaveError, type LeaveResult, type LeavingMember } from './leave-group.ts';
import {
  commitErrors,
  fetchOffsets,
  type OffsetCommitRequest,
  type OffsetCommitResult,
  type OffsetFetchRequest,
  type OffsetFetchResult,
  type PartitionCheck,
} from './offset-commit.ts';
import { offsetDeleteError, type OffsetDeleteRequest, type OffsetDeleteResult } from './offset-delete.ts';
import { joinError } from './rebalance.ts';
import { syncError, type SyncRequest } from './sync-group.ts';
import { randomUuid } from './uuid-text.ts';
import { randomUuid as newMemberId } from '../../controller/random-uuid.ts';

export interface GroupCoordinatorOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly brokerId: number;
  /** Read for every step, so that dynamic keys count at once. */
  readonly config: () => GroupCoordinatorConfig;
  readonly log: CoordinatorLog;
  readonly image: () => MetadataImage;
  /** Creates __consumer_offsets; resolves when the image has it, or rejects or leaves it out when it cannot. */
  readonly createOffsetsTopic: () => Promise<unknown>;
}

/** What a client says about itself when it joins. */
export type JoinClient = Omit<JoiningClient, 'uuid'>;

export class GroupCoordinator {
  readonly #options: GroupCoordinatorOptions;
  readonly #runtime: CoordinatorRuntime<GroupShard, GroupRecord, GroupEvent, GroupContext>;
  readonly #topic: CoordinatorTopic;
  /** Offset of the last image in which topics or partitions came or went. */
  #topologyVersion = -1;

  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    const { platform, log, brokerId, image } = options;
    const logger = options.logger.named(`GroupCoordinator id=${String(brokerId)}`);
    this.#topic = new CoordinatorTopic({
      ...{ name: OFFSETS_TOPIC, image, create: options.createOffsetsTopic, logger },
      partitionCount: () => options.config().offsetsTopicPartitions,
    });
    this.#runtime = new CoordinatorRuntime({
      ...{ platform, log, logger, encode: encodeGroupRecord, decode: decodeGroupRecord },
      commitTimeoutMs: () => options.config().offsetsCommitTimeoutMs,
      newShard: () => new GroupShard(() => this.#topology()),
      context: (now, effects) => ({ config: options.config(), now, effects }),
    });
  }

  #topology(): Topology {
    return { image: this.#options.image(), version: this.#topologyVersion };
  }

  readonly #partitionExists: PartitionCheck = (topic, partition, topicId) => {
    const known = this.#options.image().topicsByName.get(topic);
    return known?.partitions.has(partition) === true && (topicId ?? known.topicId) === known.topicId;
  };

  /** A new image: take over and give up partitions of __consumer_offsets, forget the offsets of deleted topics. */
  onImage(image: MetadataImage, delta: MetadataDelta): void {
    if (delta.deletedTopics.length > 0 || delta.changedPartitions.length > 0)
      this.#topologyVersion = image.offset;
    // A fenced broker leads nothing yet: what it led gets a new leader epoch when it is unfenced.
    const serves = image.brokers.get(this.#options.brokerId)?.fenced === false;
    const deleted = new Set(delta.deletedTopics.map(({ name }) => name));
    for (const topic of delta.deletedTopics) {
      if (topic.name === OFFSETS_TOPIC)
        for (const index of topic.partitions.keys()) this.#runtime.resigned(index);
    }
    if (deleted.size > 0)
      this.#runtime.inEachPartition((shard, context) => shard.topicsDeleted(deleted, context));
    for (const { topic, partition } of delta.changedPartitions) {
      if (topic.name !== OFFSETS_TOPIC) continue;
      if (!serves || partition.leader !== this.#options.brokerId) this.#runtime.resigned(partition.partition);
      else void this.#runtime.elected(partition.partition, partition.leaderEpoch);
    }
  }

  /** Answers what waits with NOT_COORDINATOR and stops all timers. */
  stop(): void {
    this.#runtime.stop();
  }

  /** Where the coordinators of these groups are. The first use of groups creates __consumer_offsets. */
  findCoordinators(groupIds: readonly string[], listenerName: string): Promise<readonly FoundCoordinator[]> {
    return this.#topic.find(groupIds, listenerName);
  }

  #partitionOf(groupId: string): number {
    return this.#topic.partitionOf(groupId);
  }

  join(request: JoinRequest, client: JoinClient): Promise<JoinResult> {
    const { groupId, memberId, sessionTimeoutMs } = request;
    const refuse = (errorCode: number): JoinResult => joinError(errorCode, memberId);
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#options.config();
    if (!isUsableGroupId(groupId)) return Promise.resolve(refuse(ErrorCode.INVALID_GROUP_ID));
    if (!isStorable(request)) return Promise.resolve(refuse(ErrorCode.INVALID_REQUEST));
    if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
      return Promise.resolve(refuse(ErrorCode.INVALID_SESSION_TIMEOUT));
    }
    const joining = { ...client, uuid: randomUuid(this.#options.platform.random) };
    return this.#runtime.request(this.#partitionOf(groupId), refuse, (shard, replyTo, context) =>
      shard.join({ request, client: joining, replyTo }, context),
    );
  }

  /** A member of a consumer group joins, stays or leaves (KIP-848). */
  consumerHeartbeat(
    request: ConsumerHeartbeatRequest,
    client: ConsumerClient,
  ): Promise<ConsumerHeartbeatAnswer> {
    const refuse = (errorCode: number): ConsumerHeartbeatAnswer =>
      refusedHeartbeat({ errorCode, errorMessage: null });
    if (!this.#hasConsumerProtocol()) return Promise.resolve(refuse(ErrorCode.UNSUPPORTED_VERSION));
    const fault = heartbeatFault(request, client, this.#options.config().consumer.assignors);
    if (fault !== null) return Promise.resolve(refusedHeartbeat(fault));
    const memberId = request.memberId === '' ? newMemberId(this.#options.platform.random) : request.memberId;
    return this.#runtime.request(this.#partitionOf(request.groupId), refuse, (shard, replyTo, context) =>
      shard.consumerHeartbeat(
        { request: { ...request, memberId }, client, topology: this.#topology() },
        replyTo,
        context,
      ),
    );
  }

  /** The cluster's level of group.version. */
  #hasConsumerProtocol(): boolean {
    return (this.#options.image().features.get(GROUP_VERSION) ?? 0) > 0;
  }

  describeConsumerGroups(groupIds: readonly string[]): readonly DescribedConsumerGroup[] {
    const offered = this.#options.config().consumer.assignors;
    return groupIds.map((groupId) => {
      const partition = this.#partitionOf(groupId);
      const fault = (errorCode: number) => undescribed(groupId, { errorCode, errorMessage: null });
      if (!this.#hasConsumerProtocol()) return fault(ErrorCode.UNSUPPORTED_VERSION);
      if (groupId === '') return fault(ErrorCode.INVALID_GROUP_ID);
      const described = this.#runtime.read(partition, (shard) => {
        if (shard.groups.has(groupId)) return undescribed(groupId, notAConsumerGroup(groupId));
        const group = shard.consumers.groups.get(groupId);
        if (group === undefined) return undescribed(groupId, groupNotFound(groupId));
        return describeConsumerGroup(group, this.#topology(), offered);
      });
      return described ?? fault(this.#runtime.errorOf(partition));
    });
  }

  sync(request: SyncRequest): Promise<SyncResult> {
    if (!isUsableGroupId(request.groupId)) return Promise.resolve(syncError(ErrorCode.INVALID_GROUP_ID));
    return this.#runtime.request(this.#partitionOf(request.groupId), syncError, (shard, replyTo, context) =>
      shard.sync(request, replyTo, context),
    );
  }

  /** Resolves with the error code. */
  heartbeat(request: HeartbeatRequest): Promise<number> {
    if (!isUsableGroupId(request.groupId)) return Promise.resolve(ErrorCode.INVALID_GROUP_ID);
    const partition = this.#partitionOf(request.groupId);
    // Kafka answers a heartbeat during loading with 0: the member cannot do anything better than go on.
    if (this.#runtime.errorOf(partition) === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)
      return Promise.resolve(0);
    return this.#runtime.request<number>(
      partition,
      (errorCode) => errorCode,
      (shard, replyTo, context) => shard.heartbeat(request, replyTo, context),
    );
  }

  leave(groupId: string, members: readonly LeavingMember[]): Promise<LeaveResult> {
    if (!isUsableGroupId(groupId)) return Promise.resolve(leaveError(ErrorCode.INVALID_GROUP_ID));
    return this.#runtime.request(this.#partitionOf(groupId), leaveError, (shard, replyTo, context) =>
      shard.leave(groupId, members, replyTo, context),
    );
  }

  /** An empty group id is allowed here and in the following, for offsets that very old clients left under it. */
  commitOffsets(request: OffsetCommitRequest): Promise<OffsetCommitResult> {
    if (!canBeStored(request.groupId)) {
      return Promise.resolve(commitErrors(request, ErrorCode.INVALID_GROUP_ID));
    }
    return this.#runtime.request(
      this.#partitionOf(request.groupId),
      (errorCode) => commitErrors(request, errorCode),
      (shard, replyTo, context) => shard.commit(request, this.#partitionExists, replyTo, context),
    );
  }

  /**
   * As `commitOffsets`, but they count when the producer's transaction is committed. Who has not announced that it
   * commits offsets of this group, and does not leave that to this coordinator, is refused (KIP-890), so that none wait
   * for a marker that never comes.
   */
  async commitInTransaction(
    request: OffsetCommitRequest,
    producer: NamedProducer,
  ): Promise<OffsetCommitResult> {
    if (!isUsableGroupId(request.groupId)) return commitErrors(request, ErrorCode.INVALID_GROUP_ID);
    const partition = this.#partitionOf(request.groupId);
    const { errorCode: fault, isStillSo } = await this.#options.log.admit(partition, producer);
    if (fault !== 0) return commitErrors(request, admissionError(fault));
    const { producerId, producerEpoch } = producer;
    return this.#runtime.request(
      partition,
      (errorCode) => commitErrors(request, errorCode),
      (shard, replyTo, context) =>
        shard.commitInTransaction(
          request,
          { producerId, producerEpoch, isStillSo },
          this.#partitionExists,
          replyTo,
          context,
        ),
    );
  }

  /** Ends a transaction that committed offsets in this partition of __consumer_offsets. Resolves with the error code. */
  endTransaction(partition: number, marker: TransactionMarker): Promise<number> {
    return this.#runtime.request<number>(
      partition,
      (errorCode) => errorCode,
      (shard, replyTo, context) => shard.endTransaction(marker, replyTo, context),
    );
  }

  /** Committed offsets; an error concerns the whole group and then `topics` is empty. */
  fetchOffsets(request: OffsetFetchRequest): OffsetFetchResult {
    const partition = this.#partitionOf(request.groupId);
    return (
      this.#runtime.read(partition, (shard) => {
        const errorCode = consumerFetchFault(shard.consumers.groups.get(request.groupId), request);
        if (errorCode !== 0) return { groupId: request.groupId, errorCode, topics: [] };
        return fetchOffsets(shard.store, request, (topic) => topicIdOf(this.#topology(), topic));
      }) ?? { groupId: request.groupId, errorCode: this.#runtime.errorOf(partition), topics: [] }
    );
  }

  describeGroups(groupIds: readonly string[]): readonly DescribedGroup[] {
    return groupIds.map((groupId) => {
      const partition = this.#partitionOf(groupId);
      return (
        this.#runtime.read(partition, (shard) => {
          const group = shard.groups.get(groupId);
          if (group !== undefined) return describeGroup(group);
          const isConsumer = shard.consumers.groups.has(groupId);
          const { errorCode, errorMessage } = isConsumer ? notAClassicGroup(groupId) : groupNotFound(groupId);
          return describeMissing(groupId, errorCode, errorMessage);
        }) ?? describeMissing(groupId, this.#runtime.errorOf(partition), null)
      );
    });
  }

  /** The groups of this broker. While a partition is loading the error says that some are missing. */
  listGroups(
    statesFilter: readonly string[],
    typesFilter: readonly string[],
  ): { readonly errorCode: number; readonly groups: readonly ListedGroup[] } {
    const groups: ListedGroup[] = [];
    let errorCode = 0;
    for (const { shard, errorCode: partitionError } of this.#runtime.partitions()) {
      if (partitionError === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) errorCode = partitionError;
      else
        groups.push(
          ...listGroups(shard.groups.values(), shard.consumers.groups.values(), statesFilter, typesFilter),
        );
    }
    return { errorCode, groups };
  }

  /** One error code per group id, in the order asked; an id that is named twice is deleted once. */
  async deleteGroups(
    groupIds: readonly string[],
  ): Promise<readonly { groupId: string; errorCode: number }[]> {
    const unique = [...new Set(groupIds)];
    return Promise.all(
      unique.map(async (groupId) => {
        const errorCode = await this.#runtime.request<number>(
          this.#partitionOf(groupId),
          (code) => code,
          (shard, replyTo, context) => shard.deleteGroup(groupId, replyTo, context),
        );
        return { groupId, errorCode };
      }),
    );
  }

  deleteOffsets(request: OffsetDeleteRequest): Promise<OffsetDeleteResult> {
    return this.#runtime.request(
      this.#partitionOf(request.groupId),
      offsetDeleteError,
      (shard, replyTo, context) => shard.deleteOffsets(request, replyTo, context),
    );
  }

  /** For metrics. */
  figures(): CoordinatorFigures {
    return this.#runtime.figures();
  }

  /** For metrics: groups by state and committed offsets on this broker. */
  counts(): {
    readonly groups: Readonly<Record<GroupState | ConsumerGroupState, number>>;
    /** Of the protocol of KIP-848. */
    readonly consumerGroups: number;
    readonly offsets: number;
  } {
    const classic = { Empty: 0, PreparingRebalance: 0, CompletingRebalance: 0, Stable: 0, Dead: 0 };
    const groups = { ...classic, Assigning: 0, Reconciling: 0 };
    let offsets = 0;
    let consumerGroups = 0;
    for (const { shard } of this.#runtime.partitions()) {
      consumerGroups += shard.consumers.groups.size;
      for (const { state } of shard.groups.values()) groups[state] += 1;
      for (const { state } of shard.consumers.groups.values()) groups[state] += 1;
      offsets += shard.store.offsetCount;
    }
    return { groups, consumerGroups, offsets };
  }
}

function isUsableGroupId(groupId: string): boolean {
  return groupId !== '' && canBeStored(groupId);
}

function isStorable({ groupInstanceId, protocolType, protocols }: JoinRequest): boolean {
  if (groupInstanceId !== null && !isUsableInstanceId(groupInstanceId)) return false;
  return [protocolType, ...protocols.map(({ name }) => name)].every(canBeStored);
}

/** Nobody could be asked, or the transaction before is ending: clients of all ages try again when told of a load. */
function admissionError(errorCode: number): number {
  const isOverSoon =
    errorCode === ErrorCode.NOT_ENOUGH_REPLICAS || errorCode === ErrorCode.CONCURRENT_TRANSACTIONS;
  return isOverSoon ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS : errorCode;
}
