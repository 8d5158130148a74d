/**
 * Holds what comes from one client after another to a rate (KIP-13, KIP-124; Kafka's Rate and QuotaUtils). The rate is that of the last
 * windows, taken as if all but the running one were over: so a client that was silent may at first use up what they allow.
 * Who is beyond it waits until the rate would be right again.
 */
import type { QuotaShare } from './quota-lookup.ts';
import { Sharers } from './sharers.ts';
import { WindowedSum } from './windowed-sum.ts';

export interface RateQuotaOptions {
  /** quota.window.num */
  readonly windows: number;
  /** quota.window.size.seconds */
  readonly windowMs: number;
  /** Nobody is made to wait for longer at once. */
  readonly longestWaitMs?: number;
}

/** Kafka's ClientQuotaManager.INACTIVE_SENSOR_EXPIRATION_TIME_SECONDS: whoever has used nothing for so long is told of no more. */
const TOLD_FOR_MS = 3_600_000;

/** What is known of one who uses the quota. */
interface Use {
  readonly sum: WindowedSum;
  /** What it was made to wait, in milliseconds. */
  readonly waits: WindowedSum;
  usedMs: number;
}

/** For metrics. */
export interface QuotaUse {
  /** As in `QuotaShare`. */
  readonly sharedBy: string;
  /** In the unit of the quota. */
  readonly rate: number;
  /** Mean of the last windows in milliseconds; NaN when it was not made to wait. */
  readonly throttleMs: number;
}

export class RateQuota {
  readonly #options: RateQuotaOptions;
  readonly #uses: Sharers<Use>;

  constructor(options: RateQuotaOptions) {
    this.#options = options;
    const { windows, windowMs } = options;
    this.#uses = new Sharers(
      (nowMs): Use => ({
        sum: new WindowedSum(windows, windowMs),
        waits: new WindowedSum(windows, windowMs),
        usedMs: nowMs,
      }),
      ({ sum }, nowMs) => sum.firstMs(nowMs) === null,
    );
  }

  /** It has happened: milliseconds until the next may, 0 when the rate is kept. */
  charge(share: QuotaShare, amount: number, nowMs: number): number {
    const use = this.#uses.of(share.sharedBy, nowMs);
    use.usedMs = nowMs;
    use.sum.add(amount, nowMs);
    const waitMs = this.#waitMs(use.sum, use.sum.sumAt(nowMs), share.limit, nowMs);
    if (waitMs > 0) use.waits.add(waitMs, nowMs);
    return waitMs;
  }

  /** All that used it within the last hour, as far as there is room for them. */
  *uses(nowMs: number): Iterable<QuotaUse> {
    for (const [sharedBy, { sum, waits, usedMs }] of this.#uses.entries()) {
      if (nowMs - usedMs > TOLD_FOR_MS) this.#uses.forget(sharedBy);
      else yield { sharedBy, rate: sum.ratePerSecond(nowMs), throttleMs: waits.meanAt(nowMs) };
    }
  }

  /** The same for what can be refused: it counts only when it keeps the rate. */
  chargeIfKept(share: QuotaShare, amount: number, nowMs: number): number {
    const { sum } = this.#uses.of(share.sharedBy, nowMs);
    const waitMs = this.#waitMs(sum, sum.sumAt(nowMs) + amount, share.limit, nowMs);
    if (waitMs === 0) sum.add(amount, nowMs);
    return waitMs;
  }

  /** The most that can be used at once, after a silence. */
  mostAtOnce({ limit }: QuotaShare): number {
    return (limit * this.#options.windows * this.#options.windowMs) / 1_000;
  }

  #waitMs(sum: WindowedSum, total: number, limit: number, nowMs: number): number {
    const { longestWaitMs = Number.POSITIVE_INFINITY } = this.#options;
    const overMs = sum.overMs(nowMs);
    const rate = (total / overMs) * 1_000;
    if (rate <= limit) return 0;
    return Math.min(longestWaitMs, Math.max(1, Math.round(((rate - limit) / limit) * overMs)));
  }
}
