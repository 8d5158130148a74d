/**
 * One fetch session (KIP-227; Kafka's FetchSession): what a client fetches, remembered here, so that it names only
 * what changes and is told only what changed.
 *
 * The session hears of its partitions and keeps the set of those that may have news (`dirty`). A fetch looks at these
 * alone: thousands of partitions in which nothing happens cost nothing. A partition leaves the set when it was read to
 * the end of what is there and the client knows all about it; an error, records that were cut off or held back keep it in.
 */
import { partitionKey } from '../../log/checkpoint-files.ts';
import type { PartitionEvents, PartitionListener, PartitionNews, ReaderKind } from '../partition-events.ts';
import type { FetchPartitionRequest, FetchPartitionResult, PartitionId } from '../replica-requests.ts';

/** A partition of the session, with what the client was last told of it; -1 when it must be told anew. */
interface SessionPartition {
  wanted: FetchPartitionRequest;
  toldHighWatermark: number;
  toldLogStartOffset: number;
  /** Null while nobody knows the topic of that id. */
  listeningTo: string | null;
}

export interface FetchSessionOptions {
  readonly id: number;
  readonly usesTopicIds: boolean;
  readonly kind: ReaderKind;
  readonly createdMs: number;
  readonly events: PartitionEvents;
  readonly topicName: (topicId: string) => string | undefined;
}

export class FetchSession implements PartitionListener {
  readonly #options: FetchSessionOptions;
  readonly #partitions = new Map<string, SessionPartition>();
  readonly #heard = new Map<string, SessionPartition>();
  readonly #dirty = new Set<SessionPartition>();
  /** A fetch of this session that waits. */
  #parked: PartitionListener | null = null;
  /** That the next request must name. */
  epoch = 1;
  lastUsedMs: number;

  constructor(options: FetchSessionOptions) {
    this.#options = options;
    this.lastUsedMs = options.createdMs;
  }

  get id(): number {
    return this.#options.id;
  }
  get usesTopicIds(): boolean {
    return this.#options.usesTopicIds;
  }
  get isFollower(): boolean {
    return this.#options.kind === 'follower';
  }
  get createdMs(): number {
    return this.#options.createdMs;
  }
  get size(): number {
    return this.#partitions.size;
  }
  /** Partitions that the next fetch looks at. */
  get dirtyCount(): number {
    return this.#dirty.size;
  }

  /** Adds and changes what a request names, drops what it forgets. */
  update(wanted: readonly FetchPartitionRequest[], forgotten: readonly PartitionId[]): void {
    for (const each of wanted) {
      const key = identity(each);
      let own = this.#partitions.get(key);
      if (own === undefined) {
        own = { wanted: each, toldHighWatermark: -1, toldLogStartOffset: -1, listeningTo: null };
        this.#partitions.set(key, own);
      }
      own.wanted = each;
      // A follower that had to cut its log, or that had a new leader epoch by then, used nothing of its last answer.
      if (this.isFollower) own.toldHighWatermark = -1;
      this.#dirty.add(own);
      // Before anything of it is read, so that nothing is missed after.
      this.#listen(own);
    }
    for (const each of forgotten) {
      const key = identity(each);
      const own = this.#partitions.get(key);
      if (own === undefined) continue;
      this.#partitions.delete(key);
      this.#dirty.delete(own);
      this.#unlisten(own);
    }
  }

  /** What a fetch must look at now, in the order in which partitions had their turn. */
  candidates(): FetchPartitionRequest[] {
    const wanted: FetchPartitionRequest[] = [];
    for (const own of this.#dirty) {
      this.#listen(own);
      wanted.push(own.wanted);
    }
    return wanted;
  }

  onPartition(key: string, news: PartitionNews): void {
    const own = this.#heard.get(key);
    if (own === undefined) return;
    const { appendedBytes, committedBytes, stableBytes } = news;
    const isOutOfSight = appendedBytes > 0 && committedBytes === 0 && stableBytes === 0;
    if (this.isFollower || !isOutOfSight) this.#dirty.add(own);
    this.#parked?.onPartition(key, news);
  }

  /** Hears what the session hears, until the returned function is called. */
  watch(listener: PartitionListener): () => void {
    this.#parked = listener;
    return () => {
      if (this.#parked === listener) this.#parked = null;
    };
  }

  /** Results that change nothing for the client need not be looked at again. */
  noteSeen(results: readonly FetchPartitionResult[]): void {
    for (const result of results) {
      const own = this.#partitions.get(identity(result));
      if (own !== undefined && result.isIdle && !isNews(own, result)) this.#dirty.delete(own);
    }
  }

  /** Those of `results` that the client must be told; from now on it knows them. */
  take(results: readonly FetchPartitionResult[]): FetchPartitionResult[] {
    return results.filter((result) => {
      const own = this.#partitions.get(identity(result));
      if (own === undefined) return false;
      const mustTell = isNews(own, result);
      this.#noteTold(own, result);
      return mustTell;
    });
  }

  #noteTold(own: SessionPartition, { errorCode, records, isIdle, ...result }: FetchPartitionResult): void {
    // After an error everything is told anew, so that the client sees that it is over.
    own.toldHighWatermark = errorCode === 0 ? result.highWatermark : -1;
    own.toldLogStartOffset = errorCode === 0 ? result.logStartOffset : -1;
    if (isIdle) this.#dirty.delete(own);
    // Who got records goes to the end, so that no partition takes the room of the others for ever.
    else if (records.length > 0 && this.#dirty.delete(own)) this.#dirty.add(own);
  }

  #listen(own: SessionPartition): void {
    if (own.listeningTo !== null) return;
    const { topic, topicId, partition } = own.wanted;
    const name = topicId === '' ? topic : this.#options.topicName(topicId);
    if (name === undefined) return;
    own.listeningTo = partitionKey(name, partition);
    this.#heard.set(own.listeningTo, own);
    this.#options.events.listen(own.listeningTo, this);
  }

  #unlisten(own: SessionPartition): void {
    if (own.listeningTo === null) return;
    this.#heard.delete(own.listeningTo);
    this.#options.events.unlisten(own.listeningTo, this);
    own.listeningTo = null;
  }

  /** It is no session any more; a fetch that waits in it is answered. */
  close(): void {
    for (const own of this.#partitions.values()) this.#unlisten(own);
    const everything = Number.POSITIVE_INFINITY;
    this.#parked?.onPartition('', {
      appendedBytes: everything,
      committedBytes: everything,
      stableBytes: everything,
    });
  }
}

function identity({ topic, topicId, partition }: PartitionId): string {
  return `${topicId === '' ? topic : topicId}/${String(partition)}`;
}

function isNews(own: SessionPartition, result: FetchPartitionResult): boolean {
  return (
    result.errorCode !== 0 ||
    result.records.length > 0 ||
    result.divergingEpoch !== null ||
    result.preferredReadReplica >= 0 ||
    result.highWatermark !== own.toldHighWatermark ||
    result.logStartOffset !== own.toldLogStartOffset
  );
}
