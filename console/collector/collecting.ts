/**
 * One running collector of all configured clusters: a ClusterCollector each, the keeping of what they see, and the outbox.
 * Everything it needs is handed in, so that a test, a script or the server can run it.
 */
import { AlertBook } from '../alerting/alert-book.ts';
import { AlertEngine, messageDomainOf } from '../alerting/alert-engine.ts';
import { courseReader } from '../alerting/read-course.ts';
import { OutboxWorker } from '../alerting/outbox-worker.ts';
import { MetricsSource } from '../metrics-source/metrics-source.ts';
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import type { PastStretch } from '../model/group-watch/past.ts';
import { boundPlan, planRetention } from '../model/retention.ts';
import { LineBook } from '../model/line-book.ts';
import { tellRound } from '../model/samples.ts';
import type { ClusterSnapshot } from '../model/snapshot.ts';
import type { PastWrites } from '../model/topic-writes.ts';
import { sweepChanges } from '../store/changes.ts';
import { databaseHealth } from '../store/database-health.ts';
import type { Database } from '../store/database.ts';
import { rollUpHistory, sweepHistory, sweepSeries } from '../store/history-upkeep.ts';
import { sweepIncidents } from '../store/incidents.ts';
import { readPastWrites } from '../store/past-writes.ts';
import { SampleWriter } from '../store/samples.ts';
import type { ClusterSettings } from '../config/environment.ts';
import { metricsUrlOf } from '../contracts/metrics-addresses.ts';
import { sweepDetached } from '../store/detached-history.ts';
import { ChangeKeeper } from './change-keeper.ts';
import { ClusterCollector } from './cluster-collector.ts';
import { connectionOf, type ClusterConnection } from './cluster-connection.ts';
import { openReader } from './cluster-reader.ts';
import { systemClock, type CollectorClock } from './collector-clock.ts';
import type { KafkaReader } from './kafka-reader.ts';
import { LeaseHolder } from './lease-holder.ts';
import { clusterInfo, publishFailure, registerCluster, unregisterCluster } from './live-clusters.ts';
import { Periodic } from './periodic.ts';
import { RareLog } from './rare-log.ts';
import { readPast } from './read-past.ts';
import { shiftOf, slotOf } from './schedule.ts';

/** What of the console's settings the collector needs. */
export interface CollectingConfig {
  readonly collectIntervalMs: number;
  readonly historyDays: number;
  readonly publicUrl: string;
  readonly smtpUrl: string | null;
  readonly mailFrom: string | null;
  readonly outbound: 'private' | 'public';
}

export interface CollectingOptions {
  readonly config: CollectingConfig;
  /** What is watched from the start; the first one is the default cluster. */
  readonly clusters: readonly ClusterSettings[];
  readonly database: Database;
  /** Opens what channels keep sealed. */
  readonly channelKey: Buffer;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  readonly clock?: CollectorClock;
  readonly openReader?: (connection: ClusterConnection) => KafkaReader;
}

export interface RunningCollector {
  /** Watches one more cluster, or a known one by other settings; what is known of it stays until the next round. */
  watch(settings: ClusterSettings): Promise<void>;
  /** Resolves once nothing more of it is collected or kept. */
  unwatch(clusterId: string): Promise<void>;
  /** Ends rounds and sends, gives the lease up. Bounded by the time limits of what is under way. */
  stop(): Promise<void>;
}

const METRICS_TIMEOUT_MS = 5_000;
const LEASE_RENEW_MS = 5_000;
const OUTBOX_PERIOD_MS = 1_000;
const SEND_GRACE_MS = 2_000;
/** Without a round for so many intervals, alerts are judged without one. */
const BLIND_AFTER_ROUNDS = 2;
const UPKEEP_PERIOD_MS = 60_000;
const SWEEP_EVERY_UPKEEPS = 10;
const DAY_MS = 86_400_000;
const PAST_WRITES_LIMIT_MS = 10_000;

export async function runCollecting(options: CollectingOptions): Promise<RunningCollector> {
  const collecting = new Collecting(options);
  await collecting.start();
  return collecting;
}

class Collecting implements RunningCollector {
  readonly #options: CollectingOptions;
  readonly #clock: CollectorClock;
  readonly #log: RareLog;
  /** In the order of the directory; null for one that cannot be watched. */
  readonly #collectors = new Map<string, ClusterCollector | null>();
  readonly #periodics: Periodic[] = [];
  readonly #lease: LeaseHolder;
  readonly #writer: SampleWriter;
  readonly #changes: ChangeKeeper;
  readonly #alertBook: AlertBook;
  readonly #engine: AlertEngine;
  readonly #outbox: OutboxWorker;
  readonly #metrics = new MetricsSource();
  readonly #startedAtMs: number;
  #upkeeps = 0;

  constructor(options: CollectingOptions) {
    const { config, database, channelKey, log, clock = systemClock } = options;
    const { publicUrl, smtpUrl, mailFrom, outbound } = config;
    this.#options = options;
    this.#clock = clock;
    this.#startedAtMs = clock.nowMs();
    this.#log = new RareLog(log, () => clock.nowMs());
    this.#lease = new LeaseHolder(database, clock.nowMs());
    this.#writer = new SampleWriter(database);
    this.#changes = new ChangeKeeper(database);
    const logAlerts = (line: string): void => {
      this.#log.write('alert-delivery', { detail: line });
    };
    this.#alertBook = new AlertBook(logAlerts, () => clock.nowMs());
    const shared = { database, book: this.#alertBook, fence: () => this.#lease.fence };
    this.#engine = new AlertEngine({
      ...shared,
      intervalMs: config.collectIntervalMs,
      publicUrl,
      defaultClusterId: () => this.#collectors.keys().next().value ?? null,
      messageDomain: messageDomainOf(mailFrom),
      readCourse: courseReader(database, config.historyDays, config.collectIntervalMs),
    });
    this.#outbox = new OutboxWorker({
      ...shared,
      channelKey,
      context: { publicUrl, smtpUrl, mailFrom, outbound },
      nowMs: () => clock.nowMs(),
      random: () => clock.random(),
      log: logAlerts,
    });
  }

  async start(): Promise<void> {
    await this.#renewLease();
    for (const settings of this.#options.clusters) this.#begin(settings);
    this.#every('lease', LEASE_RENEW_MS, async () => {
      await this.#renewLease();
    });
    this.#every('alerts-blind', this.#options.config.collectIntervalMs, () => this.#judgeBlind());
    this.#every('outbox', OUTBOX_PERIOD_MS, () => this.#deliver());
    this.#every('history-upkeep', UPKEEP_PERIOD_MS, () => this.#keepUp());
  }

  async stop(): Promise<void> {
    for (const periodic of this.#periodics) periodic.stop();
    const watching = [...this.#collectors.values()].filter((collector) => collector !== null);
    await Promise.allSettled(watching.map((collector) => collector.stop()));
    await Promise.allSettled(this.#periodics.map((periodic) => periodic.settled()));
    // A send that is cut off here is claimed, and is repeated under the same Message-ID.
    await Promise.race([
      this.#outbox.settle(),
      new Promise((resolve) => this.#clock.after(SEND_GRACE_MS, () => resolve(null))),
    ]);
    for (const id of this.#collectors.keys()) unregisterCluster(id);
    // What is not written when the process ends is lost; without the lease it is somebody else's.
    if (this.#lease.isHeld)
      await this.#alertBook.flush(this.#options.database, this.#lease.fence).catch(() => undefined);
    await this.#lease.release().catch(() => undefined);
  }

  async watch(settings: ClusterSettings): Promise<void> {
    await this.#collectors.get(settings.id)?.stop();
    this.#begin(settings);
  }

  async unwatch(clusterId: string): Promise<void> {
    const collector = this.#collectors.get(clusterId);
    this.#collectors.delete(clusterId);
    unregisterCluster(clusterId);
    await collector?.stop();
    this.#writer.forgetSeries();
    this.#changes.forget(clusterId);
  }

  #every(name: string, periodMs: number, work: () => Promise<void>): void {
    const guarded = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        this.#log.write(`${name}-failed`, { error: textOf(error) });
      }
    };
    const periodic = new Periodic(this.#clock, periodMs, guarded);
    this.#periodics.push(periodic);
    periodic.start();
  }

  #begin(settings: ClusterSettings): void {
    const { id, name, source, bootstrap, readOnly, problem } = settings;
    const intervalMs = this.#options.config.collectIntervalMs;
    const base = { id, name, source, readOnly, bootstrapServers: bootstrap, intervalMs };
    const nowMs = this.#clock.nowMs();
    const refusal = problem ?? (bootstrap.length === 0 ? 'no bootstrap servers are configured' : null);
    if (refusal !== null) {
      registerCluster({ ...base, collectNow: () => Promise.reject(new Error(refusal)) }, nowMs);
      publishFailure(id, refusal, nowMs);
      this.#collectors.set(id, null);
      return;
    }
    const connection = connectionOf(settings);
    const book = new LineBook();
    const collector = new ClusterCollector({
      clusterId: id,
      intervalMs,
      reader: (this.#options.openReader ?? openReader)(connection),
      readMetrics: (brokerId, host) =>
        this.#readMetrics(metricsUrlOf(settings.metrics, brokerId, host), connection.resolve),
      clock: this.#clock,
      readPast: () => this.#readPast(id),
      readPastWrites: () => this.#readPastWrites(id),
      afterRound: (snapshot) => this.#keep(snapshot, book),
      afterFailure: (reason) => {
        this.#log.write('cluster-unreachable', { cluster: id, reason });
      },
    });
    this.#collectors.set(id, collector);
    registerCluster({ ...base, collectNow: (startsOf) => collector.collectNow(startsOf) }, nowMs);
    collector.start();
  }

  #readMetrics(url: string | null, resolve: ClusterConnection['resolve']): Promise<BrokerReading> | null {
    if (url === null) return null;
    return this.#metrics.read(url, { signal: AbortSignal.timeout(METRICS_TIMEOUT_MS), resolve });
  }

  async #readPast(clusterId: string): Promise<readonly PastStretch[]> {
    const { database, config } = this.#options;
    const { collectIntervalMs: intervalMs, historyDays } = config;
    try {
      await this.#changes.recall(clusterId, this.#clock.nowMs());
      return await readPast(database, {
        ...{ clusterId, intervalMs, shiftMs: shiftOf(clusterId, intervalMs), nowMs: this.#clock.nowMs() },
        plan: planRetention(historyDays),
      });
    } catch (error) {
      this.#log.write('history-not-read', { cluster: clusterId, error: textOf(error) });
      return [];
    }
  }

  async #readPastWrites(clusterId: string): Promise<PastWrites> {
    const { database, config } = this.#options;
    const request = {
      clusterId,
      nowMs: this.#clock.nowMs(),
      signal: AbortSignal.timeout(PAST_WRITES_LIMIT_MS),
    };
    try {
      return await readPastWrites(database, planRetention(config.historyDays), request);
    } catch (error) {
      this.#log.write('history-not-read', { cluster: clusterId, error: textOf(error) });
      return new Map();
    }
  }

  /** True while this process is the one that keeps, judges and sends. Whoever took that over knows better from then on. */
  async #renewLease(): Promise<boolean> {
    const wasHeld = this.#lease.isHeld;
    const isHeld = await this.#lease.renew(this.#clock.nowMs());
    if (wasHeld && !isHeld) {
      this.#alertBook.forget();
      this.#outbox.forget();
    }
    return isHeld;
  }

  /** History first: a chart without its last point is worse to explain than a notice a moment later. */
  async #keep(snapshot: ClusterSnapshot, book: LineBook): Promise<void> {
    try {
      await this.#keepHistory(snapshot, book);
    } catch (error) {
      this.#log.write('history-not-kept', { cluster: snapshot.clusterId, error: textOf(error) });
    }
    try {
      if (this.#lease.isHeld) await this.#engine.judge(snapshot, this.#clock.nowMs());
    } catch (error) {
      this.#log.write('alerts-not-judged', { cluster: snapshot.clusterId, error: textOf(error) });
    }
  }

  /** While the database is known to fail no round waits for it: history has a gap, and the lease finds out when it is back. */
  async #keepHistory(snapshot: ClusterSnapshot, book: LineBook): Promise<void> {
    if (databaseHealth().state === 'failing') return;
    if (!(await this.#renewLease())) {
      this.#changes.leaveToOthers(snapshot.clusterId);
      return;
    }
    const slotMs = slotOf(snapshot.startedAtMs, this.#options.config.collectIntervalMs);
    tellRound(snapshot, book);
    await this.#writer.write(snapshot.clusterId, slotMs, book);
    await this.#changes.keep(snapshot.clusterId);
  }

  /** Clusters of which no round ended for a while: rules on the collector itself fire, and of all others nothing is known. */
  async #judgeBlind(): Promise<void> {
    if (!this.#lease.isHeld) return;
    const nowMs = this.#clock.nowMs();
    for (const id of this.#collectors.keys()) {
      const info = clusterInfo(id);
      const lastRoundMs = info?.asOfMs ?? this.#startedAtMs;
      if (nowMs - lastRoundMs <= BLIND_AFTER_ROUNDS * this.#options.config.collectIntervalMs) continue;
      await this.#engine.judgeBlind(id, { lastRoundMs, reason: info?.lastError ?? null }, nowMs);
    }
  }

  /** Not waited for: a mail server that hangs must not keep the other channels from being looked at. */
  #deliver(): Promise<void> {
    if (this.#lease.isHeld) {
      this.#outbox.deliverDue().catch((error: unknown) => {
        this.#log.write('outbox-failed', { error: textOf(error) });
      });
    }
    return Promise.resolve();
  }

  async #keepUp(): Promise<void> {
    if (!this.#lease.isHeld) return;
    const { database, config } = this.#options;
    const plan = planRetention(config.historyDays);
    const nowMs = this.#clock.nowMs();
    while (await sweepDetached(database));
    while (await rollUpHistory(database, plan, nowMs));
    if (this.#upkeeps++ % SWEEP_EVERY_UPKEEPS !== 0) return;
    const lines = await database.series.count();
    await sweepHistory(database, boundPlan(plan, lines, config.collectIntervalMs), nowMs);
    if ((await sweepSeries(database, nowMs)) > 0) this.#writer.forgetSeries();
    const beforeMs = nowMs - config.historyDays * DAY_MS;
    await sweepChanges(database, beforeMs);
    while ((await sweepIncidents(database, new Date(beforeMs))) > 0);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
