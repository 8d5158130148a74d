/**
 * The answers of one round as they come in. What one broker does not answer is missing and named in `failures`; a broker that
 * hangs is waited for as long as patience says, and is not asked further in this round.
 */
import type { MissingMetric } from '../contracts/brokers.ts';
import { MetricsReadError, type BrokerReading } from '../metrics-source/broker-reading.ts';
import { PartitionNumbers } from '../model/partition-numbers.ts';
import type { PartFailure } from '../model/snapshot.ts';
import type { CollectorClock } from './collector-clock.ts';
import type {
  DescribedGroup,
  GroupOffsets,
  ListedGroup,
  ListedOffset,
  LogDir,
  OffsetKind,
} from './kafka-reader.ts';
import type { BeatOutcome, BrokerBeat, BrokerBeats } from './plan-round.ts';

export interface RoundPatience {
  /** How long one question to this broker may take. */
  readonly waitMs: (brokerId: number) => number;
  readonly after: CollectorClock['after'];
}

/** When each part of a broker's answer was in. */
export type ReadTimes = ReadonlyMap<number, number>;

/** Stands for whichever broker is asked. */
const ANY_BROKER = -1;
/** A list of failures stays readable and small, however much of a cluster is gone. */
const FAILURES_MAX = 200;

export class Gathering {
  readonly #patience: RoundPatience | null;
  readonly #nowMs: () => number;
  readonly reachable = new Set<number>();
  readonly groupsUnknownOn = new Set<number>();
  readonly groups = new Map<string, { listed: ListedGroup; coordinator: number }>();
  readonly described = new Map<string, DescribedGroup>();
  readonly committed = new Map<string, GroupOffsets>();
  readonly offsets: Record<OffsetKind, PartitionNumbers> = {
    earliest: new PartitionNumbers(),
    latest: new PartitionNumbers(),
    lastStable: new PartitionNumbers(),
  };
  readonly offsetTimes: Record<OffsetKind, Map<number, number>> = {
    earliest: new Map(),
    latest: new Map(),
    lastStable: new Map(),
  };
  readonly committedTimes = new Map<number, number>();
  readonly logDirs = new Map<number, { readonly atMs: number; readonly dirs: readonly LogDir[] }>();
  readonly metrics = new Map<number, BrokerReading>();
  /** Why there is no reading of a broker. */
  readonly unreadMetrics = new Map<number, MissingMetric>();
  readonly beats = new Map<number, Partial<Record<BrokerBeat, BeatOutcome>>>();
  readonly failures: PartFailure[] = [];

  constructor(patience: RoundPatience | null, nowMs: () => number) {
    this.#patience = patience;
    this.#nowMs = nowMs;
  }

  fail(part: PartFailure['part'], name: string, reason: string): void {
    if (this.failures.length < FAILURES_MAX) this.failures.push({ part, name, reason });
  }

  failMetrics(brokerId: number, error: unknown): void {
    const reason = reasonOf(error);
    this.fail('metrics', String(brokerId), reason);
    const code = error instanceof MetricsReadError ? error.code : 'no-answer';
    this.unreadMetrics.set(brokerId, { code, reason });
  }

  inTime<Answer>(brokerId: number, request: Promise<Answer>): Promise<Answer> {
    const patience = this.#patience;
    return patience === null ? request : withinPatience(request, patience.waitMs(brokerId), patience.after);
  }

  /** A question that any broker can answer. */
  inTimeOfAny<Answer>(request: Promise<Answer>): Promise<Answer> {
    return this.inTime(ANY_BROKER, request);
  }

  /** Waits for one answer; a rejection becomes a failure and null. */
  async ask<Answer>(
    brokerId: number,
    part: PartFailure['part'],
    request: Promise<Answer>,
  ): Promise<Answer | null> {
    try {
      const answer = await this.inTime(brokerId, request);
      this.reachable.add(brokerId);
      return answer;
    } catch (error) {
      this.fail(part, String(brokerId), reasonOf(error));
      return null;
    }
  }

  /** Like `ask` for a question with a beat of its own: that it was asked is remembered, and the refusal with it. */
  async askOnBeat<Answer>(
    brokerId: number,
    beat: BrokerBeat,
    part: PartFailure['part'],
    request: Promise<Answer>,
  ): Promise<Answer | null> {
    const failuresBefore = this.failures.length;
    const answer = await this.ask(brokerId, part, request);
    const refusal =
      answer === null
        ? (this.failures.slice(failuresBefore).find(({ name }) => name === String(brokerId))?.reason ??
          'refused')
        : null;
    const beats = this.beats.get(brokerId) ?? {};
    beats[beat] = { atMs: this.#nowMs(), refusal };
    this.beats.set(brokerId, beats);
    return answer;
  }

  committedNow(brokerId: number): void {
    this.committedTimes.set(brokerId, this.#nowMs());
  }

  keepLogDirs(brokerId: number, dirs: readonly LogDir[]): void {
    this.logDirs.set(brokerId, { atMs: this.#nowMs(), dirs });
  }

  keepOffsets(
    brokerId: number,
    kind: OffsetKind,
    topics: readonly (readonly ListedOffset[])[],
    onRefused: (item: ListedOffset, error: string) => void,
  ): void {
    this.offsetTimes[kind].set(brokerId, this.#nowMs());
    const [kept, ends] = [this.offsets[kind], this.offsets.latest];
    for (const items of topics) {
      for (const item of items) {
        const { topic, partition, error, offset } = item;
        if (error !== null) onRefused(item, error);
        else if (offset !== null && offset >= 0) {
          // Asked after the end: what has been committed in between is no open transaction.
          const end = kind === 'lastStable' ? (ends.get(topic, partition) ?? offset) : offset;
          kept.set(topic, partition, Math.min(offset, end));
        }
      }
    }
  }

  /** Beats of brokers that were silent do not count: they are due again as soon as there is an answer. */
  beatsOf(before: ReadonlyMap<number, BrokerBeats>): ReadonlyMap<number, BrokerBeats> {
    const merged = new Map<number, BrokerBeats>(before);
    for (const [id, beats] of this.beats) {
      if (this.reachable.has(id)) merged.set(id, { ...before.get(id), ...beats });
    }
    return merged;
  }
}

function withinPatience<Answer>(
  request: Promise<Answer>,
  waitMs: number,
  after: CollectorClock['after'],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = after(waitMs, () => reject(new Error(`no answer within ${String(waitMs / 1_000)} s`)));
    request.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** One line for a person; the cause of a failed fetch says more than "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time';
  const { cause } = error;
  const message =
    cause instanceof Error && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
  return message.replace(/\s+/g, ' ').slice(0, 300);
}
