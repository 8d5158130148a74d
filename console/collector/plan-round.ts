/**
 * What a round asks, decided from what is known already and how old that is. Pure.
 *
 * Every round is a lag round: one Metadata and of each broker ListGroups, DescribeGroups, OffsetFetch and the ends, 1 + 4B
 * requests however large the cluster is. The rest changes slowly, costs a broker more, and has a beat of its own. Beats that ask
 * every broker lie in rounds of their own, so that no two of them fall together but in the first round, where nothing is known;
 * settings of topics, which one broker is asked for, come with the quorum.
 *
 * What is new is asked for at once: the start of partitions that were not there before, the sizes of a new topic (at most every
 * second round), its settings, everything of a broker that is back, and who leads the quorum while that is in doubt.
 */
import type { SlowBeat, TopicSnapshot } from '../model/snapshot.ts';
import { isDue, knownAs, type PlanTime } from './beats.ts';
import type { ClusterMetadata, PartitionsByTopic } from './kafka-reader.ts';
import { addPartition, layoutOf } from './topic-layout.ts';
import { planTopicSettings, type TopicSettingsMemory, type TopicSettingsPlan } from './topic-settings.ts';

export type BrokerBeat = Exclude<SlowBeat, 'quorum' | 'topicConfigs'>;

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
  /** When all topics were last asked for their settings. */
  readonly topicSettings: TopicSettingsMemory;
  /** Whether every broker answered in the last round. */
  readonly allAnswered: boolean;
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
  readonly topicSettings: TopicSettingsPlan;
  readonly brokers: ReadonlyMap<number, BrokerPlan>;
}

/** A topic may be new in each round; its sizes are asked for in every second one at most. */
const SIZES_OF_NEW_ROUNDS = 1.5;
const nothing: PartitionsByTopic = new Map();

export function planRound(metadata: ClusterMetadata, memory: PlanMemory, time: PlanTime): RoundPlan {
  const { led } = layoutOf(metadata.topics);
  const { unknownStarts, newOn } = newIn(metadata, memory.topics);
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
  return {
    quorum: !memory.allAnswered || isDue('quorum', memory.quorumAtMs, time),
    topicSettings: planTopicSettings(metadata, memory.topics, memory.topicSettings, time),
    brokers,
  };
}

interface NewPartitions {
  readonly unknownStarts: ReadonlyMap<number, PartitionsByTopic>;
  /** Brokers that hold replicas of partitions that were not there in the last round. */
  readonly newOn: ReadonlySet<number>;
}

function newIn({ topics }: ClusterMetadata, known: ReadonlyMap<string, TopicSnapshot>): NewPartitions {
  const unknownStarts = new Map<number, Map<string, number[]>>();
  const newOn = new Set<number>();
  for (const topic of topics) {
    const before = knownAs(topic, known)?.partitions ?? [];
    for (let index = 0; index < topic.partitions.length; index++) {
      const earlier = before[index];
      if (earlier !== undefined && (earlier.logStartOffset !== null || earlier.highWatermark === null))
        continue;
      const listed = topic.partitions[index];
      if (listed === undefined) continue;
      const { leader, partition, replicas } = listed;
      if (earlier === undefined) for (const id of replicas) newOn.add(id);
      if (leader !== null) addPartition(unknownStarts, leader, topic.name, partition);
    }
  }
  return { unknownStarts, newOn };
}
