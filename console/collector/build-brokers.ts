/**
 * The brokers of a snapshot: those of the metadata, and those that are gone from it but still have replicas assigned. What a
 * broker that does not answer told last is kept apart from what is known now, so that no old number passes for a new one.
 * Pure.
 */
import {
  type BrokerSnapshot,
  type KnownLogDirs,
  type LogDirSnapshot,
  type PartFailure,
} from '../model/snapshot.ts';
import { PartitionNumbers } from '../model/partition-numbers.ts';
import { sumOrNull } from '../model/topic-summary.ts';
import { staleAfterMs } from './beats.ts';
import { brokerMetrics, type RateWindow } from './build-rates.ts';
import { missingMetrics } from './missing-metrics.ts';
import type { LogDir } from './kafka-reader.ts';
import type { RoundAnswers } from './round-answers.ts';
import type { KnownBroker } from './round-memory.ts';
import { layoutOf, noDuties } from './topic-layout.ts';

const unknownBroker: KnownBroker = {
  host: '',
  port: 0,
  rack: null,
  answered: false,
  lastSeenMs: null,
  logDirs: null,
};

export function rememberBrokers(
  answers: RoundAnswers,
  before: ReadonlyMap<number, KnownBroker>,
): ReadonlyMap<number, KnownBroker> {
  const { metadata, reachable, logDirs, offsetsAtMs } = answers;
  const known = new Map<number, KnownBroker>();
  const remember = (id: number, place: Pick<KnownBroker, 'host' | 'port' | 'rack'>): void => {
    const earlier = before.get(id) ?? unknownBroker;
    const told = logDirs.get(id);
    known.set(id, {
      host: place.host,
      port: place.port,
      rack: place.rack,
      answered: reachable.has(id),
      lastSeenMs: reachable.has(id) ? offsetsAtMs : earlier.lastSeenMs,
      logDirs: told === undefined ? earlier.logDirs : knownLogDirs(told.dirs, told.atMs),
    });
  };
  for (const broker of metadata.brokers) remember(broker.id, broker);
  for (const [id, { replicas }] of layoutOf(metadata.topics).duties) {
    if (replicas > 0 && !known.has(id)) remember(id, before.get(id) ?? unknownBroker);
  }
  return known;
}

export interface BrokersFrame {
  readonly window: RateWindow;
  readonly intervalMs: number;
}

export function buildBrokers(
  answers: RoundAnswers,
  known: ReadonlyMap<number, KnownBroker>,
  { window, intervalMs }: BrokersFrame,
): BrokerSnapshot[] {
  const { duties } = layoutOf(answers.metadata.topics);
  const named = new Set(answers.metadata.brokers.map(({ id }) => id));
  const youngestMs = answers.offsetsAtMs - staleAfterMs('logDirs', intervalMs);
  return [...known.entries()]
    .sort(([a], [b]) => a - b)
    .map(([id, { host, port, rack, lastSeenMs, logDirs: last }]) => {
      const reachable = answers.reachable.has(id);
      const told = reachable && last !== null && last.atMs >= youngestMs ? last : null;
      const reading = answers.metrics.get(id) ?? null;
      return {
        ...{ id, host, port, rack, reachable, lastSeenMs },
        ...(duties.get(id) ?? noDuties),
        isController: id === answers.controllerId,
        fenced: !named.has(id),
        logDirBytes: told?.logDirBytes ?? null,
        logDirs: told?.logDirs ?? null,
        replicaSizes: told?.replicaSizes ?? null,
        asOf: { logDirsAtMs: last?.atMs ?? null, metricsAtMs: reading?.atMs ?? null },
        lastKnown: told === null ? last : null,
        ...metricsOf(id, answers, window),
      };
    });
}

function metricsOf(
  id: number,
  answers: RoundAnswers,
  { before: baseline, maxGapMs }: RateWindow,
): Pick<BrokerSnapshot, 'metrics' | 'missingMetrics'> {
  const [now, before] = [answers.metrics.get(id) ?? null, baseline?.metrics.get(id) ?? null];
  const metrics = brokerMetrics(now, before, maxGapMs);
  const unread = answers.unreadMetrics.get(id);
  return { metrics, missingMetrics: missingMetrics(metrics, { now, before, unread, maxGapMs }) };
}

/** Directories that failed, also between two readings. */
export function logDirFailures(brokers: readonly BrokerSnapshot[]): PartFailure[] {
  return brokers.flatMap(({ id, logDirs }) =>
    (logDirs ?? []).flatMap(({ path, error }) =>
      error === null ? [] : [{ part: 'logDirs' as const, name: `${String(id)}:${path}`, reason: error }],
    ),
  );
}

function knownLogDirs(dirs: readonly LogDir[], atMs: number): KnownLogDirs {
  const logDirs = dirs.map(logDirOf);
  return {
    atMs,
    logDirs,
    logDirBytes: sumOrNull(logDirs, (dir) => dir.sizeBytes),
    replicaSizes: replicaSizesOf(dirs),
  };
}

function logDirOf({ path, error, totalBytes, usableBytes, replicas }: LogDir): LogDirSnapshot {
  return {
    ...{ path, error, totalBytes, usableBytes },
    sizeBytes: error === null ? replicas.reduce((sum, each) => sum + each.sizeBytes, 0) : null,
  };
}

/** A replica that is being moved is in two directories: the larger copy is the one in use. */
function replicaSizesOf(dirs: readonly LogDir[]): PartitionNumbers {
  const sizes = new PartitionNumbers();
  for (const { replicas } of dirs) {
    for (const { topic, partition, sizeBytes } of replicas) {
      sizes.set(topic, partition, Math.max(sizes.get(topic, partition) ?? 0, sizeBytes));
    }
  }
  return sizes;
}
