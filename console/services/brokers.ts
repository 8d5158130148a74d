/** Brokers as the last round saw them. */
import { hostPort } from '../model/host-port.ts';
import {
  brokerMeterNames,
  brokerMetricNames,
  requestTimeNames,
  type AnyBrokerMetric,
  type Broker,
  type BrokerDetail,
  type BrokerMeterName,
  type MissingMetric,
  type MissingMetrics,
  type RequestTimeName,
} from '../contracts/brokers.ts';
import type { List } from '../contracts/envelope.ts';
import { brokerSkews, type BrokerSkew } from '../model/broker-skew.ts';
import type { BrokerMetrics, BrokerSnapshot, ClusterSnapshot } from '../model/snapshot.ts';
import { brokerConfigs } from './broker-configs.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';
import { requireSnapshot } from './watched-clusters.ts';

function toContract(broker: BrokerSnapshot, { skewPercent, leaderSkewPercent }: BrokerSkew): Broker {
  const { id, host, port, rack, isController, reachable, fenced, lastSeenMs, lastKnown, metrics } = broker;
  const { leaders, replicas, outOfSync, leadersElsewhere } = broker;
  return {
    id,
    host,
    port,
    rack,
    version: metrics?.version ?? null,
    online: reachable,
    status: fenced ? 'fenced' : reachable ? 'up' : 'unreachable',
    lastSeen: lastSeenMs === null ? null : new Date(lastSeenMs).toISOString(),
    isController,
    leaders,
    replicas,
    outOfSync,
    leadersElsewhere,
    skewPercent,
    leaderSkewPercent,
    logDirBytes: broker.logDirBytes ?? lastKnown?.logDirBytes ?? null,
    bytesInPerSec: metrics?.bytesInPerSec ?? null,
    bytesOutPerSec: metrics?.bytesOutPerSec ?? null,
    messagesInPerSec: metrics?.messagesInPerSec ?? null,
    cpuPercent: metrics?.cpuPercent ?? null,
    memoryBytes: metrics?.memoryBytes ?? null,
    logDirsAsOf: isoOrNull(broker.asOf.logDirsAtMs),
    logDirsStale: lastKnown !== null,
    metricsAsOf: isoOrNull(broker.asOf.metricsAtMs),
    missingMetrics: missingOf(broker.missingMetrics, brokerMetricNames),
  };
}

/** Of all brokers, in their order. */
function toContracts({ brokers, topics }: ClusterSnapshot): Broker[] {
  let partitions = 0;
  for (const topic of topics.values()) partitions += topic.partitions.length;
  const skews = brokerSkews(brokers, partitions);
  const none: BrokerSkew = { skewPercent: null, leaderSkewPercent: null };
  return brokers.map((broker, place) => toContract(broker, skews[place] ?? none));
}

/** Reasons for what an answer has: a list does not repeat them for meters that only one broker's own answer tells. */
function missingOf<Name extends AnyBrokerMetric>(
  missing: MissingMetrics,
  names: readonly Name[],
): Partial<Record<Name, MissingMetric>> {
  const reasons: Partial<Record<Name, MissingMetric>> = {};
  for (const name of names) {
    const why = missing[name];
    if (why !== undefined) reasons[name] = why;
  }
  return reasons;
}

type Meters = Pick<BrokerDetail, BrokerMeterName | RequestTimeName>;

function metersOf(metrics: BrokerMetrics | null): Meters {
  const names = [...brokerMeterNames, ...requestTimeNames];
  return Object.fromEntries(names.map((name) => [name, metrics?.[name] ?? null])) as Meters;
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

export function listBrokers(context: ConsoleContext, clusterId: string, query: PageQuery): List<Broker> {
  const { snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const shape = {
    textOf: (broker: Broker) => `${broker.id} ${hostPort(broker)} ${broker.rack ?? ''}`,
    keyOf: (broker: Broker) => broker.id,
  };
  return pageOf(toContracts(snapshot), query, shape, { asOf, stale });
}

function partitionsOn(snapshot: ClusterSnapshot, broker: BrokerSnapshot): BrokerDetail['partitions'] {
  const partitions: BrokerDetail['partitions'] = [];
  const sizes = broker.replicaSizes ?? broker.lastKnown?.replicaSizes;
  for (const topic of snapshot.topics.values()) {
    for (const { partition, leader, replicas, isr } of topic.partitions) {
      if (!replicas.includes(broker.id)) continue;
      partitions.push({
        topic: topic.name,
        internal: topic.internal,
        partition,
        isLeader: leader === broker.id,
        inSync: isr.includes(broker.id),
        sizeBytes: sizes?.get(topic.name, partition) ?? null,
      });
    }
  }
  return partitions;
}

/** `id` is text from a path. */
export function brokerDetail(context: ConsoleContext, clusterId: string, id: string): BrokerDetail {
  const { snapshot, settings, asOf, stale } = requireSnapshot(context, clusterId);
  const place = snapshot.brokers.findIndex((each) => String(each.id) === id);
  const [broker, contract] = [snapshot.brokers[place], toContracts(snapshot)[place]];
  if (broker === undefined || contract === undefined)
    throw new ConsoleError('not-found', `Cluster "${clusterId}" has no broker ${id}.`);
  return {
    ...contract,
    ...metersOf(broker.metrics),
    missingMetrics: broker.missingMetrics,
    logDirs: [...(broker.logDirs ?? broker.lastKnown?.logDirs ?? [])],
    partitions: partitionsOn(snapshot, broker),
    configs: brokerConfigs(settings, broker.id),
    asOf,
    stale,
  };
}
