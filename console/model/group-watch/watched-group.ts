/** What is remembered of one group beside its partitions' columns: which rows it has, and since when it has no members. */
import { compareText, type GroupRow } from '../lag.ts';
import type { GroupPartition } from '../snapshot.ts';
import { CatchUp } from './catch-up.ts';
import type { WatchRules } from './watch-rules.ts';
import { NO_END, type WatchedEnds, type WatchedTopic } from './watched-ends.ts';

export const NO_SLOT = -1;

interface GoneRow {
  readonly topic: string;
  readonly partition: number;
  readonly slot: number;
}

export class WatchedGroup {
  readonly catchUp = new CatchUp();
  /** The topic of each row. */
  topics: readonly WatchedTopic[] = [];
  #partitions: readonly number[] = [];
  /** The commit's slot of each row of the round before, `NO_SLOT` for a row without a commit. */
  slots = new Int32Array(0);
  /** The end's slot of each row, `NO_END` where there was no such partition yet. */
  ends = new Int32Array(0);
  /** Rows with a commit that are not told any more. */
  gone: readonly GoneRow[] = [];
  /** Watched time; null while it has members, or it is not known. */
  emptySinceMs: number | null = null;
  lastSeenMs: number;
  /** What was said of each row in the round before. */
  told: readonly GroupPartition[] = [];
  /** It was seen to commit in several rounds of one window, whatever the partition. */
  isQuick = false;
  #commitTimes: readonly number[] = [];
  /** Steady time of the offsets that the next rate is taken from. */
  rateAtMs: number | null = null;
  committedPerSec: number | null = null;

  constructor(watchedMs: number) {
    this.lastSeenMs = watchedMs;
  }

  /** Lines `slots` up with the rows of this round, which are in order. Answers whether a commit is not told any more. */
  follow(rows: readonly GroupRow[], ends: WatchedEnds): boolean {
    if (this.#isSame(rows)) return false;
    const before = new Map<string, number>();
    for (const { topic, partition, slot } of this.#remembered()) before.set(rowKey(topic, partition), slot);
    const slots = new Int32Array(rows.length).fill(NO_SLOT);
    rows.forEach(({ topic, partition }, index) => {
      const key = rowKey(topic, partition);
      slots[index] = before.get(key) ?? NO_SLOT;
      before.delete(key);
    });
    const goneBefore = this.gone.length;
    const gone = this.#remembered().filter((row) => before.has(rowKey(row.topic, row.partition)));
    this.gone = gone;
    this.slots = slots;
    this.topics = rows.map((row) => ends.topicOf(row.topic));
    this.ends = Int32Array.from(rows, (row, index) => endOf(ends, this.topics[index], row.partition));
    this.#partitions = rows.map((row) => row.partition);
    return gone.length > goneBefore;
  }

  /** A commit of some partition moved on in the round at `watchedMs`. */
  noteCommit(watchedMs: number, { quickCommits, windowMs }: WatchRules): void {
    if (this.isQuick || this.#commitTimes.at(-1) === watchedMs) return;
    this.#commitTimes = [...this.#commitTimes, watchedMs].slice(-quickCommits);
    const [oldest = watchedMs] = this.#commitTimes;
    this.isQuick = this.#commitTimes.length === quickCommits && watchedMs - oldest <= windowMs;
  }

  dropGone(isOver: (slot: number) => boolean): readonly number[] {
    const over = this.gone.filter(({ slot }) => isOver(slot)).map(({ slot }) => slot);
    if (over.length > 0) this.gone = this.gone.filter(({ slot }) => !over.includes(slot));
    return over;
  }

  allSlots(): number[] {
    return this.#remembered().map(({ slot }) => slot);
  }

  #isSame(rows: readonly GroupRow[]): boolean {
    if (rows.length !== this.topics.length) return false;
    for (let index = 0; index < rows.length; index++) {
      const { topic, partition } = rows[index] ?? none;
      if (partition !== this.#partitions[index] || topic !== this.topics[index]?.name) return false;
    }
    return true;
  }

  #remembered(): GoneRow[] {
    const rows = this.topics.map((topic, index) => ({
      topic: topic.name,
      partition: this.#partitions[index] ?? 0,
      slot: this.slots[index] ?? NO_SLOT,
    }));
    return [...rows, ...this.gone]
      .filter(({ slot }) => slot !== NO_SLOT)
      .sort((a, b) => compareText(a.topic, b.topic) || a.partition - b.partition);
  }
}

function endOf(ends: WatchedEnds, topic: WatchedTopic | undefined, partition: number): number {
  return topic === undefined ? NO_END : ends.slotOf(topic, partition);
}

const none = { topic: null, partition: null };

function rowKey(topic: string, partition: number): string {
  return `${topic}\n${String(partition)}`;
}
