/**
 * What a round asks, decided from what is known already and how old that is. Pure.
 *
 * Every round is a lag round: one Metadata and of each broker ListGroups, DescribeGroups, OffsetFetch and the ends, 1 + 4B
 * requests however large the cluster is. The rest changes slowly, costs a broker more, and has a beat of its own. Beats lie in
 * rounds of their own, so that no two of them fall together but in the first round, where nothing is known.
 *
 * What is new is asked for at once: the start of partitions that were not there before, the sizes of a new topic (at most every
 * second round), everything of a broker that is back, and who leads the quorum while that is in doubt.
 */
import type { SlowBeat, TopicSnapshot } from '../model/snapshot.ts';
import type { ClusterMetadata, ListedTopic, PartitionsByTopic } from './kafka-reader.ts';

/** In the order of their beats. `lastStable` often enough to see a hanging transaction within a minute. */
export const slowBeats = {
  lastStable: { everyRounds: 3, phase: 0 },
  quorum: { everyRounds: 3, phase: 1 },
  logDirs: { everyRounds: 6, phase: 2 },
  earliest: { everyRounds: 6, phase: 5 },
} as const satisfies Record<SlowBeat, { everyRounds: number; phase: number }>;
export type BrokerBeat = Exclude<SlowBeat, 'quorum'>;

/** When a broker was last asked on a beat, and why it refused; it was not silent then. */
export interface BeatOutcome {
  readonly atMs: number;
  readonly refusal: string | null;
}
export type BrokerBeats = Readonly<Partial<Record<BrokerBeat, BeatOutcome>>>;

/** What is known before the round. */
export interface PlanMemory {
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  readonly beats: ReadonlyMap<number, BrokerBeats>;
  /** When the quorum was last asked for its leader; null when it has not been, or there was none. */
  readonly quorumAtMs: number | null;
  /** Whether every broker answered in the last round. */
  readonly allAnswered: boolean;
}

export interface PlanTime {
  readonly nowMs: number;
  readonly intervalMs: number;
  readonly shiftMs: number;
}

export interface BrokerPlan {
  /** What it leads: its ends are asked in every round. */
  readonly led: PartitionsByTopic;
  /** Whose starts are asked: all that it leads, only new ones, or none. */
  readonly earliest: PartitionsByTopic;
  readonly lastStable: boolean;
  readonly logDirs: boolean;
}

export interface RoundPlan {
  readonly quorum: boolean;
  readonly brokers: ReadonlyMap<number, BrokerPlan>;
}

/** A topic may be new in each round; its sizes are asked for in every second one at most. */
const SIZES_OF_NEW_ROUNDS = 1.5;
/** A round that was skipped puts its beat off by a round, not to the next turn. */
const OVERDUE_ROUNDS = 1;
/** What is older than two of its beats says nothing about now. */
const STALE_BEATS = 2;

const nothing: PartitionsByTopic = new Map();

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

export function planRound(metadata: ClusterMetadata, memory: PlanMemory, time: PlanTime): RoundPlan {
  const { led, unknownStarts, newOn } = dutiesOf(metadata, memory.topics);
  const brokers = new Map<number, BrokerPlan>();
  for (const { id } of metadata.brokers) {
    const beats = memory.beats.get(id) ?? {};
    const leads = led.get(id) ?? nothing;
    const due = (beat: BrokerBeat): boolean => isDue(beat, beats[beat]?.atMs ?? null, time);
    const sizesAtMs = beats.logDirs?.atMs ?? null;
    const newStarts = (beats.earliest?.refusal ?? null) === null ? unknownStarts.get(id) : undefined;
    const isSizeOfNewDue =
      newOn.has(id) && sizesAtMs !== null && time.nowMs - sizesAtMs >= SIZES_OF_NEW_ROUNDS * time.intervalMs;
    brokers.set(id, {
      led: leads,
      earliest: due('earliest') ? leads : (newStarts ?? nothing),
      lastStable: due('lastStable'),
      logDirs: due('logDirs') || isSizeOfNewDue,
    });
  }
  return { quorum: !memory.allAnswered || isDue('quorum', memory.quorumAtMs, time), brokers };
}

interface Duties {
  readonly led: ReadonlyMap<number, PartitionsByTopic>;
  readonly unknownStarts: ReadonlyMap<number, PartitionsByTopic>;
  /** Brokers that hold replicas of partitions that were not there in the last round. */
  readonly newOn: ReadonlySet<number>;
}

function dutiesOf({ topics }: ClusterMetadata, known: ReadonlyMap<string, TopicSnapshot>): Duties {
  const led = new Map<number, Map<string, number[]>>();
  const unknownStarts = new Map<number, Map<string, number[]>>();
  const newOn = new Set<number>();
  for (const topic of topics) {
    const before = knownAs(topic, known);
    for (const [index, { partition, leader, replicas }] of topic.partitions.entries()) {
      const earlier = before?.partitions[index];
      if (earlier === undefined) for (const id of replicas) newOn.add(id);
      if (leader === null) continue;
      add(led, leader, topic.name, partition);
      const isStartUnknown = earlier?.logStartOffset === null && earlier.highWatermark !== null;
      if (earlier === undefined || isStartUnknown) {
        add(unknownStarts, leader, topic.name, partition);
      }
    }
  }
  return { led, unknownStarts, newOn };
}

/** The topic as it was, unless it was made anew since. */
export function knownAs(
  { name, topicId }: ListedTopic,
  known: ReadonlyMap<string, TopicSnapshot>,
): TopicSnapshot | null {
  const before = known.get(name);
  return before !== undefined && before.topicId === topicId ? before : null;
}

function add(to: Map<number, Map<string, number[]>>, broker: number, topic: string, partition: number): void {
  let topics = to.get(broker);
  if (topics === undefined) to.set(broker, (topics = new Map<string, number[]>()));
  const partitions = topics.get(topic);
  if (partitions === undefined) topics.set(topic, [partition]);
  else partitions.push(partition);
}
