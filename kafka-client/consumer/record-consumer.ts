/**
 * Reads topics as Kafka's consumers do: as a member of a group, or partitions named by hand; from what was committed, else from the
 * start or the end; from all leaders at once, one Fetch request under way at each. `poll` gives what has come.
 *
 * What was given out counts as read; `commit` tells the group so.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordHeader } from '../../protocol/records/decode-records.ts';
import type { TopicPartitions } from '../admin/describe-groups.ts';
import { listOffsets } from '../admin/list-offsets.ts';
import { brokerError, ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { ErrorCode } from '../../protocol/errors.ts';
import { TopicLeaders } from '../producer/topic-leaders.ts';
import {
  fetchTopics,
  type FetchedOfTopic,
  type Isolation,
  type WantedRecords,
} from '../records/fetch-records.ts';
import { readFetched } from '../records/read-fetched.ts';
import type { GroupMember } from './group-member.ts';

export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Null: the record is older than records with times. */
  readonly timestampMs: number | null;
  readonly isLogAppendTime: boolean;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

export interface ConsumerSettings {
  readonly isolation: Isolation;
  /** Where to begin when nothing was committed, or what was is gone; null: that is an error. */
  readonly reset: 'earliest' | 'latest' | null;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
  readonly metadataMaxAgeMs: number;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  /** Of the next record to ask for; null until it is known. */
  fetchOffset: number | null;
  readonly start: number | 'earliest' | 'latest' | null;
}

const NO_TOPIC_PAUSE_MS = 200;
const RETRY_MS = 100;

export class RecordConsumer {
  readonly #cluster: KafkaCluster;
  readonly #settings: ConsumerSettings;
  readonly #leaders: TopicLeaders;
  readonly #places = new Map<string, Place>();
  readonly #fetching = new Map<number, Promise<void>>();
  /** Fetches of another generation are dropped. */
  #generation = 0;
  #ready: ConsumedRecord[] = [];
  #failure: ClientError | null = null;

  constructor(cluster: KafkaCluster, settings: ConsumerSettings) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#leaders = new TopicLeaders(cluster, { waitMs: 0, maxAgeMs: settings.metadataMaxAgeMs });
  }

  /** From now on these and no others; what was fetched and not given out is dropped. */
  assign(places: readonly Pick<Place, 'topic' | 'partition' | 'start'>[]): void {
    this.#generation += 1;
    this.#fetching.clear();
    this.#places.clear();
    this.#ready = [];
    for (const { topic, partition, start } of places) {
      const fetchOffset = typeof start === 'number' ? start : null;
      this.#places.set(placeKey(topic, partition), {
        topic,
        partition,
        start,
        fetchOffset,
      });
    }
  }

  /** What the group gave, each from where it has committed. */
  async assignCommitted(assigned: readonly TopicPartitions[], member: GroupMember): Promise<void> {
    const committed = new Map(
      (await member.committed()).map(({ topic, partition, offset }) => [placeKey(topic, partition), offset]),
    );
    this.assign(
      assigned.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => ({
          ...{ topic, partition, start: committed.get(placeKey(topic, partition)) ?? this.#settings.reset },
        })),
      ),
    );
  }

  /** Has a topic made where brokers do that for whoever reads; one that cannot be had is left for later. */
  async makeKnown(topic: string): Promise<void> {
    await this.#leaders.of(topic).catch((error: unknown) => {
      if (!(error instanceof ClientError && error.retriable)) throw error;
    });
  }

  /** Where reading goes on, behind what was given out; of the partitions of which that is known. */
  positions(): { readonly topic: string; readonly partition: number; readonly offset: number }[] {
    const held = new Map<string, number>();
    for (const { topic, partition, offset } of this.#ready) {
      const key = placeKey(topic, partition);
      if (!held.has(key)) held.set(key, offset);
    }
    return [...this.#places.values()].flatMap(({ topic, partition, fetchOffset }) => {
      const offset = held.get(placeKey(topic, partition)) ?? fetchOffset;
      return offset === null ? [] : [{ topic, partition, offset }];
    });
  }

  /** At most `maxRecords`, in order within each partition; none when nothing came within `waitMs`. Rejects with what does not pass. */
  async poll(waitMs: number, maxRecords: number): Promise<readonly ConsumedRecord[]> {
    const endMs = performance.now() + waitMs;
    while (this.#ready.length === 0) {
      const left = endMs - performance.now();
      if (left <= 0) return [];
      await this.#advance();
      const fetches = [...this.#fetching.values()];
      const abort = new AbortController();
      const timer = pause(fetches.length === 0 ? Math.min(left, NO_TOPIC_PAUSE_MS) : left, undefined, {
        signal: abort.signal,
      }).catch(() => undefined);
      await Promise.race([...fetches, timer]);
      abort.abort();
      if (this.#failure !== null) throw this.#failure;
    }
    return this.#ready.splice(0, maxRecords);
  }

  /** Looks up where to begin, and asks every leader that is not being asked. */
  async #advance(): Promise<void> {
    const byLeader = new Map<number, Place[]>();
    for (const place of this.#places.values()) {
      const leader = await this.#leaderOf(place);
      if (leader === null) continue;
      const places = byLeader.get(leader) ?? [];
      places.push(place);
      byLeader.set(leader, places);
    }
    for (const [leader, places] of byLeader) {
      if (this.#fetching.has(leader)) continue;
      const generation = this.#generation;
      const fetch = this.#fetchFrom(leader, places, generation)
        .catch(async (error: unknown) => {
          if (!(error instanceof ClientError)) throw error;
          if (generation !== this.#generation) return;
          if (!error.retriable) this.#failure = error;
          for (const { topic } of places) this.#leaders.forget(topic);
          await pause(RETRY_MS);
        })
        .finally(() => generation === this.#generation && this.#fetching.delete(leader));
      this.#fetching.set(leader, fetch);
    }
  }

  /** Null: there is none at the moment. */
  async #leaderOf({ topic, partition }: Place): Promise<number | null> {
    try {
      return (this.#leaders.known(topic) ?? (await this.#leaders.of(topic)))[partition] ?? null;
    } catch (error) {
      if (error instanceof ClientError && error.retriable) return null;
      throw error;
    }
  }

  async #fetchFrom(leader: number, places: readonly Place[], generation: number): Promise<void> {
    await this.#findStarts(leader, places);
    const { isolation, maxBytes, maxPartitionBytes, maxWaitMs } = this.#settings;
    const wanted = new Map<string, WantedRecords[]>();
    for (const { topic, partition, fetchOffset } of places) {
      if (fetchOffset === null) continue;
      const ofTopic = wanted.get(topic) ?? [];
      ofTopic.push({ partition, offset: fetchOffset, maxBytes: maxPartitionBytes });
      wanted.set(topic, ofTopic);
    }
    if (wanted.size === 0) return;
    const fetched = await fetchTopics(this.#cluster, leader, wanted, { isolation, maxBytes, maxWaitMs });
    if (generation !== this.#generation) return;
    for (const each of fetched) {
      const place = this.#places.get(placeKey(each.topic, each.partition));
      if (place !== undefined) this.#take(place, each);
    }
  }

  async #findStarts(leader: number, places: readonly Place[]): Promise<void> {
    for (const spec of ['earliest', 'latest'] as const) {
      const open = places.filter((place) => place.fetchOffset === null && this.#startOf(place) === spec);
      const wanted = new Map<string, number[]>();
      for (const { topic, partition } of open) wanted.set(topic, [...(wanted.get(topic) ?? []), partition]);
      if (wanted.size === 0) continue;
      const end = this.#settings.isolation === 'read_committed' ? 'lastStable' : 'latest';
      const found = await listOffsets(this.#cluster, leader, wanted, spec === 'latest' ? end : spec);
      for (const { topic, partition, offset } of found) {
        const place = open.find((each) => each.topic === topic && each.partition === partition);
        if (place !== undefined && offset !== null) place.fetchOffset = offset;
        else this.#leaders.forget(topic);
      }
    }
  }

  #startOf({ topic, partition, start }: Place): 'earliest' | 'latest' {
    const where = typeof start === 'number' ? this.#settings.reset : start;
    if (where !== null) return where;
    const what = `Undefined offset with no reset policy for partition: ${topic}-${String(partition)}`;
    throw brokerError(what, ErrorCode.OFFSET_OUT_OF_RANGE);
  }

  #take(place: Place, { error, records, aborted }: FetchedOfTopic): void {
    const { topic, partition, fetchOffset } = place;
    if (error === 'OFFSET_OUT_OF_RANGE') {
      place.fetchOffset = null;
      return;
    }
    if (error !== null) {
      const code = Object.entries(ErrorCode).find(([name]) => name === error)?.[1] ?? -1;
      throw brokerError(`${topic}-${String(partition)}`, code);
    }
    if (records === null || fetchOffset === null) return;
    for (const batch of readFetched(records, aborted)) {
      const { nextOffset, unreadable, isLogAppendTime } = batch;
      if (unreadable !== null) {
        const where = `${topic}-${String(partition)} before offset ${String(nextOffset)}`;
        throw new ClientError('BAD_RESPONSE', `${where}: ${unreadable}`);
      }
      for (const { offset, timestampMs, key, value, headers } of batch.records) {
        if (offset < fetchOffset) continue;
        const times = { timestampMs, isLogAppendTime };
        this.#ready.push({ topic, partition, offset, ...times, key, value, headers });
      }
      place.fetchOffset = Math.max(place.fetchOffset ?? 0, nextOffset);
    }
  }
}

const placeKey = (topic: string, partition: number): string => `${topic}/${String(partition)}`;
