/**
 * Looks for records of a topic within bounds: so many, so many bytes, so long, and no longer than somebody waits. Asks what the plan
 * says, all partitions of a leader in one request, all leaders at once, and keeps what passes.
 *
 * What comes out says how far it looked and what it passed over: markers of transactions, records of aborted ones, batches that
 * cannot be read, partitions that do not answer.
 */
import type { FetchedPartition, WantedRecords } from '../../kafka-client/records/fetch-records.ts';
import { readFetched, type ReadRecord } from '../../kafka-client/records/read-fetched.ts';
import { isSliceOver, nextSlice } from '../../kafka-client/slices.ts';
import type { Matches } from './filter-match.ts';
import { ScanPlan, type PartitionRange, type ScanAim, type Step } from './scan-plan.ts';

export type FetchFrom = (leader: number, wanted: readonly WantedRecords[]) => Promise<FetchedPartition[]>;

export interface ScanBounds {
  readonly maxBytes: number;
  /** On the clock of `nowMs`. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

export interface FoundRecord {
  readonly partition: number;
  readonly record: ReadRecord;
}

/** `end`: everything that could be read was, and all of it that passed is here. `limit`: as many as were wanted are. */
export type StoppedBy = 'end' | 'limit' | 'bytes' | 'time';

export interface Scan {
  /** In the order that was asked for, as many as were wanted. */
  readonly found: readonly FoundRecord[];
  readonly stoppedBy: StoppedBy;
  /** Where looking goes on: in order of the first offset not given yet, backwards the one behind the last. */
  readonly resumeAt: ReadonlyMap<number, number>;
  readonly scanned: ReturnType<ScanPlan['scanned']>;
  readonly records: number;
  readonly bytes: number;
  readonly skipped: { readonly control: number; readonly aborted: number };
  readonly unreadable: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly reason: string;
  }[];
  readonly unanswered: readonly { readonly partition: number; readonly reason: string }[];
}

const PARTITION_BYTES_MAX = 1024 * 1024;
const PARTITION_BYTES_MIN = 64 * 1024;
/** What a request asks for in all. */
export const REQUEST_BYTES = 4 * 1024 * 1024;
const PARTITIONS_PER_REQUEST = REQUEST_BYTES / PARTITION_BYTES_MIN;
/** A list of what cannot be read stays short, however broken a log is. */
const UNREADABLE_MAX = 20;

export async function scanRecords(
  ranges: readonly PartitionRange[],
  aim: ScanAim,
  matches: Matches,
  fetch: FetchFrom,
  bounds: ScanBounds,
): Promise<Scan> {
  const plan = new ScanPlan(ranges, aim);
  const gathered = new Gathered(aim, matches);
  let stoppedBy: StoppedBy | null = null;
  for (;;) {
    const steps = plan.next();
    if (steps.length === 0) break;
    if (gathered.bytes >= bounds.maxBytes) stoppedBy = 'bytes';
    else if (bounds.nowMs() >= bounds.deadlineMs) stoppedBy = 'time';
    bounds.signal.throwIfAborted();
    if (stoppedBy !== null) break;
    await Promise.all([...byLeader(steps)].map((of) => readLeader(of, plan, gathered, fetch, bounds)));
  }
  const found = gathered.best();
  const hasMore = gathered.hasSurplus || (!plan.isWhole && found.length >= aim.limit);
  return {
    found,
    stoppedBy: stoppedBy ?? (hasMore ? 'limit' : 'end'),
    resumeAt: gathered.resumeAt(plan.scanned()),
    scanned: plan.scanned(),
    records: gathered.records,
    bytes: gathered.bytes,
    skipped: { control: gathered.control, aborted: gathered.aborted },
    unreadable: gathered.unreadable,
    unanswered: gathered.unanswered,
  };
}

function byLeader(steps: readonly Step[]): Map<number, Step[]> {
  const leaders = new Map<number, Step[]>();
  for (const step of steps) {
    const of = leaders.get(step.leader);
    if (of === undefined) leaders.set(step.leader, [step]);
    else of.push(step);
  }
  return leaders;
}

async function readLeader(
  [leader, steps]: readonly [number, readonly Step[]],
  plan: ScanPlan,
  gathered: Gathered,
  fetch: FetchFrom,
  bounds: ScanBounds,
): Promise<void> {
  for (let from = 0; from < steps.length; from += PARTITIONS_PER_REQUEST) {
    const asked = steps.slice(from, from + PARTITIONS_PER_REQUEST);
    const share = Math.floor(REQUEST_BYTES / asked.length);
    const maxBytes = Math.min(PARTITION_BYTES_MAX, Math.max(PARTITION_BYTES_MIN, share));
    const starved = await readSteps(leader, asked, maxBytes, { plan, gathered, fetch, bounds });
    // Only the first partition of an answer gets its first batch however large it is.
    for (const step of starved) {
      if (bounds.nowMs() >= bounds.deadlineMs) return;
      const isStarved =
        asked.length === 1 ||
        (await readSteps(leader, [step], PARTITION_BYTES_MAX, { plan, gathered, fetch, bounds })).length > 0;
      if (isStarved)
        giveUp(step.partition, `nothing is at offset ${String(step.offset)} any more`, plan, gathered);
    }
  }
}

interface Reading {
  readonly plan: ScanPlan;
  readonly gathered: Gathered;
  readonly fetch: FetchFrom;
  readonly bounds: ScanBounds;
}

/** One request. Gives the partitions of which nothing came. */
async function readSteps(
  leader: number,
  steps: readonly Step[],
  maxBytes: number,
  { plan, gathered, fetch, bounds }: Reading,
): Promise<Step[]> {
  let answers: FetchedPartition[];
  try {
    answers = await fetch(
      leader,
      steps.map(({ partition, offset }) => ({ partition, offset, maxBytes })),
    );
  } catch (error) {
    bounds.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    for (const { partition } of steps) giveUp(partition, reason, plan, gathered);
    return [];
  }
  const starved: Step[] = [];
  for (const step of steps) {
    const answer = answers.find(({ partition }) => partition === step.partition);
    if (answer === undefined || answer.error !== null) {
      giveUp(step.partition, answer?.error ?? 'the broker did not name it in its answer', plan, gathered);
    } else if (!(await gathered.take(step, answer, plan))) starved.push(step);
  }
  return starved;
}

function giveUp(partition: number, reason: string, plan: ScanPlan, gathered: Gathered): void {
  gathered.unanswered.push({ partition, reason });
  plan.giveUp(partition);
}

/** What was found and passed over so far. */
class Gathered {
  readonly #aim: ScanAim;
  readonly #matches: Matches;
  readonly #found = new Map<number, FoundRecord[]>();
  /** Of each partition the nearest record that was found, but is more than is wanted. */
  readonly #surplus = new Map<number, number>();
  readonly unreadable: { partition: number; offset: number; reason: string }[] = [];
  readonly unanswered: { partition: number; reason: string }[] = [];
  records = 0;
  bytes = 0;
  control = 0;
  aborted = 0;

  constructor(aim: ScanAim, matches: Matches) {
    this.#aim = aim;
    this.#matches = matches;
  }

  /** False when nothing came. */
  async take(step: Step, { records, aborted }: FetchedPartition, plan: ScanPlan): Promise<boolean> {
    const { partition, offset, end } = step;
    const found: FoundRecord[] = [];
    let nextOffset = offset;
    for (const batch of readFetched(records ?? Buffer.alloc(0), aborted)) {
      if (nextOffset >= end) break;
      this.bytes += batch.sizeBytes;
      if (batch.control) this.control += 1;
      if (batch.unreadable !== null) this.#cannotRead(partition, nextOffset, batch.unreadable);
      if (batch.aborted) this.aborted += 1;
      for (const record of batch.records) {
        if (record.offset < offset || record.offset >= end) continue;
        this.records += 1;
        if (this.#matches(record, partition)) found.push({ partition, record });
        if (isSliceOver()) await nextSlice();
      }
      nextOffset = Math.max(nextOffset, batch.nextOffset);
    }
    if (nextOffset === offset) return false;
    this.#keep(partition, found);
    plan.read(partition, nextOffset, found.length);
    return true;
  }

  #cannotRead(partition: number, offset: number, reason: string): void {
    if (this.unreadable.length < UNREADABLE_MAX) this.unreadable.push({ partition, offset, reason });
  }

  /** No more of a partition than is wanted of all: the oldest or the newest ones. */
  #keep(partition: number, found: readonly FoundRecord[]): void {
    const { order, limit } = this.#aim;
    const kept = [...(this.#found.get(partition) ?? []), ...found];
    kept.sort((a, b) => a.record.offset - b.record.offset);
    const isForward = order === 'oldest-first';
    this.#found.set(partition, isForward ? kept.slice(0, limit) : kept.slice(-limit));
    const surplus = kept.length <= limit ? undefined : isForward ? kept[limit] : kept.at(-limit - 1);
    if (surplus !== undefined) this.#note(partition, surplus.record.offset);
  }

  /** The nearest one: the lowest offset forwards, the highest backwards. */
  #note(partition: number, offset: number): void {
    const known = this.#surplus.get(partition) ?? offset;
    const nearest = this.#aim.order === 'oldest-first' ? Math.min(known, offset) : Math.max(known, offset);
    this.#surplus.set(partition, nearest);
  }

  /** More was found than is wanted. To be asked after `best`, as the next one. */
  get hasSurplus(): boolean {
    return this.#surplus.size > 0;
  }

  resumeAt(scanned: ReturnType<ScanPlan['scanned']>): Map<number, number> {
    const isForward = this.#aim.order === 'oldest-first';
    return new Map(
      scanned.map(({ partition, from, to }) => {
        const surplus = this.#surplus.get(partition);
        if (isForward) return [partition, surplus ?? to];
        return [partition, surplus === undefined ? from : surplus + 1];
      }),
    );
  }

  /** By time, and within a partition always by offset, whatever its times say. */
  best(): FoundRecord[] {
    const { order, limit } = this.#aim;
    const direction = order === 'oldest-first' ? 1 : -1;
    const queues = [...this.#found.values()].map((found) => (direction === 1 ? found : found.toReversed()));
    const best: FoundRecord[] = [];
    const heads = queues.map(() => 0);
    while (best.length < limit) {
      let chosen = -1;
      for (const [index, queue] of queues.entries()) {
        const [head, other] = [queue[heads[index] ?? 0], queues[chosen]?.[heads[chosen] ?? 0]];
        if (head === undefined) continue;
        if (other === undefined || direction * (timeOf(head) - timeOf(other)) < 0) chosen = index;
      }
      const next = queues[chosen]?.[heads[chosen] ?? 0];
      if (next === undefined) break;
      best.push(next);
      heads[chosen] = (heads[chosen] ?? 0) + 1;
    }
    for (const [index, queue] of queues.entries()) {
      const head = queue[heads[index] ?? 0];
      if (head !== undefined) this.#note(head.partition, head.record.offset);
    }
    return best;
  }
}

function timeOf({ record }: FoundRecord): number {
  return record.timestampMs ?? 0;
}
