/**
 * Holds replication of chosen partitions down to a rate, so that moving replicas leaves room for clients (KIP-73;
 * Kafka's ReplicationQuotaManager). Both sides have one: a leader that serves followers, a follower that catches up.
 *
 * Bytes of throttled replicas are counted in windows of one second; the rate is that of the last ten whole windows and the
 * running one. Who finds the quota exceeded leaves throttled replicas out until it is not. Answers are not cut to fit,
 * so the rate may be passed once, and is then waited for.
 */
import type { Clock } from '../platform/platform.ts';
import { WindowedSum } from '../quotas/windowed-sum.ts';

/** replication.quota.window.num */
const WINDOWS = 11;
/** replication.quota.window.size.seconds */
const WINDOW_MS = 1_000;

export class ReplicationThrottle {
  readonly #clock: Clock;
  readonly #brokerId: number;
  #bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #bytes = new WindowedSum(WINDOWS, WINDOW_MS);
  readonly #parsed = new WeakMap<readonly string[], ThrottledReplicas>();

  constructor(options: { readonly clock: Clock; readonly brokerId: number }) {
    this.#clock = options.clock;
    this.#brokerId = options.brokerId;
  }

  /** leader.replication.throttled.rate or follower.replication.throttled.rate; null means no limit. */
  setRate(bytesPerSecond: number | null): void {
    this.#bytesPerSecond = bytesPerSecond ?? Number.POSITIVE_INFINITY;
  }

  get bytesPerSecond(): number {
    return this.#bytesPerSecond;
  }

  /**
   * Whether a topic's list (leader.replication.throttled.replicas or follower.replication.throttled.replicas) names this
   * broker's replica of the partition. The same list should be given as the same array: it is read once.
   */
  covers(throttledReplicas: readonly string[], partition: number): boolean {
    if (throttledReplicas.length === 0) return false;
    let parsed = this.#parsed.get(throttledReplicas);
    if (parsed === undefined) {
      parsed = parseThrottledReplicas(throttledReplicas, this.#brokerId);
      this.#parsed.set(throttledReplicas, parsed);
    }
    return parsed === 'all' || parsed.has(partition);
  }

  /** Bytes of a throttled replica have come or gone. */
  record(bytes: number): void {
    this.#bytes.add(bytes, this.#clock.monotonicMs());
  }

  get isExceeded(): boolean {
    if (this.#bytesPerSecond === Number.POSITIVE_INFINITY) return false;
    return this.#rateAt(this.#clock.monotonicMs()) > this.#bytesPerSecond;
  }

  /** Of the last windows. */
  get rateBytesPerSecond(): number {
    return this.#rateAt(this.#clock.monotonicMs());
  }

  /** How long until the quota is no longer exceeded if nothing more comes; 0 when it is not. */
  get waitMs(): number {
    if (!this.isExceeded) return 0;
    const nowMs = this.#clock.monotonicMs();
    const firstMs = this.#bytes.firstMs(nowMs) ?? nowMs;
    // The same bytes over a longer time; at the latest the oldest window is forgotten then.
    const untilRateMs = firstMs + (this.#bytes.sumAt(nowMs) / this.#bytesPerSecond) * 1_000 - nowMs;
    const untilForgottenMs = firstMs + this.#bytes.spanMs - nowMs;
    return Math.max(1, Math.ceil(Math.min(untilRateMs, untilForgottenMs)));
  }

  #rateAt(nowMs: number): number {
    const firstMs = this.#bytes.firstMs(nowMs);
    if (firstMs === null) return 0;
    return (this.#bytes.sumAt(nowMs) / Math.max(WINDOW_MS, nowMs - firstMs)) * 1_000;
  }
}

type ThrottledReplicas = 'all' | ReadonlySet<number>;

/** `partition:broker` items, or `*` for every replica of the topic. */
export function parseThrottledReplicas(items: readonly string[], brokerId: number): ThrottledReplicas {
  if (items[0] === '*') return 'all';
  const partitions = new Set<number>();
  for (const item of items) {
    const [partition, broker] = item.split(':');
    if (Number(broker) === brokerId) partitions.add(Number(partition));
  }
  return partitions;
}
