/**
 * The process-wide registry of watched clusters: the one place where the collector publishes snapshots and where pages,
 * streams and route handlers read them. Reading never waits for Kafka.
 *
 * It hangs on globalThis because Next bundles the instrumentation hook and the route handlers apart from each other: a
 * module-level variable would exist twice. It knows nothing of Kafka or the database; a collector registers a cluster
 * with a function that collects once.
 */
import type { SeenChange } from '../model/changes/changes.ts';
import type { ClusterSnapshot, RoundCost } from '../model/snapshot.ts';

export type ClusterSource = 'bundled' | 'file' | 'user';

/**
 * starting: no round has ended yet. online: the last round was complete. degraded: the last round worked in part.
 * unreachable: the last round failed as a whole (an older snapshot may still be there).
 */
export type ClusterStatus = 'starting' | 'online' | 'degraded' | 'unreachable';

export interface ClusterInfo {
  readonly id: string;
  readonly name: string;
  readonly source: ClusterSource;
  readonly readOnly: boolean;
  readonly bootstrapServers: readonly string[];
  readonly status: ClusterStatus;
  /** Since when the status holds, epoch ms. */
  readonly statusSinceMs: number;
  /** When the last snapshot was complete. */
  readonly asOfMs: number | null;
  /** Why the last round failed, in words for a person. */
  readonly lastError: string | null;
  readonly intervalMs: number;
}

export type SnapshotListener = (snapshot: ClusterSnapshot) => void;

export interface ClusterRegistration {
  readonly id: string;
  readonly name: string;
  readonly source: ClusterSource;
  readonly readOnly: boolean;
  readonly bootstrapServers: readonly string[];
  readonly intervalMs: number;
  /**
   * Joins behind any round under way, then runs a fresh one and resolves once its snapshot is published. Where the partitions of
   * `startsOf` begin is asked anew, whatever its beat.
   */
  readonly collectNow: (startsOf: readonly string[]) => Promise<ClusterSnapshot>;
}

interface CostEntry {
  readonly atMs: number;
  readonly cost: RoundCost;
}

interface Entry {
  registration: ClusterRegistration;
  status: ClusterStatus;
  statusSinceMs: number;
  lastError: string | null;
  snapshot: ClusterSnapshot | null;
  costs: CostEntry[];
  /** In the order in which they were seen. */
  changes: readonly SeenChange[];
  listeners: Set<SnapshotListener>;
}

interface Registry {
  readonly entries: Map<string, Entry>;
}

/** Costs are kept for so long, to answer what watching costs per minute. */
const COST_WINDOW_MS = 5 * 60_000;
/** Older than this many rounds is stale. */
const STALE_AFTER_ROUNDS = 2;
/** Changes are in memory for so long, and so many of them at most. */
export const CHANGES_KEPT_MS = 86_400_000;
export const CHANGES_MAX = 1_000;

const registryKey = Symbol.for('aquila.live-clusters');
type GlobalWithRegistry = typeof globalThis & { [registryKey]?: Registry };

function registry(): Registry {
  const holder = globalThis as GlobalWithRegistry;
  holder[registryKey] ??= { entries: new Map() };
  return holder[registryKey];
}

/** Thrown by collectNow for a cluster that nobody watches. */
export class UnknownClusterError extends Error {
  readonly code = 'UNKNOWN_CLUSTER';
  constructor(clusterId: string) {
    super(`There is no cluster "${clusterId}".`);
    this.name = 'UnknownClusterError';
  }
}

/** All watched clusters in the order in which they were registered; the first one is the default cluster. */
export function listClusters(): ClusterInfo[] {
  return [...registry().entries.values()].map(infoOf);
}

export function clusterInfo(clusterId: string): ClusterInfo | null {
  const entry = registry().entries.get(clusterId);
  return entry === undefined ? null : infoOf(entry);
}

/** The last published snapshot, null before the first one or for an unknown cluster. */
export function latestSnapshot(clusterId: string): ClusterSnapshot | null {
  return registry().entries.get(clusterId)?.snapshot ?? null;
}

/** True once the snapshot is older than two rounds. */
export function isStale(snapshot: ClusterSnapshot, nowMs: number, intervalMs: number): boolean {
  return nowMs - snapshot.asOfMs > STALE_AFTER_ROUNDS * intervalMs;
}

/**
 * Collects once now, behind any round under way, with where the partitions of these topics begin. Rejects when the round fails as
 * a whole.
 */
export function collectNow(clusterId: string, startsOf: readonly string[] = []): Promise<ClusterSnapshot> {
  const entry = registry().entries.get(clusterId);
  if (entry === undefined) return Promise.reject(new UnknownClusterError(clusterId));
  return entry.registration.collectNow(startsOf);
}

/** Calls the listener after each published snapshot (not with the present one). Returns how to stop. */
export function subscribe(clusterId: string, listener: SnapshotListener): () => void {
  const entry = registry().entries.get(clusterId);
  if (entry === undefined) throw new UnknownClusterError(clusterId);
  entry.listeners.add(listener);
  return () => {
    entry.listeners.delete(listener);
  };
}

/** Costs of the rounds of the last minutes, oldest first, with the time at which each was published. */
export function recentCosts(
  clusterId: string,
): readonly { readonly atMs: number; readonly cost: RoundCost }[] {
  return registry().entries.get(clusterId)?.costs ?? [];
}

/** What changed in the last day, in the order in which it was seen. */
export function recentChanges(clusterId: string): readonly SeenChange[] {
  return registry().entries.get(clusterId)?.changes ?? [];
}

/** Used by the collector: what an earlier process saw, before anything that this one sees. */
export function rememberChanges(clusterId: string, earlier: readonly SeenChange[]): void {
  const entry = registry().entries.get(clusterId);
  if (entry !== undefined) entry.changes = [...earlier, ...entry.changes].slice(-CHANGES_MAX);
}

/** Used by the collector: makes a cluster known. Registering an id again replaces how it is collected, keeps the data. */
export function registerCluster(registration: ClusterRegistration, nowMs: number): void {
  const { entries } = registry();
  const existing = entries.get(registration.id);
  if (existing !== undefined) {
    existing.registration = registration;
    return;
  }
  entries.set(registration.id, {
    registration,
    status: 'starting',
    statusSinceMs: nowMs,
    lastError: null,
    snapshot: null,
    costs: [],
    changes: [],
    listeners: new Set(),
  });
}

/** Used by the collector when it stops watching a cluster, and by tests. */
export function unregisterCluster(clusterId: string): void {
  registry().entries.delete(clusterId);
}

/** Used by the collector: publishes a round. A listener that throws does not keep the others from hearing of it. */
export function publishSnapshot(snapshot: ClusterSnapshot): void {
  const entry = registry().entries.get(snapshot.clusterId);
  if (entry === undefined) return;
  entry.snapshot = snapshot;
  entry.lastError = null;
  setStatus(entry, snapshot.failures.length === 0 ? 'online' : 'degraded', snapshot.asOfMs);
  entry.costs = entry.costs.filter((each) => snapshot.asOfMs - each.atMs < COST_WINDOW_MS);
  entry.costs.push({ atMs: snapshot.asOfMs, cost: snapshot.cost });
  entry.changes = [...entry.changes, ...snapshot.changes]
    .filter(({ atMs }) => snapshot.asOfMs - atMs < CHANGES_KEPT_MS)
    .slice(-CHANGES_MAX);
  for (const listener of [...entry.listeners]) {
    try {
      listener(snapshot);
    } catch {
      entry.listeners.delete(listener);
    }
  }
}

/** Used by the collector when a whole round failed: the last snapshot stays and grows stale. */
export function publishFailure(clusterId: string, reason: string, nowMs: number): void {
  const entry = registry().entries.get(clusterId);
  if (entry === undefined) return;
  entry.lastError = reason;
  setStatus(entry, 'unreachable', nowMs);
}

function setStatus(entry: Entry, status: ClusterStatus, nowMs: number): void {
  if (entry.status === status) return;
  entry.status = status;
  entry.statusSinceMs = nowMs;
}

function infoOf(entry: Entry): ClusterInfo {
  const { registration } = entry;
  return {
    id: registration.id,
    name: registration.name,
    source: registration.source,
    readOnly: registration.readOnly,
    bootstrapServers: registration.bootstrapServers,
    status: entry.status,
    statusSinceMs: entry.statusSinceMs,
    asOfMs: entry.snapshot?.asOfMs ?? null,
    lastError: entry.lastError,
    intervalMs: registration.intervalMs,
  };
}
