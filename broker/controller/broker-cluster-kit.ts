/**
 * Test support: one active controller behind its real handlers, and brokers that register, send heartbeats and say where
 * their logs end, over a network in memory on virtual time. The metadata log is one whose moments a test chooses.
 */
import { decodeMessage } from '../../protocol/schema/codec.ts';
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from '../../protocol/messages/23-offset-for-leader-epoch.ts';
import {
  brokerRegistrationRequest,
  brokerRegistrationResponse,
} from '../../protocol/messages/62-broker-registration.ts';
import {
  brokerHeartbeatRequest,
  type BrokerHeartbeatResponse,
  brokerHeartbeatResponse,
} from '../../protocol/messages/63-broker-heartbeat.ts';
import type { Decoded, Encodable, MessageSchema } from '../../protocol/schema/notation.ts';
import { decodeRequestHeader, encodeResponseFrame } from '../../protocol/wire/framing.ts';
import type { ControllerServices } from '../apis/broker-services.ts';
import { controllerApis } from '../apis/table.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Logger } from '../platform/logger.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../platform/memory/memory-platform.ts';
import type { NodeApi, NodeConnection } from '../platform/transport.ts';
import { createDispatcher } from '../server/dispatcher.ts';
import { Controller } from './controller.ts';
import { SUPPORTED_FEATURES } from './features.ts';
import { newIncarnation, POLICY, RULES, SETTINGS } from './controller-test-kit.ts';
import type { MetadataImage, PartitionImage } from './image.ts';
import { MemoryMetadataLog } from './memory-metadata-log.ts';
import { MetadataPublisher } from './metadata-publisher.ts';

const CONTROLLER_ADDRESS = { host: 'controller', port: 9193 };
const REGISTRATION = { request: brokerRegistrationRequest, response: brokerRegistrationResponse };
const HEARTBEAT = { request: brokerHeartbeatRequest, response: brokerHeartbeatResponse };
const HEARTBEAT_INTERVAL_MS = 2_000;
const CLUSTER_ID = 'test-cluster-id-123456';

export class BrokerCluster {
  readonly platform: MemoryPlatform = createMemoryPlatform({ nodeName: 'controller' });
  readonly metadataLog = new MemoryMetadataLog(100);
  readonly publisher: MetadataPublisher;
  readonly controller: Controller;
  readonly lines: string[] = [];
  readonly fatal: string[] = [];
  uncleanLeaderElection = false;
  minInsyncReplicas = 1;

  constructor(settings: Partial<typeof SETTINGS> = {}) {
    const { platform, metadataLog } = this;
    const say = (line: string): void => void this.lines.push(line);
    const logger: Logger = { info: say, warn: say, error: say, named: () => logger };
    const shared = { platform, logger, onFatal: (message: string) => void this.fatal.push(message) };
    const snapshotDue = { bytes: Infinity, intervalMs: 0 };
    this.publisher = new MetadataPublisher({ ...shared, clusterId: CLUSTER_ID, snapshotDue });
    this.controller = new Controller({
      ...{
        ...shared,
        nodeId: 100,
        metadataLog,
        publisher: this.publisher,
        rules: { ...RULES, fault: () => null },
      },
      policy: () => ({ ...POLICY, defaultReplicationFactor: 3 }),
      replicaPolicy: () => ({
        minInsyncReplicas: this.minInsyncReplicas,
        uncleanLeaderElection: this.uncleanLeaderElection,
      }),
      settings: () => ({ ...SETTINGS, ...settings }),
    });
    const services = {
      ...{ platform, controller: this.controller, metadataLog, clusterId: CLUSTER_ID, authorizer: null },
      metrics: new BrokerMetrics(platform.clock),
      image: () => this.publisher.image(),
    } as unknown as ControllerServices;
    const dispatch = createDispatcher(controllerApis, services);
    platform.network.listen('controller', CONTROLLER_ADDRESS, (frame, { connectionId, clientHost, closed }) =>
      dispatch(frame, {
        ...{ connectionId, clientHost, closed },
        ...{ listenerName: 'CONTROLLER', principal: 'User:ANONYMOUS' },
      }),
    );
  }

  /** The controller is active and brokers 1 to 3 are registered and unfenced. */
  static async start(settings: Partial<typeof SETTINGS> = {}): Promise<BrokerCluster> {
    const cluster = new BrokerCluster(settings);
    await cluster.metadataLog.start(cluster.controller);
    return cluster;
  }

  get image(): MetadataImage {
    return this.publisher.image();
  }

  partition(topic = 'a', index = 0): PartitionImage {
    const found = this.image.topicsByName.get(topic)?.partitions.get(index);
    if (found === undefined) throw new Error(`no partition ${topic}-${String(index)}`);
    return found;
  }

  fenced(brokerId: number): boolean | undefined {
    return this.image.brokers.get(brokerId)?.fenced;
  }

  async advance(durationMs: number): Promise<void> {
    await this.platform.advance(durationMs);
  }

  async brokers(...ids: readonly number[]): Promise<FakeBroker[]> {
    const started = ids.map((id) => new FakeBroker(this, id));
    for (const broker of started) broker.start();
    await this.advance(200);
    return started;
  }

  /** Topic `a` with one partition on brokers 1, 2 and 3, unless told otherwise. */
  async createTopic(replicas: readonly number[] = [1, 2, 3], name = 'a', partitions = 1): Promise<void> {
    const assignments = Array.from({ length: partitions }, (_unused, partitionIndex) => ({
      ...{ partitionIndex, brokerIds: replicas },
    }));
    const topic = { name, numPartitions: -1, replicationFactor: -1, assignments, configs: [] };
    const [created] = await this.controller.createTopics([topic], { validateOnly: false });
    if (created?.errorCode !== 0) throw new Error(created?.errorMessage ?? 'not created');
  }
}

interface LogEnd {
  readonly epoch: number;
  readonly endOffset: number;
}

/** One process: `kill` it and make another one with the same id. */
export class FakeBroker {
  readonly id: number;
  readonly #cluster: BrokerCluster;
  readonly #name: string;
  /** By `topic-partition`. */
  readonly logEnds = new Map<string, LogEnd>();
  /** What requests for the ends of logs were answered with, and when not at all. */
  readonly asked: string[] = [];
  answersLogEnds = true;
  /** Requests for the ends of logs are answered when this is over. */
  holdsLogEnds: Promise<void> = Promise.resolve();
  brokerEpoch = -1;
  registrationError = 0;
  wantShutDown = false;
  logDirectoryIds: string[] = [];
  last: BrokerHeartbeatResponse | null = null;
  /** Highest offset that it says to have replayed. */
  lagsAt = Infinity;
  #connection: NodeConnection | null = null;
  #closeListener: () => void = () => undefined;
  #over = false;

  constructor(cluster: BrokerCluster, id: number) {
    this.#cluster = cluster;
    this.id = id;
    this.#name = `broker-${String(id)}`;
  }

  get address() {
    return { host: this.#name, port: 9092 };
  }

  start(options: { readonly previousBrokerEpoch?: number } = {}): void {
    this.listen();
    void this.#live(options.previousBrokerEpoch ?? -1);
  }

  listen(): void {
    this.#closeListener = this.#cluster.platform.network.listen(this.#name, this.address, (frame) =>
      this.#serve(frame),
    );
  }

  /** The process ends: its connections break, its port refuses. */
  kill(): void {
    this.#over = true;
    this.#closeListener();
    this.#cluster.platform.network.kill(this.#name);
  }

  /** It says nothing more, its port still takes connections. */
  hang(): void {
    this.#over = true;
  }

  /** Only the connection to the controller goes. */
  breakConnection(): void {
    this.#connection?.close();
  }

  /** Its port refuses, though it lives. */
  stopListening(): void {
    this.#closeListener();
  }

  /** Opens a second connection; what it resolves with breaks the first and sends a heartbeat by the second. */
  async openAnother(): Promise<() => Promise<void>> {
    const first = this.#connection;
    const second = await this.#connect();
    return () => {
      this.#connection = second;
      first?.close();
      return this.heartbeat();
    };
  }

  async #live(previousBrokerEpoch: number): Promise<void> {
    await this.#register(previousBrokerEpoch);
    while (!this.#over) {
      await this.heartbeat();
      const waitMs = this.last?.isFenced === true || this.wantShutDown ? 50 : HEARTBEAT_INTERVAL_MS;
      await new Promise<void>((resolve) => this.#cluster.platform.timers.after(waitMs, resolve));
    }
  }

  async #register(previousBrokerEpoch: number): Promise<void> {
    const answer = await this.#call(REGISTRATION, 4, {
      ...{ brokerId: this.id, clusterId: CLUSTER_ID, incarnationId: newIncarnation(), rack: null },
      listeners: [{ name: 'PLAINTEXT', ...this.address, securityProtocol: 0 }],
      features: [...SUPPORTED_FEATURES].map(([name, { min, max }]) => ({
        ...{ name, minSupportedVersion: min, maxSupportedVersion: max },
      })),
      ...{ logDirs: this.logDirectoryIds, previousBrokerEpoch: BigInt(previousBrokerEpoch) },
    });
    this.registrationError = answer?.errorCode ?? -1;
    this.brokerEpoch = Number(answer?.brokerEpoch ?? -1n);
    if (answer?.errorCode !== 0) this.#over = true;
  }

  async heartbeat(): Promise<void> {
    const seen = Math.min(this.#cluster.image.offset, this.lagsAt);
    this.last = await this.#call(HEARTBEAT, 1, {
      ...{ brokerId: this.id, brokerEpoch: BigInt(this.brokerEpoch), currentMetadataOffset: BigInt(seen) },
      ...{ wantFence: false, wantShutDown: this.wantShutDown },
    });
  }

  #connect(): Promise<NodeConnection> {
    const transport = this.#cluster.platform.network.transportOf(this.#name);
    return transport.connect(CONTROLLER_ADDRESS, {
      to: 'controller',
      clientId: this.#name,
      timeoutMs: 1_000,
    });
  }

  /** Null when nobody answered. */
  async #call<Req extends MessageSchema, Res extends MessageSchema>(
    api: NodeApi<Req, Res>,
    version: number,
    body: Encodable<Req>,
  ): Promise<Decoded<Res> | null> {
    try {
      if (this.#connection?.isOpen !== true) {
        this.#connection = await this.#connect();
      }
      return await this.#connection.call(api, version, body, 4_500);
    } catch {
      return null;
    }
  }

  async #serve(frame: Buffer): Promise<Buffer[]> {
    const { correlationId, bodyPosition } = decodeRequestHeader(frame);
    const { replicaId, topics } = decodeMessage(offsetForLeaderEpochRequest, 4, frame.subarray(bodyPosition));
    const names = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition }) => `${topic}-${String(partition)}`),
    );
    this.asked.push(`${String(replicaId)}: ${names.join(' ')}`);
    if (!this.answersLogEnds) return new Promise<never>(() => undefined);
    await this.holdsLogEnds;
    return encodeResponseFrame(offsetForLeaderEpochResponse, 4, correlationId, {
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => {
          const end = this.logEnds.get(`${topic}-${String(partition)}`);
          if (end === undefined) return { partition, errorCode: 3 };
          return { partition, errorCode: 0, leaderEpoch: end.epoch, endOffset: BigInt(end.endOffset) };
        }),
      })),
    });
  }
}
