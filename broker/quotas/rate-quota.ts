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

export class RateQuota {
  readonly #options: RateQuotaOptions;
  readonly #sums: Sharers<WindowedSum>;

  constructor(options: RateQuotaOptions) {
    this.#options = options;
    const { windows, windowMs } = options;
    this.#sums = new Sharers(
      () => new WindowedSum(windows, windowMs),
      (sum, nowMs) => sum.firstMs(nowMs) === null,
    );
  }

  /** It has happened: milliseconds until the next may, 0 when the rate is kept. */
  charge(share: QuotaShare, amount: number, nowMs: number): number {
    const sum = this.#sums.of(share.sharedBy, nowMs);
    sum.add(amount, nowMs);
    return this.#waitMs(sum, sum.sumAt(nowMs), share.limit, nowMs);
  }

  /** The same for what can be refused: it counts only when it keeps the rate. */
  chargeIfKept(share: QuotaShare, amount: number, nowMs: number): number {
    const sum = this.#sums.of(share.sharedBy, nowMs);
    const waitMs = this.#waitMs(sum, sum.sumAt(nowMs) + amount, share.limit, nowMs);
    if (waitMs === 0) sum.add(amount, nowMs);
    return waitMs;
  }

  /** The most that can be used at once, after a silence. */
  mostAtOnce({ limit }: QuotaShare): number {
    return (limit * this.#options.windows * this.#options.windowMs) / 1_000;
  }

  #waitMs(sum: WindowedSum, total: number, limit: number, nowMs: number): number {
    const { windows, windowMs, longestWaitMs = Number.POSITIVE_INFINITY } = this.#options;
    const sinceMs = nowMs - (sum.firstMs(nowMs) ?? nowMs);
    const fullWindows = Math.floor(sinceMs / windowMs);
    const overMs = Math.max(1, sinceMs + Math.max(0, windows - 1 - fullWindows) * windowMs);
    const rate = (total / overMs) * 1_000;
    if (rate <= limit) return 0;
    return Math.min(longestWaitMs, Math.max(1, Math.round(((rate - limit) / limit) * overMs)));
  }
}
