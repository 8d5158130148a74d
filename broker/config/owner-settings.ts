/**
 * What the configuration says to the owners, in their own terms: to the authorizer who is above all ACLs, to the controller the defaults of new topics and how
 * internal ones are made, to the group coordinator its limits, to the transaction coordinator its times, to the replica manager its intervals, to the log cleaner
 * its bounds. Owners know no key by name. All but the intervals are asked anew for each step, because keys can change.
 */
import type { BrokerConfig } from './broker-config.ts';
import { consumerGroupTimes } from './group-config.ts';
import type { ControllerPolicy, InternalTopicSettings, ReplicaPolicy } from '../controller/command.ts';
import type { ControllerSettings } from '../controller/controller-options.ts';
import { configKey, GROUP_CONFIGS, type MetadataImage } from '../controller/image.ts';
import { OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../controller/topic-name.ts';
import type { GroupCoordinatorConfig } from '../coordinator/group/group-context.ts';
import type { TransactionConfig } from '../coordinator/transaction/transaction-context.ts';
import type { CleanerSettings } from '../log/cleaner/log-cleaner.ts';
import type { NodeQuotasOptions } from '../quotas/node-quotas.ts';
import type { ReplicaManagerSettings } from '../replication/replica-manager.ts';
import { Authorizer, type AuthorizerOptions, parseSuperUsers } from '../security/acl/authorizer.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Null where everybody may do everything. */
export function newAuthorizer(
  { values }: BrokerConfig,
  known: Pick<AuthorizerOptions, 'acls' | 'isReady' | 'onRefusal'>,
): Authorizer | null {
  if (values['authorizer.class.name'] === '') return null;
  return new Authorizer({
    ...known,
    superUsers: parseSuperUsers(values['super.users']) ?? new Set(),
    allowsWithoutAcl: values['allow.everyone.if.no.acl.found'],
  });
}

export function controllerPolicy(config: BrokerConfig): ControllerPolicy {
  const { values } = config;
  const consumerOffsets: InternalTopicSettings = {
    partitions: values['offsets.topic.num.partitions'],
    replicationFactor: values['offsets.topic.replication.factor'],
    configs: new Map([
      ['cleanup.policy', 'compact'],
      ['compression.type', 'producer'],
      ['segment.bytes', String(values['offsets.topic.segment.bytes'])],
    ]),
  };
  const transactionState: InternalTopicSettings = {
    partitions: values['transaction.state.log.num.partitions'],
    replicationFactor: values['transaction.state.log.replication.factor'],
    configs: new Map([
      ['cleanup.policy', 'compact'],
      ['compression.type', 'uncompressed'],
      ['unclean.leader.election.enable', 'false'],
      ['min.insync.replicas', String(values['transaction.state.log.min.isr'])],
      ['segment.bytes', String(values['transaction.state.log.segment.bytes'])],
    ]),
  };
  return {
    defaultPartitions: values['num.partitions'],
    defaultReplicationFactor: values['default.replication.factor'],
    autoCreateTopicsEnable: values['auto.create.topics.enable'],
    deleteTopicEnable: values['delete.topic.enable'],
    internalTopics: new Map([
      [OFFSETS_TOPIC, consumerOffsets],
      [TRANSACTION_STATE_TOPIC, transactionState],
    ]),
  };
}

/** Over what time the rates of clients are taken, and those of changes that they ask the controller for. */
export function quotaWindows({ values }: BrokerConfig): Pick<NodeQuotasOptions, 'rates' | 'mutations'> {
  return {
    rates: {
      windows: values['quota.window.num'],
      windowMs: values['quota.window.size.seconds'] * SECOND_MS,
    },
    mutations: {
      windows: values['controller.quota.window.num'],
      windowMs: values['controller.quota.window.size.seconds'] * SECOND_MS,
    },
  };
}

export function replicaPolicy({ values }: BrokerConfig): ReplicaPolicy {
  return {
    minInsyncReplicas: values['min.insync.replicas'],
    uncleanLeaderElection: values['unclean.leader.election.enable'],
  };
}

export function controllerSettings({ values, interBrokerListenerName }: BrokerConfig): ControllerSettings {
  return {
    interBrokerListenerName,
    brokerSessionTimeoutMs: values['broker.session.timeout.ms'],
    autoLeaderRebalanceEnable: values['auto.leader.rebalance.enable'],
    leaderImbalanceCheckIntervalMs: values['leader.imbalance.check.interval.seconds'] * SECOND_MS,
    leaderImbalancePerBrokerPercentage: values['leader.imbalance.per.broker.percentage'],
  };
}

export function groupCoordinatorConfig(config: BrokerConfig, image: MetadataImage): GroupCoordinatorConfig {
  const { values } = config;
  return {
    minSessionTimeoutMs: values['group.min.session.timeout.ms'],
    maxSessionTimeoutMs: values['group.max.session.timeout.ms'],
    maxGroupSize: values['group.max.size'],
    initialRebalanceDelayMs: values['group.initial.rebalance.delay.ms'],
    offsetMetadataMaxBytes: values['offset.metadata.max.bytes'],
    offsetsRetentionMs: values['offsets.retention.minutes'] * MINUTE_MS,
    offsetsRetentionCheckIntervalMs: values['offsets.retention.check.interval.ms'],
    offsetsTopicPartitions: values['offsets.topic.num.partitions'],
    offsetsCommitTimeoutMs: values['offsets.commit.timeout.ms'],
    consumer: {
      timesOf: (groupId) => consumerGroupTimes(config, image.configs.get(configKey(GROUP_CONFIGS, groupId))),
      maxSize: values['group.consumer.max.size'],
      assignors: values['group.consumer.assignors'],
      regexRefreshIntervalMs: values['group.consumer.regex.refresh.interval.ms'],
      migrationPolicy: values['group.consumer.migration.policy'],
    },
  };
}

export function transactionConfig({ values }: BrokerConfig): TransactionConfig {
  return {
    maxTimeoutMs: values['transaction.max.timeout.ms'],
    idExpirationMs: values['transactional.id.expiration.ms'],
    timeoutCheckIntervalMs: values['transaction.abort.timed.out.transaction.cleanup.interval.ms'],
    expiryCheckIntervalMs: values['transaction.remove.expired.transaction.cleanup.interval.ms'],
    stateTopicPartitions: values['transaction.state.log.num.partitions'],
    commitTimeoutMs: values['request.timeout.ms'],
  };
}

export function replicaManagerSettings({ values }: BrokerConfig): Partial<ReplicaManagerSettings> {
  return {
    retentionCheckIntervalMs: values['log.retention.check.interval.ms'],
    recoveryPointCheckpointIntervalMs: values['log.flush.offset.checkpoint.interval.ms'],
    logStartOffsetCheckpointIntervalMs: values['log.flush.start.offset.checkpoint.interval.ms'],
    producerIdExpirationMs: values['producer.id.expiration.ms'],
  };
}

/** A load factor that leaves no room for keys, or none free, is read as the nearest that works. */
const LOAD_FACTOR = { min: 0.01, max: 0.99 };

export function cleanerSettings({ values }: BrokerConfig): CleanerSettings {
  const loadFactor = values['log.cleaner.io.buffer.load.factor'];
  return {
    enabled: values['log.cleaner.enable'],
    backoffMs: values['log.cleaner.backoff.ms'],
    ioMaxBytesPerSecond: values['log.cleaner.io.max.bytes.per.second'],
    dedupeBufferBytes: values['log.cleaner.dedupe.buffer.size'],
    loadFactor: Math.min(Math.max(loadFactor, LOAD_FACTOR.min), LOAD_FACTOR.max),
    ioBufferBytes: values['log.cleaner.io.buffer.size'],
  };
}
