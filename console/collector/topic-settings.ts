/**
 * Settings of topics that the list and rules know, on a beat of their own: which are asked in a round, and what is known after it. A topic that was
 * never asked is asked at once; all of them again on the beat.
 *
 * What the cluster refuses is remembered as not told, with its reason, until the next turn; what could not be asked, or names a
 * topic that this broker has not heard of yet, is asked again in the next round. Values are dropped when two turns were missed.
 */
import type { CannotTell, TopicSettings, TopicSnapshot } from '../model/snapshot.ts';
import { isDue, knownAs, staleAfterMs, type PlanTime } from './beats.ts';
import type { Gathering } from './gathering.ts';
import type { ClusterMetadata, KafkaReader, ToldTopicSettings } from './kafka-reader.ts';

/** A broker works for each topic of a request, so the requests of a huge cluster stay short and come one after the other. */
export const TOPICS_PER_REQUEST = 1_000;
/** The topic is new, or gone: the broker that was asked knows no better. */
const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

/** What earlier rounds were told: values stand in the topics of the snapshot. */
export interface TopicSettingsMemory {
  /** When all topics were last asked; null when they have not been. */
  readonly atMs: number | null;
  /** Why the cluster refused, where it did. */
  readonly refusal: string | null;
}

export const noTopicSettings: TopicSettingsMemory = { atMs: null, refusal: null };

export interface TopicSettingsPlan {
  /** All topics, not only new ones. */
  readonly isTurn: boolean;
  readonly topics: readonly string[];
}

export interface TopicSettingsAnswers extends TopicSettingsMemory {
  /** Of this round; null: not told. */
  readonly values: ReadonlyMap<string, TopicSettings | null>;
  readonly isTurn: boolean;
}

export function planTopicSettings(
  { topics }: ClusterMetadata,
  known: ReadonlyMap<string, TopicSnapshot>,
  { atMs }: TopicSettingsMemory,
  time: PlanTime,
): TopicSettingsPlan {
  const isTurn = isDue('topicConfigs', atMs, time);
  const asked = topics.filter(
    (topic) => topic.error === null && (isTurn || knownAs(topic, known)?.settings === undefined),
  );
  return { isTurn, topics: asked.map(({ name }) => name) };
}

/** Never rejects: a number that is missing says less than a round that is. */
export async function askTopicSettings(
  { isTurn, topics }: TopicSettingsPlan,
  before: TopicSettingsMemory,
  { reader, nowMs }: { readonly reader: KafkaReader; readonly nowMs: () => number },
  gathering: Gathering,
): Promise<TopicSettingsAnswers> {
  const atMs = nowMs();
  const values = new Map<string, TopicSettings | null>();
  let refusal = isTurn ? null : before.refusal;
  try {
    for (let from = 0; from < topics.length; from += TOPICS_PER_REQUEST) {
      const asked = topics.slice(from, from + TOPICS_PER_REQUEST);
      const told = await gathering.inTimeOfAny(reader.topicSettings(asked));
      refusal = keep(asked, told, values) ?? refusal;
    }
  } catch {
    // Whoever is silent is named for what matters more.
    return { values, isTurn: false, ...before };
  }
  return { values, isTurn: isTurn && topics.length > 0, atMs: isTurn ? atMs : before.atMs, refusal };
}

/** Answers why something was refused; null when nothing was. */
function keep(
  asked: readonly string[],
  told: readonly ToldTopicSettings[],
  values: Map<string, TopicSettings | null>,
): string | null {
  if (told.length === 0) {
    for (const topic of asked) values.set(topic, null);
    return null;
  }
  let refusal: string | null = null;
  const same = new Map<string, TopicSettings>();
  for (const { topic, error, settings } of told) {
    if (error === UNKNOWN_TOPIC) continue;
    values.set(topic, settings === null ? null : shared(settings, same));
    if (error !== null) refusal = error;
  }
  return refusal;
}

/** Most topics have the same settings: they share one object. */
function shared(settings: TopicSettings, same: Map<string, TopicSettings>): TopicSettings {
  const key = Object.values(settings).join(' ');
  const known = same.get(key);
  if (known === undefined) same.set(key, settings);
  return known ?? settings;
}

/** What a topic has from now on; undefined: not asked yet, or too long ago. */
export function topicSettingsOf(
  topic: string,
  before: TopicSnapshot | null,
  answers: TopicSettingsAnswers,
  time: Pick<PlanTime, 'nowMs' | 'intervalMs'>,
): TopicSettings | null | undefined {
  const told = answers.values.get(topic);
  if (told !== undefined) return told;
  const isCurrent =
    answers.atMs !== null && time.nowMs - answers.atMs < staleAfterMs('topicConfigs', time.intervalMs);
  return isCurrent ? before?.settings : undefined;
}

/** In words, while some topic has none for a refusal. */
export function topicSettingsRefusal(
  topics: ReadonlyMap<string, TopicSnapshot>,
  { refusal }: TopicSettingsMemory,
): CannotTell[] {
  if (refusal === null) return [];
  let untold = 0;
  for (const { settings } of topics.values()) if (settings === null) untold++;
  if (untold === 0) return [];
  const which = untold === 1 ? 'one topic' : `${untold.toLocaleString('en')} topics`;
  return [{ what: `settings of ${which}`, reason: `it refuses to describe them: ${refusal}` }];
}
