/**
 * Holds the making and deleting of partitions to a rate (KIP-599; Kafka's ControllerMutationQuotaManager and TokenBucket). A bucket
 * fills at the rate and holds what the windows allow; one request may overdraw it, and then nothing goes until it is paid back.
 */
import type { MutationAllowance } from '../controller/command.ts';
import type { QuotaShare } from './quota-lookup.ts';
import { Sharers } from './sharers.ts';

/** Of one request. */
export interface RequestAllowance extends MutationAllowance {
  /** How long the client is to wait; 0 when it kept its rate. */
  readonly throttleMs: number;
}

export const UNLIMITED: RequestAllowance = { take: () => true, throttleMs: 0 };

interface Bucket {
  tokens: number;
  filledMs: number;
}

export interface MutationQuotaOptions {
  /** controller.quota.window.num */
  readonly windows: number;
  /** controller.quota.window.size.seconds */
  readonly windowMs: number;
}

export class MutationQuota {
  readonly #spanSeconds: number;
  readonly #buckets: Sharers<Bucket>;

  constructor({ windows, windowMs }: MutationQuotaOptions) {
    this.#spanSeconds = (windows * windowMs) / 1_000;
    const spanMs = windows * windowMs;
    this.#buckets = new Sharers<Bucket>(
      () => ({ tokens: Number.POSITIVE_INFINITY, filledMs: 0 }),
      ({ tokens, filledMs }, nowMs) => tokens >= 0 && nowMs - filledMs >= spanMs,
    );
  }

  /** Strict: what comes while the bucket is overdrawn is refused; otherwise it is done, and the client asked to wait. */
  allowance(share: QuotaShare, isStrict: boolean, nowMs: () => number): RequestAllowance {
    let throttleMs = 0;
    const take = (partitions: number): boolean => {
      const bucket = this.#filled(share, nowMs());
      if (isStrict && bucket.tokens < 0) {
        throttleMs = waitMs(bucket, share);
        return false;
      }
      bucket.tokens -= partitions;
      if (!isStrict && bucket.tokens < 0) throttleMs = waitMs(bucket, share);
      return true;
    };
    return {
      take,
      get throttleMs() {
        return throttleMs;
      },
    };
  }

  #filled({ limit, sharedBy }: QuotaShare, nowMs: number): Bucket {
    const bucket = this.#buckets.of(sharedBy, nowMs);
    const filled = bucket.tokens + (limit * (nowMs - bucket.filledMs)) / 1_000;
    bucket.tokens = Math.min(limit * this.#spanSeconds, filled);
    bucket.filledMs = nowMs;
    return bucket;
  }
}

function waitMs({ tokens }: Bucket, { limit }: QuotaShare): number {
  return Math.max(1, Math.round((-tokens / limit) * 1_000));
}
