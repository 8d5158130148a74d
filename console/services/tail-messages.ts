/**
 * Records of a topic as they arrive, from now on, for one reader: those that pass a filter, some hundred at a time at most. Who
 * cannot be shown everything is told how much was left out; where records arrive faster than they can be looked at, the older
 * ones are jumped over, because a live view that falls behind is none.
 *
 * It has a client of its own, which ends with the reader.
 */
import type { PartitionDescription } from '../../kafka-client/admin/cluster-metadata.ts';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { fetchRecords, type FetchedPartition } from '../../kafka-client/records/fetch-records.ts';
import { readFetched } from '../../kafka-client/records/read-fetched.ts';
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';
import type { Message, TailEvent, TailQuery } from '../contracts/messages.ts';
import { matcherOf, type Matches } from '../messages/filter-match.ts';
import { REQUEST_BYTES } from '../messages/scan.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { bytesForEach, shownMessage } from './shown-message.ts';
import { offsetsAt, openClient, partitionsToRead, readingFailure, requireFilter } from './topic-reading.ts';
import { requireCluster } from './watched-clusters.ts';

const EVENT_MESSAGES_MAX = 200;
/** Between two looks, and how long a broker waits for something new. */
const PAUSE_MS = 500;
const FETCH_WAIT_MS = 500;
const PARTITION_BYTES = 256 * 1024;
/** Further behind than this the older records are jumped over, to so many before the end. */
const BEHIND_MAX = 20_000;
const BEHIND_AFTER_JUMP = 1_000;

export interface TailRequest {
  readonly clusterId: string;
  readonly topic: string;
  readonly query: TailQuery;
  readonly signal: AbortSignal;
}

/** Resolves once the ends are known from which it begins; ends when the signal is aborted. */
export async function tailMessages(
  context: ConsoleContext,
  { clusterId, topic, query, signal }: TailRequest,
): Promise<AsyncGenerator<TailEvent, void>> {
  const { settings } = requireCluster(context, clusterId);
  const matches = matcherOf(requireFilter(query.filter));
  if (settings.problem !== null) throw new ConsoleError('cluster-unreachable', settings.problem);
  const kafka = openClient(settings);
  signal.addEventListener('abort', () => kafka.close(), { once: true });
  try {
    const tail = new Tail({ kafka, topic, query, matches, signal });
    await tail.begin();
    return tail.events(() => context.now().toISOString());
  } catch (error) {
    kafka.close();
    throw readingFailure(error);
  }
}

interface TailParts {
  readonly kafka: KafkaCluster;
  readonly topic: string;
  readonly query: TailQuery;
  readonly matches: Matches;
  readonly signal: AbortSignal;
}

class Tail {
  readonly #parts: TailParts;
  #partitions: readonly PartitionDescription[] = [];
  /** What comes next of each partition. */
  readonly #offsets = new Map<number, number>();
  readonly #shownBytes: number;

  constructor(parts: TailParts) {
    this.#parts = parts;
    this.#shownBytes = bytesForEach(parts.query.shownBytes, EVENT_MESSAGES_MAX);
  }

  async begin(): Promise<void> {
    const { kafka, topic, query } = this.#parts;
    this.#partitions = await partitionsToRead(kafka, topic, query.partition);
    const spec = query.isolation === 'read_committed' ? 'lastStable' : 'latest';
    const { offsets } = await offsetsAt(kafka, topic, this.#partitions, spec);
    for (const [partition, offset] of offsets) {
      if (offset !== null && !this.#offsets.has(partition)) this.#offsets.set(partition, offset);
    }
  }

  async *events(nowText: () => string): AsyncGenerator<TailEvent, void> {
    const { signal, kafka } = this.#parts;
    try {
      while (!signal.aborted) {
        const look = new Look();
        await Promise.all([...this.#leaders()].map(([leader, of]) => this.#readLeader(leader, of, look)));
        if (signal.aborted) return;
        if (look.unanswered.length > 0) await this.begin().catch(() => undefined);
        if (look.records > 0 || look.left > 0 || look.unanswered.length > 0) {
          look.items.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
          const { items, records, left, unanswered } = look;
          yield { items, records, left, unanswered, asOf: nowText() };
        }
        await pause(PAUSE_MS, signal);
      }
    } finally {
      kafka.close();
    }
  }

  #leaders(): Map<number, number[]> {
    const leaders = new Map<number, number[]>();
    for (const { partition, leader } of this.#partitions) {
      if (leader === null || !this.#offsets.has(partition)) continue;
      leaders.set(leader, [...(leaders.get(leader) ?? []), partition]);
    }
    return leaders;
  }

  async #readLeader(leader: number, partitions: readonly number[], look: Look): Promise<void> {
    const { kafka, topic, query, signal } = this.#parts;
    const wanted = partitions.map((partition) => ({
      partition,
      offset: this.#offsets.get(partition) ?? 0,
      maxBytes: PARTITION_BYTES,
    }));
    try {
      const limits = { isolation: query.isolation, maxBytes: REQUEST_BYTES, maxWaitMs: FETCH_WAIT_MS };
      for (const answer of await fetchRecords(kafka, leader, topic, wanted, limits)) {
        await this.#take(answer, look);
      }
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      for (const partition of partitions) look.unanswered.push({ partition, reason });
    }
  }

  async #take(answer: FetchedPartition, look: Look): Promise<void> {
    const { partition, error, records, aborted, highWatermark, lastStableOffset } = answer;
    if (error !== null) {
      look.unanswered.push({ partition, reason: error });
      // What is next was deleted, or the topic was made anew: from the end again.
      if (error === 'OFFSET_OUT_OF_RANGE') this.#offsets.delete(partition);
      return;
    }
    const offset = this.#offsets.get(partition) ?? 0;
    const end = this.#parts.query.isolation === 'read_committed' ? lastStableOffset : highWatermark;
    if (end - offset > BEHIND_MAX) {
      const jump = end - BEHIND_AFTER_JUMP;
      look.left += jump - offset;
      this.#offsets.set(partition, jump);
      return;
    }
    let next = offset;
    for (const batch of readFetched(records ?? Buffer.alloc(0), aborted)) {
      for (const record of batch.records) {
        if (record.offset < offset) continue;
        look.records += 1;
        if (isSliceOver()) await nextSlice();
        if (!this.#parts.matches(record, partition)) continue;
        if (look.items.length >= EVENT_MESSAGES_MAX) look.left += 1;
        else look.items.push(shownMessage(record, partition, this.#shownBytes));
      }
      next = Math.max(next, batch.nextOffset);
    }
    this.#offsets.set(partition, next);
  }
}

/** What one look at all partitions brought. */
class Look {
  readonly items: Message[] = [];
  readonly unanswered: { partition: number; reason: string }[] = [];
  records = 0;
  left = 0;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
