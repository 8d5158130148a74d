/**
 * What is asked more seldom than in every round, how often, and until when an answer says something about now. Pure.
 */
import type { SlowBeat, TopicSnapshot } from '../model/snapshot.ts';
import type { ListedTopic } from './kafka-reader.ts';

/** In the order of their beats. `lastStable` often enough to see a hanging transaction within a minute. */
export const slowBeats = {
  lastStable: { everyRounds: 3, phase: 0 },
  quorum: { everyRounds: 3, phase: 1 },
  logDirs: { everyRounds: 6, phase: 2 },
  earliest: { everyRounds: 6, phase: 5 },
  topicConfigs: { everyRounds: 30, phase: 4 },
} as const satisfies Record<SlowBeat, { everyRounds: number; phase: number }>;

export interface PlanTime {
  readonly nowMs: number;
  readonly intervalMs: number;
  readonly shiftMs: number;
}

/** A round that was skipped puts its beat off by a round, not to the next turn. */
const OVERDUE_ROUNDS = 1;
/** What is older than two of its beats says nothing about now. */
const STALE_BEATS = 2;

/** Null: never. */
export function isDue(
  beat: SlowBeat,
  lastMs: number | null,
  { nowMs, intervalMs, shiftMs }: PlanTime,
): boolean {
  if (lastMs === null || lastMs > nowMs) return true;
  const { everyRounds, phase } = slowBeats[beat];
  const ageMs = nowMs - lastMs;
  const slot = Math.floor((nowMs - shiftMs) / intervalMs);
  // A round that somebody asked for lies in the slot of the last one: it asks for nothing that was just told.
  if (slot % everyRounds === phase) return ageMs >= intervalMs;
  return ageMs >= (everyRounds + OVERDUE_ROUNDS) * intervalMs;
}

/** The age from which on a value of this beat is kept apart as the last known one. */
export function staleAfterMs(beat: SlowBeat, intervalMs: number): number {
  return (STALE_BEATS * slowBeats[beat].everyRounds + OVERDUE_ROUNDS) * intervalMs;
}

/** The topic as it was, unless it was made anew since. */
export function knownAs(
  { name, topicId }: ListedTopic,
  known: ReadonlyMap<string, TopicSnapshot>,
): TopicSnapshot | null {
  const before = known.get(name);
  return before !== undefined && before.topicId === topicId ? before : null;
}
