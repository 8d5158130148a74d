/**
 * Collects one cluster: at its times, one round at a time, behind its own wall. A cluster that hangs or is gone delays no
 * other one. A round that is asked for by hand joins behind the one under way; callers that wait for the same fresh round
 * share it; it asks for no more than a lag round and what is due. A time that comes while a round runs is skipped and
 * counted, not made up for.
 */
import type { PastStretch } from '../model/group-watch/past.ts';
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import type { BrokerCost, ClusterSnapshot, RoundCost } from '../model/snapshot.ts';
import type { PastWrites } from '../model/topic-writes.ts';
import { buildSnapshot } from './build-snapshot.ts';
import type { CollectorClock } from './collector-clock.ts';
import { reasonOf } from './gathering.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { Keeping } from './keeping.ts';
import { publishFailure, publishSnapshot } from './live-clusters.ts';
import { planRound } from './plan-round.ts';
import { gatherRound, type RoundAnswers } from './round-answers.ts';
import { noMemory, withoutStarts, type RoundMemory } from './round-memory.ts';
import { delayUntilNextRound, jitterMs, patienceMs, shiftOf, skippedRounds } from './schedule.ts';

export interface CollectorOptions {
  readonly clusterId: string;
  readonly intervalMs: number;
  readonly reader: KafkaReader;
  readonly readMetrics: (brokerId: number, host: string) => Promise<BrokerReading> | null;
  readonly clock: CollectorClock;
  /** What was kept of rounds before the first one, read while that one asks the cluster. */
  readonly readPast?: () => Promise<readonly PastStretch[]>;
  /** When topics were written to before the first round; a round that is built before this is read goes without. */
  readonly readPastWrites?: () => Promise<PastWrites>;
  /** Keeps history and judges alerts; a failure is logged by it, and rounds wait for it only so long. */
  readonly afterRound: (snapshot: ClusterSnapshot) => Promise<void>;
  readonly afterFailure: (reason: string) => void;
}

const PAST_LIMIT_MS = 8_000;

/** The whole round failed: nobody answered. */
export class ClusterUnreachableError extends Error {
  override readonly name = 'ClusterUnreachableError';
  readonly code = 'CLUSTER_UNREACHABLE';
  readonly clusterId: string;
  constructor(clusterId: string, reason: string, options?: { cause?: unknown }) {
    super(`Cluster "${clusterId}" does not answer: ${reason}`, options);
    this.clusterId = clusterId;
  }
}

export class ClusterCollector {
  readonly #options: CollectorOptions;
  readonly #keeping: Keeping;
  #memory: RoundMemory = noMemory;
  /** Topics of which records were taken away since the last round. */
  readonly #startsToAsk = new Set<string>();
  /** Read and not yet told to a round. */
  #pastWrites: PastWrites | null = null;
  #consecutiveFailures = 0;
  #running: Promise<unknown> = Promise.resolve();
  #busy = false;
  #queued: Promise<ClusterSnapshot> | null = null;
  #timer: { cancel: () => void } | null = null;
  #stopped = false;
  /** When the last round began; null before the first and after a failure. */
  #lastStartMs: number | null = null;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#keeping = new Keeping(options.clock, options.intervalMs, options.afterRound);
  }

  /** Runs the first round at once and then at its times. */
  start(): void {
    this.#tick();
  }

  /** Waits for the round under way; no further one starts. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#options.reader.close();
    await Promise.all([this.#running.catch(() => undefined), this.#keeping.stop()]);
  }

  /** A fresh round behind any round under way. Resolves once its snapshot is published, and kept or not kept in time. */
  collectNow(startsOf: readonly string[] = []): Promise<ClusterSnapshot> {
    for (const topic of startsOf) this.#startsToAsk.add(topic);
    if (this.#stopped) return Promise.reject(new Error('The collector is stopped.'));
    if (this.#queued !== null) return this.#queued;
    const queued = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#queued = null;
        return this.#round();
      });
    this.#queued = queued;
    this.#running = queued;
    return queued;
  }

  #tick(): void {
    if (this.#stopped) return;
    const round = this.#busy || this.#queued !== null ? Promise.resolve() : this.collectNow();
    void round
      .catch(() => undefined)
      .then(() => {
        if (this.#stopped) return;
        const { clock, intervalMs } = this.#options;
        const delayMs = delayUntilNextRound(
          {
            nowMs: clock.nowMs(),
            consecutiveFailures: this.#consecutiveFailures,
            lastStartMs: this.#lastStartMs,
          },
          this.#times,
          clock.random(),
        );
        this.#timer = clock.after(delayMs + jitterMs(intervalMs, clock.random()), () => {
          this.#tick();
        });
      });
  }

  async #round(): Promise<ClusterSnapshot> {
    this.#busy = true;
    try {
      const snapshot = await this.#collect();
      this.#consecutiveFailures = 0;
      publishSnapshot(snapshot);
      await this.#keeping.keep(snapshot);
      return snapshot;
    } finally {
      this.#busy = false;
    }
  }

  get #times(): { readonly intervalMs: number; readonly shiftMs: number } {
    const { clusterId, intervalMs } = this.#options;
    return { intervalMs, shiftMs: shiftOf(clusterId, intervalMs) };
  }

  async #collect(): Promise<ClusterSnapshot> {
    const { clusterId, intervalMs, reader, clock } = this.#options;
    const startedAtMs = clock.nowMs();
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const skipped =
      this.#lastStartMs === null ? 0 : skippedRounds(this.#lastStartMs, startedAtMs, this.#times);
    this.#lastStartMs = startedAtMs;
    reader.takeTraffic();
    this.#memory = withoutStarts(this.#memory, this.#startsToAsk);
    this.#startsToAsk.clear();
    try {
      const isFirst = this.#memory.watch === null;
      const reading = isFirst ? this.#readPast() : null;
      const answers = await this.#gather(startedAtMs);
      const past = (await reading) ?? [];
      const costOf = (): RoundCost => {
        const cpu = process.cpuUsage(cpuBefore);
        return {
          ...trafficCost(reader.takeTraffic()),
          seconds: (performance.now() - startedAt) / 1_000,
          cpuSeconds: (cpu.user + cpu.system) / 1e6,
          beats: [...answers.beatsAsked],
          skippedRounds: skipped,
        };
      };
      const pastWrites = this.#pastWrites ?? new Map();
      this.#pastWrites = null;
      const frame = { clusterId, intervalMs, startedAtMs, costOf, past, pastWrites };
      const built = await buildSnapshot(answers, this.#memory, frame);
      if (isFirst) this.#beginPastWrites();
      this.#memory = built.memory;
      return built.snapshot;
    } catch (error) {
      this.#consecutiveFailures++;
      this.#lastStartMs = null;
      const reason = reasonOf(error);
      publishFailure(clusterId, reason, clock.nowMs());
      this.#options.afterFailure(reason);
      throw new ClusterUnreachableError(clusterId, reason, { cause: error });
    }
  }

  /** Never waited for longer than a part of a round: without it, groups are watched from now on. */
  #readPast(): Promise<readonly PastStretch[]> {
    const { readPast, clock } = this.#options;
    if (readPast === undefined) return Promise.resolve([]);
    return new Promise((resolve) => {
      const limit = clock.after(PAST_LIMIT_MS, () => {
        resolve([]);
      });
      void readPast()
        .catch(() => [])
        .then((past) => {
          limit.cancel();
          resolve(past);
        });
    });
  }

  /** Behind the first round: nothing waits for it. */
  #beginPastWrites(): void {
    void this.#options.readPastWrites?.().then(
      (past) => {
        this.#pastWrites = past;
      },
      () => undefined,
    );
  }

  #gather(startedAtMs: number): Promise<RoundAnswers> {
    const { intervalMs, reader, readMetrics, clock } = this.#options;
    const memory = this.#memory;
    const allAnswered = [...memory.brokers.values()].every(({ answered }) => answered);
    return gatherRound({
      reader,
      readMetrics,
      nowMs: () => clock.nowMs(),
      patience: {
        waitMs: (id) => patienceMs(memory.brokers.get(id)?.answered ?? true, intervalMs),
        after: (delayMs, run) => clock.after(delayMs, run),
      },
      planOf: (metadata) =>
        planRound(metadata, { ...memory, allAnswered }, { nowMs: startedAtMs, ...this.#times }),
      earlier: memory,
    });
  }
}

function trafficCost(
  brokers: Readonly<Record<string, BrokerCost>>,
): Pick<RoundCost, 'requests' | 'brokers' | 'bytesSent' | 'bytesReceived'> {
  const requests: Record<string, number> = {};
  let bytesSent = 0;
  let bytesReceived = 0;
  for (const broker of Object.values(brokers)) {
    bytesSent += broker.bytesSent;
    bytesReceived += broker.bytesReceived;
    for (const [api, count] of Object.entries(broker.requests)) requests[api] = (requests[api] ?? 0) + count;
  }
  return { requests, brokers, bytesSent, bytesReceived };
}
