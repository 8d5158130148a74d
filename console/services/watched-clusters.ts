/**
 * Which clusters there are and what is known of them: settings joined with what the collector publishes.
 * Reading never waits for Kafka: there is a last snapshot, or there was none yet (503).
 */
import * as live from '../collector/live-clusters.ts';
import type { ClusterInfo } from '../collector/live-clusters.ts';
import type { ClusterSettings } from '../config/environment.ts';
import type { Cluster, ClusterStatus } from '../contracts/clusters.ts';
import type { List } from '../contracts/envelope.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';

export interface WatchedCluster {
  settings: ClusterSettings;
  info: ClusterInfo | null;
  snapshot: ClusterSnapshot | null;
  asOf: string | null;
  stale: boolean;
}

export interface KnownCluster extends WatchedCluster {
  info: ClusterInfo;
  snapshot: ClusterSnapshot;
  asOf: string;
}

function watched(context: ConsoleContext, settings: ClusterSettings): WatchedCluster {
  const info = live.clusterInfo(settings.id);
  const snapshot = live.latestSnapshot(settings.id);
  const stale =
    info !== null && snapshot !== null && live.isStale(snapshot, context.now().getTime(), info.intervalMs);
  return {
    settings,
    info,
    snapshot,
    asOf: snapshot === null ? null : new Date(snapshot.asOfMs).toISOString(),
    stale,
  };
}

/** 404 for an id that is none. */
export function requireCluster(context: ConsoleContext, clusterId: string): WatchedCluster {
  const settings = context.clusters.find(clusterId);
  if (settings === undefined) throw new ConsoleError('not-found', `There is no cluster "${clusterId}".`);
  return watched(context, settings);
}

export function isWatched(context: ConsoleContext, clusterId: string): boolean {
  return context.clusters.find(clusterId) !== undefined;
}

/** 503 before the first snapshot. */
export function requireSnapshot(context: ConsoleContext, clusterId: string): KnownCluster {
  const cluster = requireCluster(context, clusterId);
  const { info, snapshot, asOf, settings } = cluster;
  if (info === null || snapshot === null || asOf === null) {
    const reason = settings.problem ?? info?.lastError ?? 'the first round has not ended yet';
    throw new ConsoleError(
      'cluster-unreachable',
      `Nothing is known of cluster "${clusterId}" yet: ${reason}`,
      { retryAfterSeconds: 5 },
    );
  }
  return { ...cluster, info, snapshot, asOf };
}

/** The last snapshot while it says how things are now: null when there is none, it is stale or the cluster does not answer. */
export function freshSnapshot(context: ConsoleContext, clusterId: string): ClusterSnapshot | null {
  const settings = context.clusters.find(clusterId);
  if (settings === undefined) return null;
  const cluster = watched(context, settings);
  return clusterStatus(cluster) === 'ok' ? cluster.snapshot : null;
}

export function clusterStatus({ settings, info, snapshot, stale }: WatchedCluster): ClusterStatus {
  if (settings.problem !== null || info?.status === 'unreachable') return 'unreachable';
  if (snapshot === null) return 'unknown';
  return stale ? 'stale' : 'ok';
}

export function clusterContract(context: ConsoleContext, settings: ClusterSettings): Cluster {
  const cluster = watched(context, settings);
  const { info, asOf } = cluster;
  return {
    id: settings.id,
    name: settings.name,
    status: clusterStatus(cluster),
    source: settings.source,
    readOnly: settings.readOnly,
    bootstrap: settings.bootstrap,
    tls: settings.access.tls !== null,
    saslMechanism: settings.access.sasl?.mechanism ?? null,
    brokerMetrics: settings.metrics.length > 0,
    asOf,
    lastError: settings.problem ?? info?.lastError ?? null,
  };
}

/** In the order of the settings; the first one is the default cluster. */
export function allClusters(context: ConsoleContext): Cluster[] {
  return context.clusters.all().map((settings) => clusterContract(context, settings));
}

export function listClusters(context: ConsoleContext, query: PageQuery): List<Cluster> {
  const clusters = allClusters(context);
  const order = new Map(clusters.map(({ id }, index) => [id, index]));
  const shape = {
    textOf: (item: Cluster) => `${item.id} ${item.name}`,
    keyOf: (item: Cluster) => order.get(item.id) ?? 0,
  };
  return pageOf(clusters, query, shape, { asOf: context.now().toISOString(), stale: false });
}

/** Calls `listener` after each round of a watched cluster. Returns how to stop. */
export function onRound(clusterId: string, listener: () => void): () => void {
  return live.subscribe(clusterId, listener);
}
