/**
 * Keeps the in-sync replicas of the partitions that this broker leads true: takes out who lags (every half of
 * replica.lag.time.max.ms), takes in who has caught up, and tells each partition what the controller answered.
 *
 * A refusal whose meaning is "your view is old" leaves the proposal standing: it holds the high watermark back until
 * the image says what is true. Only a refusal that proves the proposal was never applied takes it back.
 *
 * The log has one line for what one answer of the controller changed, however many partitions it was about.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import type { MetadataDelta } from '../controller/image.ts';
import type { Logger } from '../platform/logger.ts';
import type { CancelTimer, Clock, Timers } from '../platform/platform.ts';
import type { IsrChanges } from './isr-changes.ts';
import { IsrNews } from './isr-news.ts';
import type { LocalPartition } from './local-partition.ts';
import type { CommittedIsr, IsrProposal } from './partition-state.ts';

export interface IsrMeter {
  isrShrunk?(): void;
  isrExpanded?(): void;
  isrUpdateFailed?(): void;
}

export interface IsrUpkeepOptions {
  /** Null: nobody can be asked (a broker alone in a test). */
  readonly changes: IsrChanges | null;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly partitions: () => Iterable<LocalPartition>;
  readonly maxLagMs: () => number;
  readonly meter: IsrMeter | undefined;
  /** The ISR of a partition changed: its high watermark may have moved from `highWatermarkBefore`. */
  readonly onCommitted: (local: LocalPartition, commit: () => boolean) => void;
}

/** What the controller says when it knows the partition as we do and will not do it (INELIGIBLE_REPLICA of KIP-841). */
const NEVER_APPLIED: ReadonlySet<number> = new Set([
  ErrorCode.INELIGIBLE_REPLICA,
  ErrorCode.OPERATION_NOT_ATTEMPTED,
]);

export class IsrUpkeep {
  readonly #options: IsrUpkeepOptions;
  readonly #news: IsrNews;
  #cancelTimer: CancelTimer | null = null;

  constructor(options: IsrUpkeepOptions) {
    this.#options = options;
    this.#news = new IsrNews(options.logger);
  }

  start(): void {
    const { timers, maxLagMs } = this.#options;
    this.#cancelTimer = timers.every(Math.max(1, Math.floor(maxLagMs() / 2)), () => this.#checkAll());
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#options.changes?.stop();
  }

  /** Brokers came, went or changed: who could not join may be able to now. */
  onImage(delta: MetadataDelta): void {
    if (delta.changedBrokers.length === 0) return;
    this.#options.changes?.retryNow();
    for (const local of this.#options.partitions()) this.considerExpanding(local);
  }

  #checkAll(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const local of this.#options.partitions()) {
      if (!local.isLeader) continue;
      this.#submit(local, local.state.proposeShrink(local.logEndOffset, nowMs));
      this.considerExpanding(local);
    }
  }

  /** `fetching` has just fetched. */
  considerExpanding(local: LocalPartition, fetching = -1): void {
    if (this.#options.changes === null || !local.isLeader) return;
    const nowMs = this.#options.clock.monotonicMs();
    this.#submit(local, local.state.proposeExpand(local.logEndOffset, nowMs, fetching));
  }

  #submit(local: LocalPartition, proposal: IsrProposal | null): void {
    if (proposal === null) return;
    const { changes } = this.#options;
    if (changes === null) return local.state.withdraw(proposal);
    changes.submit({
      topicId: local.topicId,
      partition: local.partition,
      proposal,
      isWanted: () => local.state.proposal === proposal,
      onAnswer: (answer) => this.#onAnswer(local, proposal, answer),
    });
  }

  #onAnswer(
    local: LocalPartition,
    proposal: IsrProposal,
    answer: CommittedIsr | { readonly errorCode: number },
  ): void {
    const { meter, clock, onCommitted } = this.#options;
    if ('errorCode' in answer) {
      meter?.isrUpdateFailed?.();
      if (NEVER_APPLIED.has(answer.errorCode)) local.state.withdraw(proposal);
      this.#news.refused(local.log.name, proposal, answer.errorCode);
      return;
    }
    let isNews = false;
    onCommitted(local, () => {
      isNews = local.state.commitIsr(proposal, answer, local.logEndOffset, clock.monotonicMs());
      return isNews;
    });
    if (!isNews) return;
    if (proposal.kind === 'shrink') meter?.isrShrunk?.();
    else meter?.isrExpanded?.();
    this.#news.changed(local.log.name, answer.isr);
    this.considerExpanding(local);
  }
}
