/** Test support: one group on one topic, played round by round through a watch. */
import { groupRows } from '../../lag.ts';
import type { GroupMember, GroupPartition, TopicSnapshot } from '../../snapshot.ts';
import { partitionOf, topicOf } from '../../testing/snapshots.ts';
import { GroupWatch, type GroupVerdict } from '../group-watch.ts';

export const intervalMs = 10_000;

export class Story {
  watch = new GroupWatch(intervalMs);
  nowMs = Date.UTC(2026, 10, 21, 12);
  /** Seconds since the story began, as the story's world has it: no clock can be set back there. */
  second = 0;
  topicId: string | null = 'first';
  /** False: the metadata does not name the topic. */
  isThere = true;
  ends: (number | null)[] = [0];
  starts: number[] = [0];
  /** Null: where the end is. */
  stables: (number | null)[] = [null];
  /** Null: as `stables` tell. False: the transaction was over when they were read, which is a while ago. */
  isHeld: boolean | null = null;
  /** How long before the commits' the ends' reading lies in this round. */
  endsAgeMs = 0;
  commits: (number | null)[] = [0];
  state = 'Stable';
  protocolType = 'consumer';
  /** Which partitions each member reads; null: not known. */
  assignments: number[][] | null = [[0]];
  last: GroupVerdict | null = null;

  constructor(changes: Partial<Story> = {}) {
    Object.assign(this, changes);
  }

  get members(): GroupMember[] | null {
    if (this.assignments === null) return null;
    return this.assignments.map((partitions, index) => ({
      memberId: `m${String(index)}`,
      groupInstanceId: null,
      clientId: 'c',
      host: '/127.0.0.1',
      assignment: [{ topic: 'orders', partitions }],
    }));
  }

  leave(): this {
    this.assignments = [];
    this.state = 'Empty';
    return this;
  }

  get topics(): Map<string, TopicSnapshot> {
    if (!this.isThere) return new Map();
    const partitions = this.ends.map((end, partition) =>
      partitionOf(partition, {
        highWatermark: end,
        logStartOffset: this.starts[partition] ?? 0,
        lastStableOffset: this.stables[partition] ?? end,
        hasOpenTransaction: this.isHeld ?? (this.stables[partition] ?? null) !== null,
      }),
    );
    return new Map([['orders', topicOf('orders', partitions, { topicId: this.topicId })]]);
  }

  #begin(): void {
    const { topics, nowMs, endsAgeMs } = this;
    this.watch.beginRound({ topics, atMs: nowMs, endsAtMs: new Map([[1, nowMs - endsAgeMs]]) });
  }

  /** One round at this moment. */
  round(): GroupVerdict {
    this.#begin();
    const committed = this.commits.flatMap((offset, partition) =>
      offset === null ? [] : [{ topic: 'orders', partition, offset }],
    );
    this.last = this.watch.judge({
      id: 'billing',
      state: this.state,
      protocolType: this.protocolType,
      members: this.members,
      rows: groupRows(committed, this.members),
      committedAtMs: this.nowMs,
    });
    this.watch.endRound();
    return this.last;
  }

  /** The group could not be read in this round. */
  miss(): void {
    this.pass();
    this.#begin();
    this.watch.endRound();
  }

  pass(seconds = intervalMs / 1_000): void {
    this.nowMs += seconds * 1_000;
    this.second += seconds;
  }

  /** Rounds for so many minutes; `step` is told how many seconds the part has lasted. */
  play(minutes: number, step: (second: number) => void): GroupVerdict {
    const from = this.second;
    let verdict = this.last;
    for (let done = 0; done < minutes * 6; done++) {
      this.pass();
      step(this.second - from);
      verdict = this.round();
    }
    if (verdict === null) throw new Error('a story has at least one round');
    return verdict;
  }

  row(partition = 0): GroupPartition {
    const row = this.last?.partitions.find((each) => each.partition === partition);
    if (row === undefined) throw new Error(`no row of partition ${String(partition)}`);
    return row;
  }
}

/** A group that keeps up: both go on by so many records a second. */
export function keepUp(story: Story, perSecond: number, partition = 0): () => void {
  return () => {
    const end = (story.ends[partition] ?? 0) + perSecond * (intervalMs / 1_000);
    story.ends[partition] = end;
    story.commits[partition] = end;
  };
}
