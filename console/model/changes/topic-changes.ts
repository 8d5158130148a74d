/**
 * Topics and partitions between two rounds: what came and went, where leaders, replicas and in-sync replicas went. One entry
 * per direction, not per partition: a broker that dies with a thousand leaders makes a line for each broker that takes over.
 */
import type { ClusterChange } from '../../contracts/changes.ts';
import type { ClusterSnapshot, PartitionSnapshot, TopicSettings, TopicSnapshot } from '../snapshot.ts';
import { changedSettings } from '../topic-setting-names.ts';
import { Named, NamedByMove } from './named.ts';

interface KnownTopic {
  readonly topicId: string | null;
  /** As the newest metadata had them; by partition number. */
  readonly partitions: readonly PartitionSnapshot[];
  /** As they were told last; null: never. */
  readonly settings: TopicSettings | null;
  /** A round lacked it: one more, and it is gone. */
  readonly isMissing: boolean;
}

export type KnownTopics = ReadonlyMap<string, KnownTopic>;

export interface TopicChanges {
  readonly known: KnownTopics;
  readonly changes: readonly ClusterChange[];
}

export function topicChanges(
  before: KnownTopics | null,
  { topics }: Pick<ClusterSnapshot, 'topics'>,
): TopicChanges {
  const known = new Map<string, KnownTopic>();
  const [created, recreated, deleted] = [new Named(), new Named(), new Named()];
  const added = new NamedByMove<number>();
  const moves = new PartitionMoves();
  const configured: Configured = new Map();
  for (const topic of ownFirst(topics)) {
    const earlier = before?.get(topic.name) ?? null;
    // Refused to be described: it is there, and nothing is told of it.
    if (topic.error !== null && earlier !== null) known.set(topic.name, { ...earlier, isMissing: false });
    else if (topic.error === null) {
      const { name, topicId, partitions } = topic;
      const isNew = earlier === null || isAnotherTopic(earlier, topic);
      const kept = isNew ? partitions : moves.compare(name, earlier.partitions, partitions);
      const settings = topic.settings ?? (isNew ? null : earlier.settings);
      known.set(name, { topicId, partitions: kept, settings, isMissing: false });
      if (earlier === null) created.add(name);
      else if (isNew) recreated.add(name);
      else if (partitions.length > earlier.partitions.length)
        added.add(earlier.partitions.length, partitions.length, name);
      if (!isNew) noteSettings(configured, changedSettings(earlier.settings, settings), name);
    }
  }
  for (const [name, topic] of before ?? []) {
    if (topics.has(name)) continue;
    if (topic.isMissing) deleted.add(name);
    else known.set(name, { ...topic, isMissing: true });
  }
  if (before === null) return { known, changes: [] };
  const changes: ClusterChange[] = moves.changes();
  const listed = { created, recreated, deleted };
  for (const kind of ['created', 'recreated', 'deleted'] as const) {
    const { count, first } = listed[kind];
    if (count > 0) changes.push({ kind: `topics-${kind}`, count, topics: first });
  }
  changes.push(
    ...added.map((from, to, { count, first }): ClusterChange => {
      return { kind: 'partitions-added', from, to, count, topics: first };
    }),
  );
  for (const { settings, topics: of } of configured.values()) {
    changes.push({ kind: 'topics-configured', settings, count: of.count, topics: of.first });
  }
  return { known, changes };
}

type Configured = Map<string, { readonly settings: string[]; readonly topics: Named }>;

function noteSettings(configured: Configured, settings: string[], topic: string): void {
  if (settings.length === 0) return;
  const key = settings.join();
  const noted = configured.get(key) ?? { settings, topics: new Named() };
  noted.topics.add(topic);
  configured.set(key, noted);
}

/** Whose topics they are: the user's own are named first. */
function* ownFirst(topics: ReadonlyMap<string, TopicSnapshot>): Generator<TopicSnapshot> {
  for (const topic of topics.values()) if (!topic.internal) yield topic;
  for (const topic of topics.values()) if (topic.internal) yield topic;
}

/** Made anew under the same name: another id (KIP-516), or where clusters have none fewer partitions than before. */
function isAnotherTopic(before: KnownTopic, { topicId, partitions }: TopicSnapshot): boolean {
  if (before.topicId !== null && topicId !== null) return before.topicId !== topicId;
  return partitions.length < before.partitions.length;
}

class OfPartitions {
  readonly #topics = new Named();
  #partitions = 0;

  add(topic: string): void {
    this.#topics.add(topic);
    this.#partitions += 1;
  }

  get told(): { partitions: number; topics: string[]; topicCount: number } {
    return { partitions: this.#partitions, topics: this.#topics.first, topicCount: this.#topics.count };
  }
}

function inList<Key>(lists: Map<Key, OfPartitions>, key: Key): OfPartitions {
  const list = lists.get(key) ?? new OfPartitions();
  lists.set(key, list);
  return list;
}

class PartitionMoves {
  /** By old and new leader; null: none. */
  readonly #leaders = new Map<
    string,
    { readonly from: number | null; readonly to: number | null; readonly list: OfPartitions }
  >();
  readonly #shrunk = new Map<number, OfPartitions>();
  readonly #grown = new Map<number, OfPartitions>();
  readonly #replicas = new OfPartitions();

  /** Notes what is different, and returns what is known now: of old news what was known before. */
  compare(
    topic: string,
    before: readonly PartitionSnapshot[],
    after: readonly PartitionSnapshot[],
  ): readonly PartitionSnapshot[] {
    let hasOldNews = after.length < before.length;
    for (const now of after) {
      const was = before[now.partition];
      if (was === undefined || was === now) continue;
      if (isOldNews(was, now)) hasOldNews = true;
      else this.#note(topic, was, now);
    }
    if (!hasOldNews) return after;
    const newest = [...before];
    for (const now of after) {
      const was = before[now.partition];
      if (was === undefined || !isOldNews(was, now)) newest[now.partition] = now;
    }
    return newest;
  }

  #note(topic: string, was: PartitionSnapshot, now: PartitionSnapshot): void {
    if (was.leader !== now.leader) {
      const [from, to] = [was.leader, now.leader];
      const key = `${String(from)} ${String(to)}`;
      const known = this.#leaders.get(key) ?? { from, to, list: new OfPartitions() };
      known.list.add(topic);
      this.#leaders.set(key, known);
    }
    if (was.replicas !== now.replicas && !hasSame(was.replicas, now.replicas)) this.#replicas.add(topic);
    if (was.isr === now.isr) return;
    // Who came or went as a replica has moved with the replicas.
    for (const id of was.isr) {
      if (!now.isr.includes(id) && now.replicas.includes(id)) inList(this.#shrunk, id).add(topic);
    }
    for (const id of now.isr) {
      if (!was.isr.includes(id) && was.replicas.includes(id)) inList(this.#grown, id).add(topic);
    }
  }

  changes(): ClusterChange[] {
    const changes: ClusterChange[] = [];
    for (const { from, to, list } of this.#leaders.values())
      changes.push({ kind: 'leaders-moved', from, to, ...list.told });
    for (const [brokerId, list] of this.#shrunk) changes.push({ kind: 'isr-shrunk', brokerId, ...list.told });
    for (const [brokerId, list] of this.#grown) changes.push({ kind: 'isr-grown', brokerId, ...list.told });
    const replicas = this.#replicas.told;
    if (replicas.partitions > 0) changes.push({ kind: 'replicas-moved', ...replicas });
    return changes;
  }
}

function isOldNews(was: PartitionSnapshot, now: PartitionSnapshot): boolean {
  return was.leaderEpoch !== null && now.leaderEpoch !== null && now.leaderEpoch < was.leaderEpoch;
}

/** In any order: the order says only who should lead. */
function hasSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
