/** Collects on demand, and says what collecting costs. */
import { collectNow, recentCosts } from '../collector/live-clusters.ts';
import { slowBeats } from '../collector/beats.ts';
import type { Cost, RoundCost } from '../contracts/collection.ts';
import type { SlowBeat } from '../model/snapshot.ts';
import { rowsWrittenPerHour } from '../store/rows-written.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { processCost } from './process-cost.ts';
import { configReadingsSince } from './topic-configs.ts';
import { requireCluster, requireSnapshot } from './watched-clusters.ts';

/** Answers when the new snapshot is published. */
export async function refresh(context: ConsoleContext, clusterId: string): Promise<RoundCost> {
  const { info, settings } = requireCluster(context, clusterId);
  if (info === null)
    throw new ConsoleError(
      'cluster-unreachable',
      settings.problem ?? `Cluster "${clusterId}" is not watched yet.`,
    );
  try {
    const { cost } = await collectNow(clusterId);
    const { requests, bytesSent, bytesReceived, seconds, cpuSeconds } = cost;
    return { requests: { ...requests }, bytesSent, bytesReceived, seconds, cpuSeconds };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConsoleError('cluster-unreachable', `The round failed: ${reason}`, { cause: error });
  }
}

interface Traffic {
  requests: Record<string, number>;
  bytesSent: number;
  bytesReceived: number;
}

function addTraffic(
  sum: Traffic,
  part: { requests: Readonly<Record<string, number>>; bytesSent: number; bytesReceived: number },
  factor: number,
): void {
  for (const [api, count] of Object.entries(part.requests))
    sum.requests[api] = (sum.requests[api] ?? 0) + count * factor;
  sum.bytesSent += part.bytesSent * factor;
  sum.bytesReceived += part.bytesReceived * factor;
}

export function cost(context: ConsoleContext, clusterId: string): Cost {
  const { info, snapshot, asOf, stale } = requireSnapshot(context, clusterId);
  const rounds = recentCosts(clusterId);
  const spanMs = (rounds.at(-1)?.atMs ?? 0) - (rounds[0]?.atMs ?? 0);
  const windowMs = Math.max(spanMs + info.intervalMs, info.intervalMs);
  const perMinute = 60_000 / windowMs;
  const total = { requests: {}, bytesSent: 0, bytesReceived: 0, seconds: 0, cpuSeconds: 0 };
  const brokers = new Map<number, Traffic>();
  const sumOf = (brokerId: number): Traffic => {
    const sum = brokers.get(brokerId) ?? { requests: {}, bytesSent: 0, bytesReceived: 0 };
    brokers.set(brokerId, sum);
    return sum;
  };
  for (const round of rounds) {
    addTraffic(total, round.cost, perMinute);
    total.seconds += round.cost.seconds * perMinute;
    total.cpuSeconds += round.cost.cpuSeconds * perMinute;
    for (const [id, part] of Object.entries(round.cost.brokers))
      addTraffic(sumOf(Number(id)), part, perMinute);
  }
  // Settings of topics for their pages, asked beside the rounds.
  for (const asking of configReadingsSince(clusterId, (rounds.at(-1)?.atMs ?? 0) - windowMs)) {
    for (const [id, part] of asking) {
      addTraffic(total, part, perMinute);
      addTraffic(sumOf(id), part, perMinute);
    }
  }
  return {
    windowSeconds: windowMs / 1_000,
    rounds: rounds.length,
    perMinute: total,
    brokers: [...brokers]
      .sort(([a], [b]) => a - b)
      .map(([id, traffic]) => ({ brokerId: id < 0 ? null : id, ...traffic })),
    beats: beatsOf(rounds, info.intervalMs),
    skippedRounds: rounds.reduce((sum, round) => sum + round.cost.skippedRounds, 0),
    cannotTell: snapshot.cannotTell.map(({ what, reason }) => ({ what, reason })),
    historyRowsPerHour: rowsWrittenPerHour(clusterId),
    console: processCost(),
    asOf,
    stale,
  };
}

const beatNames: readonly SlowBeat[] = ['lastStable', 'quorum', 'logDirs', 'earliest', 'topicConfigs'];

function beatsOf(rounds: ReturnType<typeof recentCosts>, intervalMs: number): Cost['beats'] {
  const lag = { name: 'lag' as const, everySeconds: intervalMs / 1_000, rounds: rounds.length };
  return [
    lag,
    ...beatNames.map((name) => ({
      name,
      everySeconds: (slowBeats[name].everyRounds * intervalMs) / 1_000,
      rounds: rounds.filter(({ cost }) => cost.beats.includes(name)).length,
    })),
  ];
}
