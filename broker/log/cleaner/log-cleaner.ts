/**
 * Compacts the logs of this broker, the dirtiest first, one at a time (Kafka's LogCleaner and LogCleanerManager), and
 * rests log.cleaner.backoff.ms when none needs it. log.cleaner.threads is accepted and makes no difference: one event
 * loop compacts, in slices, and a second log at the same time would only take both twice as long.
 *
 * A log that cannot be compacted (damage, a batch that cannot be read) is set aside until the next start with one line
 * and counted; the others go on. A full disk is tried again later. What is deleted, cut or taken offline while it is
 * compacted ends its round and nothing else.
 */
import type { Logger } from '../../platform/logger.ts';
import type { CancelTimer, Platform } from '../../platform/platform.ts';
import type { ManagedLog } from '../log-manager.ts';
import type { PartitionLog } from '../partition-log.ts';
import { chooseDirtiest, cleanableRange, type CleanableRange } from './cleanable-range.ts';
import { CleanerCheckpoints } from './cleaner-checkpoints.ts';
import { CleanerFigures } from './cleaner-figures.ts';
import { CleaningAborted, SlicedPace } from './cleaning-pace.ts';
import { cleanLog, settleSwaps, type RoundResult, type RoundSettings } from './cleaning-round.ts';

export interface CleanerSettings extends RoundSettings {
  /** log.cleaner.enable */
  readonly enabled: boolean;
  /** log.cleaner.backoff.ms */
  readonly backoffMs: number;
  /** log.cleaner.io.max.bytes.per.second */
  readonly ioMaxBytesPerSecond: number;
}

export interface LogCleanerOptions {
  readonly platform: Platform;
  readonly logger: Logger;
  readonly logs: () => Iterable<ManagedLog>;
  /** First offset that compaction must not touch; null for a log that no partition uses. */
  readonly lastStableOffsetOf: (managed: ManagedLog) => number | null;
  /** Asked anew each time: keys can change. */
  readonly settings: () => CleanerSettings;
}

/** How long a log is left alone after its disk was full. */
const FULL_DISK_REST_MS = 60_000;
const PASSING_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);

interface Candidate {
  readonly managed: ManagedLog;
  readonly range: CleanableRange;
}

export class LogCleaner {
  readonly figures: CleanerFigures;
  readonly #options: LogCleanerOptions;
  readonly #checkpoints: CleanerCheckpoints;
  readonly #uncleanable = new Set<PartitionLog>();
  readonly #restingUntilMs = new Map<PartitionLog, number>();
  /** How often each log was cut back. */
  readonly #cuts = new WeakMap<PartitionLog, number>();
  #stopping = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  /** All logs must be open. */
  constructor(options: LogCleanerOptions) {
    this.#options = options;
    this.#checkpoints = new CleanerCheckpoints(options.platform.disk, options.logger, options.logs());
    this.figures = new CleanerFigures(options.platform.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the round that is under way, and resolves when nothing of it goes on. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#running;
  }

  /** Logs that were set aside. */
  uncleanable(): readonly ManagedLog[] {
    return [...this.#options.logs()].filter(({ log }) => this.#uncleanable.has(log));
  }

  /** The log was cut back: what is there from `offset` on has not been compacted, and a round under way has seen other records. */
  async noteTruncation(managed: ManagedLog, offset: number): Promise<void> {
    this.#cuts.set(managed.log, this.#cutsOf(managed) + 1);
    await this.#checkpoints.lower(managed, offset);
  }

  #cutsOf({ log }: ManagedLog): number {
    return this.#cuts.get(log) ?? 0;
  }

  async #run(): Promise<void> {
    await this.#settleAll();
    while (!this.#stopping) {
      const settings = this.#options.settings();
      const didClean = settings.enabled && (await this.cleanDirtiest());
      if (!didClean) await this.#rest(settings.backoffMs);
    }
  }

  #rest(durationMs: number): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel: CancelTimer = this.#options.platform.timers.after(Math.max(1, durationMs), () => done());
      const done = (): void => {
        cancel();
        this.#wake = null;
        resolve();
      };
      this.#wake = done;
    });
  }

  /** A crash may have kept compacted segments from their names; that needs no compaction to put right. */
  async #settleAll(): Promise<void> {
    for (const managed of this.#options.logs()) {
      const { log } = managed;
      await settleSwaps(log, this.#options.platform.disk, {
        assertWanted: () => this.#assertWanted(managed),
      }).catch((error: unknown) => this.#noteFailure(managed, error));
    }
  }

  /** One round over the log that needs it most. False when none does. */
  async cleanDirtiest(): Promise<boolean> {
    await this.#checkpoints.keepOnly(new Set([...this.#options.logs()].map(({ log }) => log)));
    await this.#forceSealed();
    const candidates = this.#candidates();
    this.figures.noteCandidates(candidates.map(({ range }) => range));
    const chosen = chooseDirtiest(candidates, ({ managed }) => managed.log.config.minCleanableDirtyRatio);
    if (chosen === null) return false;
    try {
      await this.#clean(chosen);
    } catch (error) {
      this.#noteFailure(chosen.managed, error);
    }
    return true;
  }

  /**
   * Only what is on the device is compacted. Segments are forced when they are sealed, but after a start from a crash
   * nobody knows how far that came, and an idle log would never be forced again.
   */
  async #forceSealed(): Promise<void> {
    for (const { log } of this.#eligible()) {
      if (this.#stopping) return;
      const sealedEnd = log.segments.at(-1)?.baseOffset ?? 0;
      // A failure takes the log offline by itself.
      if (log.recoveryPoint < sealedEnd) await log.flush().catch(() => undefined);
    }
  }

  /** Logs that compaction is for and that nothing keeps from it now. */
  #eligible(): ManagedLog[] {
    return [...this.#options.logs()].filter(
      ({ log }) =>
        log.config.cleanupCompact &&
        !log.isOffline &&
        !this.#uncleanable.has(log) &&
        (this.#restingUntilMs.get(log) ?? 0) <= this.#options.platform.clock.monotonicMs(),
    );
  }

  #candidates(): Candidate[] {
    const candidates: Candidate[] = [];
    for (const managed of this.#eligible()) {
      try {
        const range = this.#rangeOf(managed);
        if (range !== null) candidates.push({ managed, range });
      } catch (error) {
        this.#noteFailure(managed, error);
      }
    }
    return candidates;
  }

  #rangeOf(managed: ManagedLog): CleanableRange | null {
    const { log } = managed;
    const lastStableOffset = this.#options.lastStableOffsetOf(managed);
    if (lastStableOffset === null) return null;
    const { minCompactionLagMs, maxCompactionLagMs } = log.config;
    return cleanableRange({
      ...{ segments: log.segments, logStartOffset: log.logStartOffset, logEndOffset: log.logEndOffset },
      ...{ lastStableOffset, recoveryPoint: log.recoveryPoint, minCompactionLagMs, maxCompactionLagMs },
      checkpoint: this.#checkpoints.get(log),
      nowMs: this.#options.platform.clock.wallMs(),
    });
  }

  async #clean({ managed, range }: Candidate): Promise<void> {
    const { platform, logger, settings } = this.#options;
    const { log } = managed;
    const startedMs = platform.clock.monotonicMs();
    const cutsBefore = this.#cutsOf(managed);
    const whyCut = (): string | null =>
      this.#cutsOf(managed) === cutsBefore ? null : `${log.name} was cut back`;
    const pace = new SlicedPace({
      platform,
      maxBytesPerSecond: () => settings().ioMaxBytesPerSecond,
      unwanted: () => this.#whyUnwanted(managed) ?? whyCut(),
    });
    const result = await cleanLog({ log, range, platform, logger, pace, settings: settings() }).catch(
      (error: unknown) => {
        throw whyCut() === null ? error : new CleaningAborted(`${log.name} was cut back`);
      },
    );
    if (whyCut() !== null) return;
    await this.#checkpoints.set(managed, result.endOffset);
    const tookMs = platform.clock.monotonicMs() - startedMs;
    this.figures.noteRound(result, tookMs);
    logger.info(describeRound(log.name, range, result, tookMs));
  }

  #whyUnwanted(managed: ManagedLog): string | null {
    const { log } = managed;
    if (this.#stopping) return 'the broker stops';
    if (log.isOffline) return `${log.name} is offline`;
    if (!log.config.cleanupCompact) return `${log.name} is no longer to be compacted`;
    for (const other of this.#options.logs()) if (other === managed) return null;
    return `${log.name} is gone`;
  }

  #assertWanted(managed: ManagedLog): void {
    const reason = this.#whyUnwanted(managed);
    if (reason !== null) throw new CleaningAborted(reason);
  }

  #noteFailure(managed: ManagedLog, error: unknown): void {
    const { logger, platform } = this.#options;
    const { log } = managed;
    if (error instanceof CleaningAborted || this.#whyUnwanted(managed) !== null) return;
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    const reason = error instanceof Error ? error.message : String(error);
    if (code !== null && PASSING_CODES.has(code)) {
      this.#restingUntilMs.set(log, platform.clock.monotonicMs() + FULL_DISK_REST_MS);
      logger.warn(
        `${log.name} could not be compacted and is tried again in ${FULL_DISK_REST_MS / 1000} s: ${reason}`,
      );
      return;
    }
    this.#uncleanable.add(log);
    logger.error(`${log.name} is no longer compacted until the next start: ${reason}`);
    if (code !== null) log.noteFailedWrite(error);
  }
}

function describeRound(name: string, range: CleanableRange, result: RoundResult, tookMs: number): string {
  const { bytesRead, bytesWritten, endOffset, recordsKept, recordsWithoutKey } = result;
  const keyless = recordsWithoutKey === 0 ? '' : `, ${recordsWithoutKey} records without a key removed`;
  return (
    `${name}: compacted up to offset ${endOffset} (dirty from ${range.firstDirtyOffset}) in ${Math.round(tookMs)} ms: ` +
    `${bytesRead} bytes became ${bytesWritten}, ${recordsKept} records kept${keyless}`
  );
}
