/** A replica manager on a memory machine with an image that tests change step by step. */
import {
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
import type { RecordWork } from '../record-work/record-work.ts';
import { ReplicaManager, type ReplicaManagerSettings } from './replica-manager.ts';
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

  static async start(
    options: {
      platform?: MemoryPlatform;
      config?: Partial<LogConfig>;
      paths?: string[];
      topics?: TopicImage[];
      removed?: string[];
      settings?: Partial<ReplicaManagerSettings>;
      recordWork?: RecordWork;
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
    await broker.manager.start();
    broker.apply({ created: options.topics ?? [], removed: options.removed ?? [] });
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
      ...(options.recordWork === undefined ? {} : { recordWork: options.recordWork }),
      onDirectoryFailure: (path) => this.failedDirectories.push(path),
    });
  }

  /** A new image: topics made or changed, topics taken away. */
  apply({ created = [], deleted = [], removed = [] }: ImageChange): void {
    const deletedTopics = deleted
      .map((name) => this.#topics.get(name))
      .filter((topic) => topic !== undefined);
    for (const { name } of deletedTopics) this.#topics.delete(name);
    for (const topic of created) this.#topics.set(topic.name, topic);
    const image: MetadataImage = {
      ...emptyImage(this.directories.clusterId),
      offset: 0,
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
      changedBrokers: [],
    };
    this.manager.applyImage(image, delta);
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
      closed: new AbortController().signal,
      ...parameters,
    });
  }
}
