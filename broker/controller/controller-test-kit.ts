/** Test support: images by replay, rules that know two keys, and a controller over a real metadata log on a memory disk. */
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../platform/memory/memory-platform.ts';
import { settle } from '../platform/memory/memory-time.ts';
import type { MemoryDisk } from '../platform/memory/memory-disk.ts';
import type { ConfigRules, ControllerPolicy } from './command.ts';
import { Controller } from './controller.ts';
import type { ControllerSettings } from './controller-options.ts';
import type { CreatableTopic } from './create-topics.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import { emptyImage, type MetadataImage, partitionImage } from './image.ts';
import { ImageBuilder } from './image-builder.ts';
import { ReplicatedMetadataLog } from './metadata-log/replicated-metadata-log.ts';
import { MetadataPublisher } from './metadata-publisher.ts';
import { defaultTimeouts } from './quorum/quorum-effects.ts';
import { type MetadataRecord, partitionRecord, type RegisterBrokerRecord } from './metadata-record.ts';

export const POLICY: ControllerPolicy = {
  defaultPartitions: 2,
  defaultReplicationFactor: 1,
  autoCreateTopicsEnable: true,
  deleteTopicEnable: true,
  internalTopics: new Map([
    [
      '__consumer_offsets',
      { partitions: 5, replicationFactor: 1, configs: new Map([['cleanup.policy', 'compact']]) },
    ],
  ]),
};

/** `retention.ms` is a number and `cleanup.policy` a list; nothing else exists. */
export const RULES: ConfigRules = {
  fault: (_type, _resource, name, value) => {
    if (name === 'retention.ms') return /^-?\d+$/.test(value) ? null : `retention.ms cannot be "${value}".`;
    return name === 'cleanup.policy' ? null : `There is no config '${name}'.`;
  },
  listDefault: (_type, name) => (name === 'cleanup.policy' ? 'delete' : null),
  conflict: () => null,
};

export function imageOf(records: readonly MetadataRecord[], base = emptyImage('cluster')): MetadataImage {
  const builder = new ImageBuilder(base);
  records.forEach((record, index) => builder.replay(record, base.offset + 1 + index));
  return builder.build().image;
}

export function brokerRecord(
  brokerId: number,
  rack: string | null = null,
  fenced = false,
): RegisterBrokerRecord {
  const endpoints = [{ name: 'PLAINTEXT', host: `broker${String(brokerId)}`, port: 9092 }];
  const incarnationId = 'AAAAAAAAAAAAAAAAAAAAAQ';
  return {
    type: 'RegisterBrokerRecord',
    brokerId,
    incarnationId,
    brokerEpoch: brokerId,
    endpoints,
    rack,
    fenced,
    inControlledShutdown: false,
    logDirectoryIds: [],
    features: SUPPORTED_FEATURES,
  };
}

export function topicRecords(
  name: string,
  topicId: string,
  replicaLists: readonly (readonly number[])[],
): MetadataRecord[] {
  return [
    { type: 'TopicRecord', name, topicId },
    ...replicaLists.map((replicas, partition) =>
      partitionRecord(topicId, partitionImage({ partition, replicas })),
    ),
  ];
}

export function topicRequest(name: string, changes: Partial<CreatableTopic> = {}): CreatableTopic {
  return { name, numPartitions: -1, replicationFactor: -1, assignments: [], configs: [], ...changes };
}

export const SILENT: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => SILENT,
};

export const SETTINGS: ControllerSettings = {
  brokerSessionTimeoutMs: 9_000,
  interBrokerListenerName: 'PLAINTEXT',
  autoLeaderRebalanceEnable: false,
  leaderImbalanceCheckIntervalMs: 300_000,
  leaderImbalancePerBrokerPercentage: 10,
};

let incarnations = 0;
/** Another one for every start of a broker. */
export function newIncarnation(): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE((incarnations += 1), 12);
  return bytes.toString('base64url');
}

/** What a broker does when it starts. Resolves with its broker epoch. */
export async function registerAndUnfence(controller: Controller, brokerId: number): Promise<number> {
  const connection = new AbortController().signal;
  const endpoints = [{ listenerName: 'PLAINTEXT', host: 'localhost', port: 9092 + brokerId }];
  const incarnationId = newIncarnation();
  const { brokerEpoch } = await controller.registerBroker(
    {
      ...{ brokerId, clusterId: 'cluster', incarnationId, rack: null, endpoints },
      ...{ features: SUPPORTED_FEATURES, previousBrokerEpoch: -1, logDirectoryIds: [] },
    },
    connection,
  );
  const state = {
    currentMetadataOffset: brokerEpoch,
    wantFence: false,
    wantShutDown: false,
    offlineLogDirectoryIds: [],
  };
  await controller.heartbeat({ brokerId, brokerEpoch, ...state }, connection);
  return brokerEpoch;
}

export interface RunningController {
  readonly controller: Controller;
  readonly publisher: MetadataPublisher;
  readonly metadataLog: ReplicatedMetadataLog;
  readonly platform: MemoryPlatform;
  readonly fatal: string[];
}

/** A started and unfenced controller over the metadata log on `disk` (a new one by default). */
export async function startController(
  disk?: MemoryDisk,
  options: {
    readonly wasCleanShutdown?: boolean;
    readonly policy?: Partial<ControllerPolicy>;
    readonly seed?: number;
  } = {},
): Promise<RunningController> {
  const platform = createMemoryPlatform({ seed: options.seed ?? 1, ...(disk === undefined ? {} : { disk }) });
  const wasCleanShutdown = options.wasCleanShutdown ?? false;
  const directory = { path: '/data', wasCleanShutdown, directoryId: 'directory' };
  const fatal: string[] = [];
  const shared = { platform, logger: SILENT, nodeId: 0, onFatal: (message: string) => fatal.push(message) };
  const metadataLog = await ReplicatedMetadataLog.open({
    ...{ ...shared, directory, voters: [], clusterId: 'cluster', timeouts: defaultTimeouts },
  });
  const publisher = new MetadataPublisher({
    ...{ ...shared, clusterId: 'cluster', snapshotDue: { bytes: Infinity, intervalMs: 0 } },
  });
  const controller = new Controller({
    ...{ ...shared, metadataLog, publisher, rules: RULES, settings: () => SETTINGS },
    policy: () => ({ ...POLICY, ...options.policy }),
    replicaPolicy: () => ({ minInsyncReplicas: 1, uncleanLeaderElection: false }),
  });
  await metadataLog.start(controller);
  while (!controller.isActive) await settle();
  await registerAndUnfence(controller, 0);
  return { controller, publisher, metadataLog, platform, fatal };
}
