/**
 * What a round needs from earlier ones: counters with the moment of their reading, whom there was, and the watch over groups.
 *
 * A round that was asked for by hand may follow the last one within a blink; a rate over so short a time is noise. So two
 * readings are kept and a rate is taken over at least half an interval.
 */
import type { BrokerReading } from '../metrics-source/broker-reading.ts';
import type { ClusterPicture } from '../model/changes/changes.ts';
import type { GroupWatch } from '../model/group-watch/group-watch.ts';
import type { KnownGroup, KnownLogDirs, QuorumSnapshot, TopicSnapshot } from '../model/snapshot.ts';
import { noTopicSettings, type TopicSettingsMemory } from './topic-settings.ts';
import type { BrokerBeats } from './plan-round.ts';

export interface Baseline {
  readonly offsetsAtMs: number;
  /** By topic; a new topic id under the same name does not continue the old counters. */
  readonly topics: ReadonlyMap<
    string,
    /** By partition; NaN where not known. */
    { readonly topicId: string | null; readonly highWatermarks: readonly number[] }
  >;
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

export interface RememberedGroup {
  readonly type: string;
  readonly protocolType: string;
  readonly coordinator: number;
  /** What it told last; null when it has not since the console started. */
  readonly told: KnownGroup | null;
}

export interface RoundMemory {
  readonly round: number;
  /** Of the last round: what was not asked since is taken from them. */
  readonly topics: ReadonlyMap<string, TopicSnapshot>;
  /** When their ends were read, by leader. */
  readonly endsAtMs: ReadonlyMap<number, number>;
  /** When each broker was last asked for what has a slower beat. */
  readonly beats: ReadonlyMap<number, BrokerBeats>;
  readonly controllerId: number | null;
  /** Null: ask for it. */
  readonly quorumAtMs: number | null;
  readonly hasQuorum: boolean;
  readonly quorum: QuorumSnapshot | null;
  readonly topicSettings: TopicSettingsMemory;
  /** Where brokers were when they were last in the metadata. */
  readonly brokers: ReadonlyMap<number, KnownBroker>;
  readonly groups: ReadonlyMap<string, RememberedGroup>;
  /** Null before the first round. The one thing here that a round changes in place: it is large. */
  readonly watch: GroupWatch | null;
  /** What the next round is compared with; null before the first one. */
  readonly picture: ClusterPicture | null;
  /** At most two, oldest first. */
  readonly baselines: readonly Baseline[];
}

export const noMemory: RoundMemory = {
  round: 0,
  topics: new Map(),
  endsAtMs: new Map(),
  beats: new Map(),
  controllerId: null,
  quorumAtMs: null,
  hasQuorum: false,
  quorum: null,
  topicSettings: noTopicSettings,
  brokers: new Map(),
  groups: new Map(),
  watch: null,
  picture: null,
  baselines: [],
};

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

/** As if it had not been told yet where the partitions of these topics begin: the next round asks. */
export function withoutStarts(memory: RoundMemory, names: ReadonlySet<string>): RoundMemory {
  const known = [...names].flatMap((name) => memory.topics.get(name) ?? []);
  if (known.length === 0) return memory;
  const topics = new Map(memory.topics);
  for (const topic of known) {
    const partitions = topic.partitions.map((each) => ({
      ...each,
      logStartOffset: null,
      logStartAtMs: null,
    }));
    topics.set(topic.name, { ...topic, partitions });
  }
  return { ...memory, topics };
}
