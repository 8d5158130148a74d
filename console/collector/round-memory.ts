/**
 * What rates need from earlier rounds: counters with the moment of their reading. Pure.
 *
 * A round that was asked for by hand may follow the last one within a blink; a rate over so short a time is noise. So two
 * readings are kept and a rate is taken over at least half an interval.
 */
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import type { KnownLogDirs } from '../model/snapshot.ts';

export interface Baseline {
  readonly offsetsAtMs: number;
  readonly committedAtMs: number;
  /** By topic; a new topic id under the same name does not continue the old counters. */
  readonly topics: ReadonlyMap<
    string,
    { readonly topicId: string | null; readonly highWatermarks: ReadonlyMap<string, number> }
  >;
  /** By group and partition. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly metrics: ReadonlyMap<number, BrokerReading>;
}

export interface KnownBroker {
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  /** In the last round. */
  readonly answered: boolean;
  readonly lastSeenMs: number | null;
  readonly logDirs: KnownLogDirs | null;
}

export interface RoundMemory {
  readonly round: number;
  /** Where brokers were when they were last in the metadata. */
  readonly brokers: ReadonlyMap<number, KnownBroker>;
  readonly groups: ReadonlyMap<
    string,
    { readonly type: string; readonly protocolType: string; readonly coordinator: number }
  >;
  /** At most two, oldest first. */
  readonly baselines: readonly Baseline[];
}

export const noMemory: RoundMemory = { round: 0, brokers: new Map(), groups: new Map(), baselines: [] };

/** The latest reading that is at least half an interval old; null at first. */
export function baselineFor(memory: RoundMemory, nowMs: number, intervalMs: number): Baseline | null {
  return memory.baselines.findLast((each) => nowMs - each.offsetsAtMs >= intervalMs / 2) ?? null;
}

/** The readings to keep after a round. A clock that went back makes the old ones useless. */
export function nextBaselines(
  memory: RoundMemory,
  current: Baseline,
  intervalMs: number,
): readonly Baseline[] {
  const older = memory.baselines.filter((each) => each.offsetsAtMs <= current.offsetsAtMs);
  const latest = older.at(-1);
  if (latest !== undefined && current.offsetsAtMs - latest.offsetsAtMs < intervalMs / 2) return older;
  return [...older, current].slice(-2);
}
