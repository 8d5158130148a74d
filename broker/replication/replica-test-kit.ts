/** A replica manager on a memory machine with an image that tests change step by step. */
import {
  type BrokerRegistration,
  emptyImage,
  type MetadataDelta,
  type MetadataImage,
  type PartitionImage,
  partitionImage,
  type TopicImage,
} from '../controller/image.ts';
import { defaultLogConfig, type LogConfig } from '../log/log-config.ts';
import { LogDirectories } from '../log/log-directories.ts';
import { RememberingLogger } from '../log/log-test-kit.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../platform/memory/memory-platform.ts';
import type { PlaceOf } from '../log/log-manager.ts';
import type { RecordWork } from '../record-work/record-work.ts';
import {
  type ClusterLink,
  ReplicaManager,
  type ReplicaManagerOptions,
  type ReplicaManagerSettings,
  type TrafficMeter,
} from './replica-manager.ts';
import type {
  FetchAnswer,
  FetchPartitionRequest,
  FetchPartitionResult,
  FetchRequestParameters,
} from './replica-requests.ts';

export const BROKER = 0;

export function topicOf(
  name: string,
  partitions: number,
  changes: Partial<PartitionImage> = {},
  topicId = idOf(name),
): TopicImage {
  const images = Array.from({ length: partitions }, (_, partition) => ({
    ...partitionImage({ partition, replicas: [BROKER] }),
    ...changes,
  }));
  return { name, topicId, partitions: new Map(images.map((image) => [image.partition, image])) };
}

export function idOf(name: string): string {
  return Buffer.from(name.padEnd(16, '_')).subarray(0, 16).toString('base64url');
}

export interface ImageChange {
  readonly created?: TopicImage[];
  /** By name. */
  readonly deleted?: string[];
  /** By id: what the metadata log says went before this broker started. */
  readonly removed?: string[];
  /** Registered, or registered otherwise. */
  readonly brokers?: BrokerRegistration[];
}

/** Broker `id` with epoch 10 times that, unfenced, at port 9092 of `b<id>`. */
export function registered(id: number, changes: Partial<BrokerRegistration> = {}): BrokerRegistration {
  return {
    ...{ brokerId: id, brokerEpoch: 10 * id, incarnationId: idOf(`i${String(id)}`), rack: null },
    ...{ fenced: false, inControlledShutdown: false, logDirectoryIds: [], features: new Map() },
    endpoints: [{ listenerName: 'PLAINTEXT', host: `b${String(id)}`, port: 9092 }],
    ...changes,
  };
}

type AskedPartition = Omit<FetchPartitionRequest, 'topicId'> & { readonly topicId?: string };

type FetchChanges = Partial<Omit<FetchRequestParameters, 'partitions'>> & {
  readonly partitions?: readonly AskedPartition[];
  readonly offset?: number;
  readonly maxPartitionBytes?: number;
};

export class TestBroker {
  readonly platform: MemoryPlatform;
  readonly manager: ReplicaManager;
  readonly logger: RememberingLogger;
  readonly directories: LogDirectories;
  readonly failedDirectories: string[] = [];
  #topics = new Map<string, TopicImage>();
  readonly #brokers = new Map<number, BrokerRegistration>();
  image: MetadataImage = emptyImage('');

  static async start(
    options: {
      platform?: MemoryPlatform;
      placeOf?: PlaceOf;
      config?: Partial<LogConfig>;
      paths?: string[];
      topics?: TopicImage[];
      removed?: string[];
      settings?: Partial<ReplicaManagerSettings>;
      recordWork?: RecordWork;
      cluster?: ClusterLink;
      throttles?: ReplicaManagerOptions['throttles'];
      brokers?: BrokerRegistration[];
      meter?: TrafficMeter;
    } = {},
  ): Promise<TestBroker> {
    const platform = options.platform ?? createMemoryPlatform();
    const logger = new RememberingLogger();
    const directories = await LogDirectories.open({
      platform,
      logger,
      paths: options.paths ?? ['/data'],
      nodeId: BROKER,
    });
    const broker = new TestBroker(platform, logger, directories, options);
    await broker.manager.start(options.placeOf);
    const { topics = [], removed = [], brokers = [] } = options;
    broker.apply({ created: topics, removed, brokers });
    return broker;
  }

  private constructor(
    platform: MemoryPlatform,
    logger: RememberingLogger,
    logDirectories: LogDirectories,
    options: {
      config?: Partial<LogConfig>;
      settings?: Partial<ReplicaManagerSettings>;
      recordWork?: RecordWork;
      cluster?: ClusterLink;
      throttles?: ReplicaManagerOptions['throttles'];
      meter?: TrafficMeter;
    },
  ) {
    this.platform = platform;
    this.logger = logger;
    this.directories = logDirectories;
    this.manager = new ReplicaManager({
      platform,
      logger,
      brokerId: BROKER,
      logDirectories,
      logConfigOf: () => ({ ...defaultLogConfig, ...options.config }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.cluster === undefined ? {} : { cluster: options.cluster }),
      ...(options.throttles === undefined ? {} : { throttles: options.throttles }),
      ...(options.meter === undefined ? {} : { meter: options.meter }),
      ...(options.recordWork === undefined ? {} : { recordWork: options.recordWork }),
      onDirectoryFailure: (path) => this.failedDirectories.push(path),
    });
  }

  /** A new image: topics made or changed, topics taken away. */
  apply({ created = [], deleted = [], removed = [], brokers = [] }: ImageChange): void {
    for (const broker of brokers) this.#brokers.set(broker.brokerId, broker);
    const deletedTopics = deleted
      .map((name) => this.#topics.get(name))
      .filter((topic) => topic !== undefined);
    for (const { name } of deletedTopics) this.#topics.delete(name);
    for (const topic of created) this.#topics.set(topic.name, topic);
    this.image = {
      ...emptyImage(this.directories.clusterId),
      offset: 0,
      brokers: new Map(this.#brokers),
      topicsByName: new Map(this.#topics),
      topicsById: new Map([...this.#topics.values()].map((topic) => [topic.topicId, topic])),
    };
    const delta: MetadataDelta = {
      createdTopics: created,
      deletedTopics,
      removedTopicIds: new Set([...removed, ...deletedTopics.map(({ topicId }) => topicId)]),
      changedPartitions: created.flatMap((topic) =>
        [...topic.partitions.values()].map((partition) => ({ topic, partition })),
      ),
      changedConfigs: [],
      changedBrokers: brokers.map(({ brokerId }) => brokerId),
    };
    this.manager.applyImage(this.image, delta);
  }

  /** Ends as a process does that stops cleanly. */
  async stop(): Promise<void> {
    await this.directories.close(await this.manager.stop());
  }

  append(records: Buffer, changes: { topic?: string; partition?: number; acks?: number } = {}) {
    return this.manager.append({
      topic: 't',
      partition: 0,
      acks: -1,
      timeoutMs: 1000,
      ...changes,
      records,
      origin: 'client',
    });
  }

  /** The answers of the partitions. */
  async fetch(changes: FetchChanges = {}): Promise<readonly FetchPartitionResult[]> {
    return (await this.fetchAnswer(changes)).results;
  }

  fetchAnswer(changes: FetchChanges = {}): Promise<FetchAnswer> {
    const { offset = 0, maxPartitionBytes = 1_000_000, partitions, ...parameters } = changes;
    const asked = partitions ?? [
      {
        ...{ topic: 't', partition: 0, fetchOffset: offset, maxBytes: maxPartitionBytes },
        ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
      },
    ];
    return this.manager.fetch({
      replicaId: -1,
      replicaEpoch: -1,
      maxWaitMs: 0,
      minBytes: 1,
      maxBytes: 10_000_000,
      minOneBatch: true,
      isolationLevel: 'readUncommitted',
      partitions: asked.map((each) => ({ topicId: '', ...each })),
      session: { id: 0, epoch: -1, forgotten: [], usesTopicIds: false },
      nearby: null,
      mayRead: null,
      closed: new AbortController().signal,
      ...parameters,
    });
  }
}
