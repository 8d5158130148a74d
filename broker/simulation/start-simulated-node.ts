/**
 * Starts a real node of a simulated cluster: the same assembly as in a process of its own, on a platform in memory, with
 * its addresses in the network in memory. Time-outs are short, so that much happens in little virtual time; segments
 * and intervals are small, so that rolling, checkpoints and recovery are part of every life.
 */
import { startNode } from '../assembly/start-node.ts';
import type { NodeParts } from '../assembly/node-options.ts';
import { parseProperties } from '../config/properties-file.ts';
import { readBrokerConfig } from '../config/read-broker-config.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import type { Logger } from '../platform/logger.ts';
import { inlineRecordWork } from '../record-work/record-work.ts';
import { LocalPartition } from '../replication/local-partition.ts';
import type { Listen } from '../server/listening.ts';
import { type InspectedReplica, type NodeInspection, partitionName } from './inspection.ts';
import type { ClusterShape } from './simulated-cluster.ts';
import { nodeName, type StartNode } from './simulated-node.ts';

const LARGEST_READ_BYTES = 1_048_576;

const SETTINGS = {
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'controller.quorum.election.timeout.ms': 300,
  'controller.quorum.fetch.timeout.ms': 800,
  'controller.quorum.election.backoff.max.ms': 300,
  'controller.quorum.request.timeout.ms': 600,
  'broker.heartbeat.interval.ms': 400,
  'broker.session.timeout.ms': 1_800,
  'controlled.shutdown.enable': true,
  'request.timeout.ms': 1_500,
  'replica.lag.time.max.ms': 1_500,
  'replica.fetch.wait.max.ms': 250,
  'replica.fetch.backoff.ms': 100,
  'replica.socket.timeout.ms': 1_500,
  'log.segment.bytes': 8_192,
  'replica.high.watermark.checkpoint.interval.ms': 1_000,
  'log.flush.offset.checkpoint.interval.ms': 1_500,
  'offsets.topic.num.partitions': 2,
  'offsets.topic.replication.factor': 3,
  'offsets.commit.timeout.ms': 1_000,
  'transaction.state.log.num.partitions': 2,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 700,
  'group.initial.rebalance.delay.ms': 0,
  'log.cleaner.enable': false,
  // Clocks jump by hours.
  'log.message.timestamp.after.max.ms': 9_000_000_000_000,
  'min.insync.replicas': 2,
  'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
} as const;

function propertiesOf(nodeId: number, { voters, nodeIds, dataDirectories }: ClusterShape): string {
  const isVoter = voters.includes(nodeId);
  const listeners = [`PLAINTEXT://${nodeName(nodeId)}:9092`];
  if (isVoter) listeners.push(`CONTROLLER://${nodeName(nodeId)}:9093`);
  const quorum = voters.map((id) => `${String(id)}@${nodeName(id)}:9093`);
  const own = {
    'node.id': nodeId,
    'log.dirs': dataDirectories.join(),
    'broker.rack': `r${String(nodeId % nodeIds.length)}`,
    'process.roles': isVoter ? 'broker,controller' : 'broker',
    'controller.quorum.voters': quorum.join(),
    listeners: listeners.join(),
  };
  return Object.entries({ ...SETTINGS, ...own })
    .map(([key, value]) => `${key}=${String(value)}`)
    .join('\n');
}

export function startSimulatedNode(shape: ClusterShape): StartNode {
  return async ({ nodeId, platform, onInspection, onFatal, log }) => {
    const properties = parseProperties(`node ${String(nodeId)}`, propertiesOf(nodeId, shape));
    const { config } = readBrokerConfig({ properties });
    const listen: Listen = (listeners, serve) => {
      const closing = listeners.map(({ name, host, port }) =>
        shape.listen(nodeId, { host, port }, (frame, { connectionId, clientHost, closed }) =>
          serve(frame, {
            ...{ connectionId, clientHost, closed },
            listenerName: name,
            principal: 'User:ANONYMOUS',
          }),
        ),
      );
      return Promise.resolve({
        endpoints: listeners.map(({ name, host, port }) => ({ listenerName: name, host, port })),
        port: listeners[0]?.port ?? -1,
        traffic: [],
        close: () => {
          for (const close of closing) close();
          return Promise.resolve();
        },
      });
    };
    const node = await startNode({
      ...{ config, platform, listen, onFatal },
      logger: tracing(log),
      metrics: new BrokerMetrics(platform.clock),
      recordWork: inlineRecordWork,
      version: 'simulated',
      startedAtMs: platform.clock.wallMs(),
      onParts: (parts) => onInspection(inspectionOf(parts)),
    });
    return { stop: () => node.stop() };
  };
}

function inspectionOf(node: NodeParts): NodeInspection {
  return {
    image: () => node.image(),
    quorum: () => {
      const { epoch, leaderId } = node.metadataLog.leader;
      return { epoch, isLeader: leaderId === node.nodeId };
    },
    isJoining: () => node.metadataLog.status.isJoining,
    replicas: () => replicasOf(node),
  };
}

/** Made once for each partition: they are looked at after every event. */
class LookedAt implements InspectedReplica {
  readonly local: LocalPartition;
  readonly topicId: string;
  readonly topic: string;
  readonly partition: number;
  readonly name: string;

  constructor(local: LocalPartition) {
    this.local = local;
    this.topicId = local.topicId;
    this.topic = local.topic;
    this.partition = local.partition;
    this.name = partitionName(local);
  }

  get isLeader(): boolean {
    return this.local.isLeader;
  }
  get leaderEpoch(): number {
    return this.local.leaderEpoch;
  }
  get highWatermark(): number {
    return this.local.highWatermark;
  }
  get lastStableOffset(): number {
    return this.local.lastStableOffset;
  }
  get logStartOffset(): number {
    return this.local.logStartOffset;
  }
  get logEndOffset(): number {
    return this.local.logEndOffset;
  }
  get inSyncReplicas(): readonly number[] {
    return this.local.inSyncReplicas;
  }

  read(offset: number): Buffer {
    return this.local.log.read({ offset, maxBytes: LARGEST_READ_BYTES, minOneBatch: true });
  }
}

const lookedAt = new WeakMap<LocalPartition, LookedAt>();

function replicasOf({ broker }: NodeParts): InspectedReplica[] {
  const replicas: InspectedReplica[] = [];
  if (broker === null) return replicas;
  for (const local of broker.replicaManager.partitions()) {
    if (!(local instanceof LocalPartition) || local.log.isOffline) continue;
    let looked = lookedAt.get(local);
    if (looked === undefined) lookedAt.set(local, (looked = new LookedAt(local)));
    replicas.push(looked);
  }
  return replicas;
}

function tracing(log: (line: string) => void, component = ''): Logger {
  const write = (level: string) => (message: string, cause?: unknown) => {
    const reason =
      cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : JSON.stringify(cause)}`;
    log(`${level} ${component}${message}${reason}`);
  };
  return {
    info: write('I'),
    warn: write('W'),
    error: write('E'),
    named: (name) => tracing(log, `[${name}] `),
  };
}
